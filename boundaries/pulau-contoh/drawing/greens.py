"""Forest, parks, mangrove, fields and the plots of the big institutions."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely import affinity, ops
from shapely.geometry import MultiPoint, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from drawing.coast import land, rugged
from drawing.ground import Points, dice, noise
from drawing.towns import closeness
from drawing.waters import water_surface


@dataclass(frozen=True)
class Ground:
    """A piece of ground with a use of its own, where no street runs through."""

    name: str
    kind: str  # forest | mangrove | park | cemetery | field | sports | campus | port | industry
    shape: BaseGeometry


# name, kind, sway (0: straight sides, as parks between streets have), points
_BLOBS: list[tuple[str, str, float, Points]] = [
    ("Bukit Kelana", "forest", 105, [
        (-3550, -1250), (-3150, -800), (-2500, -930), (-2050, -640), (-1350, -900),
        (-1130, -1450), (-1500, -1800), (-1450, -2250), (-2150, -2480), (-2600, -2250),
        (-3050, -2480), (-3350, -1950)]),
    ("Hutan Tanjung", "forest", 60, [
        (5200, 400), (5320, 760), (5180, 1050), (5500, 1180), (5950, 920), (6280, 600),
        (5900, 330), (5600, 400), (5450, 230)]),
    ("Hutan Kemiri", "forest", 70, [
        (-420, -2150), (-60, -2230), (190, -1980), (160, -2480), (-20, -2830), (-330, -2650),
        (-520, -2760)]),
    ("Hutan Hulu", "forest", 45, [
        (-4650, -1650), (-4250, -1250), (-4120, -1600), (-4380, -1950)]),
    ("Hutan Situ", "forest", 60, [
        (3750, 1980), (4150, 2450), (4500, 2250), (4350, 1900)]),
    ("Taman Kota Sendari", "park", 0, [
        (-800, 330), (-560, 520), (-170, 450), (-110, 180), (-300, -90), (-700, 10), (-690, 170)]),
    ("Taman Situ", "park", 40, [
        (2280, -640), (2330, -300), (2620, -90), (3230, -180), (3330, -640), (3180, -1010),
        (2850, -1090), (2580, -1010), (2400, -1080)]),
    ("Taman Merdu", "park", 0, [(-2400, 960), (-2120, 1010), (-2060, 700), (-2240, 660)]),
    ("Taman Kanal", "park", 0, [(300, 1520), (480, 1610), (650, 1440), (560, 1330), (420, 1400)]),
    ("Taman Cemara", "park", 35, [
        (-2200, 3300), (-2060, 3620), (-1800, 3520), (-1480, 3560), (-1620, 3260), (-1900, 3350)]),
    ("Taman Melur", "park", 0, [(690, -200), (1010, -150), (1060, -430), (900, -470), (740, -440)]),
    ("Taman Gayam", "park", 0, [
        (-480, -880), (-150, -830), (-120, -1020), (-260, -1160), (-450, -1120)]),
    ("Pemakaman Umum Wangi", "cemetery", 0, [
        (1560, 720), (1860, 870), (2010, 560), (1840, 480), (1680, 420)]),
    ("Kebun Karya", "park", 0, [(3640, 270), (3970, 240), (3950, 0), (3680, -40)]),
    ("Taman Nelaya", "park", 0, [(-4300, 2050), (-4120, 2330), (-3920, 2230), (-4050, 2080)]),
    ("Bakau Laguna", "mangrove", 55, [
        (2750, -2500), (2900, -2180), (3350, -2020), (3900, -2060), (4350, -2270), (4150, -2480),
        (3600, -2500), (3250, -2560), (3450, -2900), (3050, -3000), (2800, -2800)]),
    ("Bakau Selatan", "mangrove", 40, [
        (3700, -2750), (4250, -2700), (4450, -2950), (4050, -3080), (3750, -2980)]),
    ("Bakau Barat", "mangrove", 50, [
        (-5450, -1350), (-5150, -1100), (-4680, -1600), (-4800, -2050), (-4900, -2500),
        (-5200, -2500), (-5050, -1850)]),
    ("Bakau Perdu", "mangrove", 45, [
        (-6100, -900), (-5950, -520), (-5600, -560), (-5280, -760), (-5500, -980), (-5750, -900)]),
    ("Bakau Muara", "mangrove", 35, [
        (1400, 3500), (1650, 3280), (1850, 3150), (2100, 3280), (2500, 3400), (2500, 3650),
        (1600, 3650)]),
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
    found = [
        Ground(name, kind, rugged(points, name, sway) if sway else _with_round_corners(points))
        for name, kind, sway, points in _BLOBS
    ]
    found += [Ground(name, kind, _plot(*where)) for name, kind, *where in _PLOTS]
    dry = land().difference(water_surface())
    return tuple(Ground(g.name, g.kind, g.shape.intersection(dry)) for g in found)


@cache
def closed_to_streets() -> BaseGeometry:
    """Ground and water no street may cross; the great roads may."""
    kept = [ground.shape for ground in grounds()]
    return ops.unary_union([*kept, water_surface()])


@cache
def woods() -> BaseGeometry:
    """Nameless woods and groves between the fields, where nobody lives; lanes may cross them."""
    stream = dice("woods")
    spots = MultiPoint(
        [(stream.uniform(-6300, 6300), stream.uniform(-4600, 4600)) for _ in range(5200)]
    )
    cells = shapely.get_parts(shapely.voronoi_polygons(spots))
    middles = shapely.centroid(cells)
    x, y = shapely.get_x(middles), shapely.get_y(middles)
    wild = noise(x, y, 1500, "woods") - 1.6 * np.clip(closeness(x, y), 0, 1)
    grown = ops.unary_union(cells[wild > 0.2]).buffer(-30).buffer(55).buffer(-25)
    kept = [ground.shape.buffer(30) for ground in grounds()]
    grown = grown.intersection(land().buffer(-70)).difference(
        ops.unary_union([*kept, water_surface()])
    )
    return MultiPolygon([p for p in shapely.get_parts(grown) if p.area > 9000])


def _with_round_corners(points: Points) -> Polygon:
    return Polygon(points).buffer(-14).buffer(14, quad_segs=2)


def _plot(middle: tuple[float, float], length: float, width: float, turn: float) -> Polygon:
    x, y = length / 2, width / 2
    box = Polygon([(-x, -y), (x, -y), (x, y), (-x, y)])
    return affinity.translate(affinity.rotate(box, turn, origin=(0, 0)), *middle)
