"""Forest, parks, mangrove, fields and the plots of the big institutions."""

from dataclasses import dataclass
from functools import cache

from shapely import affinity, ops
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from drawing.coast import LAGOON, _rugged, land
from drawing.ground import Points, curve
from drawing.waters import water_surface


@dataclass(frozen=True)
class Ground:
    """A piece of ground with a use of its own, where no street runs through."""

    name: str
    kind: str  # forest | mangrove | park | cemetery | field | sports | campus | port | industry
    shape: BaseGeometry


_BLOBS: list[tuple[str, str, float, Points]] = [
    ("Bukit Kelana", "forest", 110, [
        (-3450, -1350), (-2950, -880), (-2200, -760), (-1500, -1000), (-1180, -1500),
        (-1500, -2050), (-2150, -2420), (-2900, -2350), (-3400, -1900)]),
    ("Hutan Tanjung", "forest", 60, [
        (5250, 480), (5200, 850), (5450, 1150), (5950, 920), (6250, 600), (5950, 330),
        (5500, 260)]),
    ("Hutan Kemiri", "forest", 80, [
        (-350, -2250), (100, -2050), (200, -2500), (-50, -2800), (-420, -2700)]),
    ("Taman Kota Sendari", "park", 22, [
        (-780, 300), (-560, 480), (-250, 420), (-140, 130), (-330, -60), (-680, 20)]),
    ("Taman Situ", "park", 25, [
        (2260, -660), (2400, -250), (2900, -130), (3280, -480), (3260, -960), (2850, -1130),
        (2420, -1000)]),
    ("Taman Merdu", "park", 14, [(-2350, 930), (-2130, 1000), (-2050, 760), (-2260, 680)]),
    ("Taman Kanal", "park", 10, [(330, 1500), (480, 1590), (660, 1450), (560, 1330)]),
    ("Taman Cemara", "park", 16, [(-2150, 3350), (-1900, 3600), (-1500, 3480), (-1750, 3250)]),
    ("Taman Melur", "park", 14, [(700, -220), (1000, -180), (1040, -420), (760, -460)]),
    ("Taman Gayam", "park", 14, [(-450, -900), (-150, -850), (-130, -1110), (-420, -1150)]),
    ("Pemakaman Umum Wangi", "cemetery", 10, [
        (1560, 700), (1850, 850), (1980, 560), (1700, 430)]),
    ("Kebun Karya", "park", 12, [(3650, 250), (3950, 250), (3980, 20), (3680, -20)]),
]  # fmt: skip
# name, kind, middle, length, width, turn: plots with straight sides
_PLOTS: list[tuple[str, str, tuple[float, float], float, float, float]] = [
    ("Stadion Merdu", "sports", (-1880, 1010), 330, 260, 12),
    ("Rumah Sakit Umum Sendari", "campus", (-330, 820), 260, 210, -8),
    ("Universitas Kelana", "campus", (-1850, -330), 520, 380, 10),
    ("Kawasan Industri Mekar", "industry", (3560, 1250), 520, 760, -14),
    ("Pabrik Pengolahan Ikan", "industry", (2450, 3250), 420, 170, -4),
    ("Pelabuhan Pandan", "port", (700, 2600), 560, 150, 62),
    ("Dermaga Feri", "port", (-470, 2355), 340, 85, 40),
    ("Pasar Lontar", "market", (260, 1640), 150, 120, 18),
    ("Alun-Alun Bandar", "square", (-250, 1700), 130, 110, 12),
]


@cache
def grounds() -> tuple[Ground, ...]:
    """Every piece of ground, clipped to dry land."""
    found = [Ground(name, kind, _rugged(points, name, sway)) for name, kind, sway, points in _BLOBS]
    found += [Ground(name, kind, _plot(*where)) for name, kind, *where in _PLOTS]
    found += _mangroves()
    dry = land().difference(water_surface())
    return tuple(Ground(g.name, g.kind, g.shape.intersection(dry)) for g in found)


@cache
def closed_to_streets() -> BaseGeometry:
    """Ground and water no street may cross; the great roads may."""
    kept = [ground.shape for ground in grounds()]
    return ops.unary_union([*kept, water_surface()])


def _mangroves() -> list[Ground]:
    lagoon = Polygon(curve(LAGOON, closed=True)).buffer(130)
    swamp = LineString(curve([(-5300, -1300), (-4830, -1780), (-5000, -2450)])).buffer(190)
    mouth = Point(-5450, -800).buffer(230)
    shelter = LineString(curve([(1500, 3480), (2350, 3560)])).buffer(110)
    return [
        Ground("Bakau Laguna", "mangrove", lagoon),
        Ground("Bakau Barat", "mangrove", ops.unary_union([swamp, mouth])),
        Ground("Bakau Muara", "mangrove", shelter),
    ]


def _plot(middle: tuple[float, float], length: float, width: float, turn: float) -> Polygon:
    x, y = length / 2, width / 2
    box = Polygon([(-x, -y), (x, -y), (x, y), (-x, y)])
    return affinity.translate(affinity.rotate(box, turn, origin=(0, 0)), *middle)
