"""The roads that were there first: the national ring and cross roads, the city's own, the rails."""

from dataclasses import dataclass
from functools import cache

from shapely import ops
from shapely.geometry import LineString

from drawing.coast import land
from drawing.ground import Points, wandering


@dataclass(frozen=True)
class Road:
    """A named road; a national one belongs to the national road office, wherever it runs."""

    name: str
    rank: str  # main | secondary
    national: bool
    line: LineString


_RING: Points = [
    (-4700, 600), (-4520, 1450), (-4050, 2080), (-3250, 2280), (-2300, 2720), (-1650, 2620),
    (-1250, 2050), (-820, 1560), (0, 1360), (820, 1620), (1420, 2180), (2150, 2600),
    (3050, 2350), (3850, 1750), (4280, 850), (4180, -150), (4020, -1150), (3250, -1750),
    (2450, -1800), (1650, -2500), (550, -3150), (-550, -2950), (-1500, -3150), (-2750, -3250),
    (-3650, -2450), (-4000, -1350), (-4520, -350), (-4700, 600),
]  # fmt: skip
# name, rank, national, sway in metres, points
_ROADS: list[tuple[str, str, bool, float, Points]] = [
    ("Jalan Lingkar Nusantara", "main", True, 40, _RING),
    ("Jalan Poros Utara", "main", True, 25, [
        (90, 2130), (60, 1750), (0, 1360), (150, 600), (180, -600), (330, -1900), (550, -3150)]),
    ("Jalan Poros Tanjung", "main", True, 30, [
        (-4640, 300), (-3050, 330), (-1500, 480), (150, 600), (1250, 330), (2300, 230),
        (3300, 330), (4270, 620), (5100, 600), (5850, 580)]),
    ("Jalan Bandar", "secondary", False, 18, [
        (-1250, 2050), (-950, 2200), (-560, 2080), (-60, 1930), (420, 2010), (760, 2280),
        (1000, 2700), (1420, 3050), (2050, 3150), (3050, 3050), (3050, 2350)]),
    ("Jalan Cendrawasih", "secondary", False, 30, [
        (-3250, 2280), (-2850, 1350), (-3050, 330), (-3350, -550), (-4000, -1350)]),
    ("Jalan Laksamana Wirya", "secondary", False, 30, [
        (-2300, 2720), (-1850, 1650), (-1500, 480), (-880, -480), (-720, -1700), (-550, -2950)]),
    ("Jalan Stadion", "secondary", False, 20, [
        (-4520, 1450), (-2850, 1350), (-1850, 1250), (-820, 1560)]),
    ("Jalan Kali Sendari", "secondary", False, 25, [
        (820, 1620), (1150, 980), (1250, 330), (1450, -700), (1650, -2500)]),
    ("Jalan Wuni", "secondary", False, 30, [
        (2150, 2600), (2380, 1400), (2300, 230), (2150, -500), (2200, -1200), (2450, -1800)]),
    ("Jalan Karya Industri", "secondary", False, 20, [(3050, 2350), (3150, 1300), (3300, 330)]),
    ("Jalan Raya Gayam", "secondary", False, 25, [
        (-880, -480), (180, -600), (1450, -700), (2150, -500)]),
    ("Jalan Hulu", "secondary", False, 35, [
        (330, -1900), (-720, -1700), (-1150, -2450), (-1500, -3150)]),
    ("Jalan Ladang", "secondary", False, 35, [(330, -1900), (1350, -1650), (2450, -1800)]),
    ("Jalan Pantai Selasih", "secondary", False, 25, [
        (550, -3150), (760, -3700), (100, -3900), (-700, -3520), (-550, -2950)]),
    ("Jalan Cemara", "secondary", False, 20, [(-2300, 2720), (-2050, 3200), (-1800, 3480)]),
    ("Jalan Pantai Barat", "secondary", False, 25, [
        (-4520, 1450), (-5100, 900), (-5550, 250), (-5250, -420), (-4520, -350)]),
    ("Jalan Sirih", "secondary", False, 25, [(-3650, -2450), (-4250, -2550), (-4700, -2350)]),
    ("Jalan Nipah", "secondary", False, 25, [(2450, -1800), (2450, -2600), (2250, -3250)]),
    ("Jalan Kebun Lada", "secondary", False, 25, [(-2750, -3250), (-2900, -3750), (-3350, -3650)]),
    ("Jalan Mercusuar", "secondary", False, 25, [
        (3850, 1750), (4500, 1650), (5050, 1050), (5100, 600)]),
    ("Jalan Situ", "secondary", False, 25, [
        (2300, 230), (3000, -80), (3350, -500), (3350, -1050), (3250, -1750)]),
    ("Jalan Rawa", "secondary", False, 25, [(-3350, -550), (-2500, -420), (-880, -480)]),
    ("Jalan Kerang", "secondary", False, 20, [(4020, -1150), (4500, -1550), (4350, -2150)]),
]  # fmt: skip
_RAILS: list[tuple[str, Points]] = [
    ("Trem Pulau", [
        (560, 2420), (200, 1880), (-380, 1620), (-1050, 1330), (-1750, 1020), (-2650, 1080),
        (-3500, 1250), (-4250, 1250)]),
    ("Kereta Barang Pelabuhan", [
        (700, 2630), (1000, 2350), (1750, 2180), (2650, 1850), (3520, 900), (3700, -200),
        (3560, -750)]),
]  # fmt: skip


@cache
def roads() -> tuple[Road, ...]:
    """Main roads first, as they are drawn."""
    return tuple(
        Road(name, rank, national, wandering(points, name, sway, 1400))
        for name, rank, national, sway, points in _ROADS
    )


@cache
def main_network() -> LineString:
    """Every main and secondary road as one shape on land."""
    return ops.unary_union([road.line for road in roads()]).intersection(land())


@cache
def rails() -> tuple[tuple[str, LineString], ...]:
    """Tram and goods line by name."""
    return tuple((name, wandering(points, name, 15, 2000)) for name, points in _RAILS)
