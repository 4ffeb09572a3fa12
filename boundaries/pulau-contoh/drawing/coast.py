"""The coast: bays, a cape, a harbour with straight quays, a lagoon and two islets."""

from functools import cache

import numpy as np
from shapely import affinity, ops
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

from drawing.ground import Points, curve, noise

# By hand, clockwise from the western beach; the notch in the north is the harbour bay.
MAIN_ISLAND: Points = [
    (-5900, 200), (-5750, 900), (-5250, 1450), (-5450, 2150), (-4900, 2750), (-4100, 3000),
    (-3400, 2950), (-2700, 3300), (-2050, 3800), (-1450, 3650), (-950, 3050), (-700, 2450),
    (-150, 2120), (420, 2230), (800, 2650), (1100, 3200), (1700, 3430), (2300, 3500),
    (3000, 3350), (3600, 2850), (4200, 2750), (4700, 2300), (4820, 1700), (5350, 1250),
    (6050, 950), (6330, 600), (6000, 260), (5350, 120), (4900, -350), (5080, -1000),
    (4850, -1600), (4950, -2250), (4500, -2900), (3750, -3400), (2900, -3650), (2100, -3500),
    (1400, -3950), (600, -4280), (-250, -4120), (-900, -3700), (-1650, -3850), (-2500, -4230),
    (-3300, -3950), (-3850, -3350), (-4550, -3150), (-5020, -2500), (-4800, -1800),
    (-5350, -1200), (-5950, -550),
]  # fmt: skip
LAGOON: Points = [
    (2950, -2480), (3250, -2250), (3750, -2230), (4150, -2420), (4230, -2700), (3900, -2830),
    (3350, -2850), (3000, -2700),
]  # fmt: skip
LAGOON_MOUTH: Points = [(4080, -2650), (4350, -2750), (4800, -2800)]
# Two islets: one off the fishing coast in the north-west, one off the lagoon.
ISLETS: list[Points] = [
    [(-4620, 3720), (-4380, 3980), (-4020, 3960), (-3900, 3760), (-4150, 3600), (-4420, 3560)],
    [(4880, -3480), (5060, -3300), (5330, -3380), (5300, -3620), (5010, -3680)],
]
# (middle, length, width, turn in degrees): piers and quays built into the bay.
QUAYS = [
    ((640, 2560), 620, 190, 62),
    ((-500, 2330), 470, 105, 40),
    ((95, 2330), 40, 330, 6),
]
BREAKWATERS: list[Points] = [
    [(-960, 3080), (-700, 3240), (-330, 3330)],
    [(1080, 3180), (760, 3330), (330, 3390)],
]


@cache
def land() -> MultiPolygon:
    """All dry land, the main island first; its border is the outer border of the city."""
    main = rugged(MAIN_ISLAND, "main", 78).difference(_lagoon())
    quays = [_block(*quay) for quay in QUAYS]
    walls = [LineString(curve(wall)).buffer(11, quad_segs=2) for wall in BREAKWATERS]
    main = ops.unary_union([main, *quays, *walls])
    whole = max(main.geoms, key=lambda part: part.area) if main.geom_type != "Polygon" else main
    islets = [rugged(points, f"islet/{n}", 22) for n, points in enumerate(ISLETS)]
    return MultiPolygon([Polygon(part.exterior).simplify(2.5) for part in (whole, *islets)])


def shore_distance_is_at_least(x: float, y: float, metres: float) -> bool:
    """Whether a place lies on land and this far from the water's edge."""
    spot = Point(x, y)
    return bool(land().covers(spot)) and land().boundary.distance(spot) >= metres


def rugged(points: Points, subject: str, sway_m: float) -> Polygon:
    """A natural outline through hand-set points: slow bends, smaller ones on them, then detail."""
    line = curve(points, closed=True, step_m=12)[:-1]
    x, y = line[:, 0].copy(), line[:, 1].copy()
    # Beaches are smooth and headlands are rough: a slow noise decides which is where.
    rough = 0.2 + 0.8 * np.clip(0.5 + 1.2 * noise(x, y, 3800, "roughness"), 0, 1)
    for axis in (0, 1):
        bends = 1.5 * noise(x, y, 2300, f"bends/{subject}/{axis}")
        detail = noise(x, y, 620, f"coast/{subject}/{axis}") * rough
        crags = 0.28 * noise(x, y, 190, f"crags/{subject}/{axis}") * rough**2
        line[:, axis] += sway_m * (bends + detail + crags)
    return Polygon(line).buffer(0)


def _lagoon() -> Polygon:
    water = rugged(LAGOON, "lagoon", 45)
    mouth = LineString(curve(LAGOON_MOUTH)).buffer(45)
    return ops.unary_union([water, mouth])


def _block(middle: tuple[float, float], length: float, width: float, turn: float) -> Polygon:
    box = Polygon(
        [
            (-length / 2, -width / 2),
            (length / 2, -width / 2),
            (length / 2, width / 2),
            (-length / 2, width / 2),
        ]
    )
    return affinity.translate(affinity.rotate(box, turn, origin=(0, 0)), *middle)
