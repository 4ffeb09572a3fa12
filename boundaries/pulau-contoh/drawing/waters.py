"""Rivers, canals and the lake."""

from dataclasses import dataclass
from functools import cache

from shapely import ops
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from drawing.coast import land, rugged
from drawing.ground import Points, wandering


@dataclass(frozen=True)
class Stream:
    """A watercourse: its line from source to mouth, and how wide it is at both ends."""

    name: str
    kind: str
    line: LineString
    source_width_m: float
    mouth_width_m: float


# name, kind, widths, sway, hand-set points from source to mouth
_STREAMS: list[tuple[str, str, float, float, float, Points]] = [
    ("Kali Sendari", "river", 9, 95, 55, [
        (-1850, -1550), (-1500, -950), (-1050, -250), (-420, 230), (300, 830), (900, 1280),
        (1380, 1960), (1640, 2700), (1930, 3600)]),
    ("Kali Gayam", "river", 8, 30, 45, [
        (1150, -2950), (950, -2150), (700, -1250), (680, -350), (520, 300), (300, 830)]),
    ("Kali Wuni", "river", 12, 26, 40, [(2480, -520), (1950, 130), (1480, 720), (900, 1280)]),
    ("Kali Perdu", "river", 7, 34, 50, [
        (-2950, -1250), (-3600, -750), (-4500, -620), (-5200, -760), (-6000, -760)]),
    ("Kali Selasih", "river", 6, 24, 45, [
        (-1850, -2250), (-2050, -3000), (-2150, -3600), (-2250, -4400)]),
    ("Kanal Lama", "canal", 18, 22, 4, [
        (900, 1280), (560, 1480), (260, 1800), (-40, 2020), (-170, 2350)]),
    ("Kanal Timur", "canal", 16, 26, 5, [(3030, -820), (3900, -760), (4600, -900), (5300, -960)]),
]  # fmt: skip
_LAKE: Points = [
    (2420, -560), (2560, -300), (2900, -330), (3150, -560), (3120, -870), (2820, -980),
    (2540, -860),
]  # fmt: skip
_POND: Points = [(-3380, 760), (-3260, 860), (-3120, 800), (-3140, 680), (-3300, 650)]


@cache
def streams() -> tuple[Stream, ...]:
    """Every watercourse, cut off at the coast."""
    found = []
    for name, kind, source, mouth, sway, points in _STREAMS:
        line = wandering(points, name, sway * 1.5, 800, detail_m=0.5).intersection(
            land().geoms[0].buffer(60)
        )
        line = ops.linemerge(line) if line.geom_type != "LineString" else line
        if line.geom_type != "LineString":
            line = max(line.geoms, key=lambda part: part.length)
        found.append(Stream(name, kind, line, source, mouth))
    return tuple(found)


@cache
def lakes() -> dict[str, Polygon]:
    """Still water by name."""
    return {"Situ Biru": rugged(_LAKE, "lake", 40), "Empang Teratai": rugged(_POND, "pond", 18)}


@cache
def water_surface() -> MultiPolygon:
    """All fresh water as surfaces, widening towards the mouths."""
    parts: list[BaseGeometry] = [_surface(stream) for stream in streams()]
    parts += list(lakes().values())
    surface = ops.unary_union(parts)
    return surface if surface.geom_type == "MultiPolygon" else MultiPolygon([surface])


def _surface(stream: Stream) -> BaseGeometry:
    pieces = 48
    widening = []
    for n in range(pieces):
        part = ops.substring(stream.line, n / pieces, (n + 1) / pieces, normalized=True)
        grown = stream.source_width_m + (stream.mouth_width_m - stream.source_width_m) * (
            (n + 0.5) / pieces
        )
        widening.append(part.buffer(grown / 2, quad_segs=3))
    return ops.unary_union(widening).simplify(0.7)
