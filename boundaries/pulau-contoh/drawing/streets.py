"""The street network: lines that follow the lie of roads, coast and river, evenly spaced.

Streets are traced along two crossing direction fields (evenly-spaced streamlines): where people
live closely they lie 65 m apart, in the suburbs 100, between the fields only lanes are left. The
field leans on the nearest roads and the shore, so old-town streets bend with the harbour.
"""

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely import ops
from shapely.geometry import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from drawing.coast import land
from drawing.greens import closed_to_streets
from drawing.ground import dice, noise
from drawing.roads import main_network
from drawing.towns import TOWNS, closeness
from drawing.waters import streams

CELL_M = 40.0
WEST, SOUTH, COLUMNS, ROWS = -6400.0, -4700.0, 325, 235
STEP_M = 14.0
REACH_M = 60.0  # how far a street is drawn on to meet the next


@dataclass
class _Field:
    """What the ground says at each cell: direction, spacing wanted (0: no streets here)."""

    angle: np.ndarray
    spacing: np.ndarray

    def at(self, x: float, y: float) -> tuple[float, float]:
        column = min(max(int((x - WEST) / CELL_M), 0), COLUMNS - 1)
        row = min(max(int((y - SOUTH) / CELL_M), 0), ROWS - 1)
        return float(self.angle[row, column]), float(self.spacing[row, column])


@cache
def streets() -> tuple[LineString, ...]:
    """Named-street-long lines, cut where they are not needed, hardly an end in the air."""
    field = _field()
    clear = land().buffer(-25).difference(closed_to_streets().buffer(9))
    kept = _joined_up(_promenades(clear))
    # The second and third time fill the blocks that stayed too big.
    for round_ in range(3):
        trails = np.array(_trails(field, kept, round_), dtype=object)
        pieces = shapely.get_parts(shapely.intersection(trails, clear))
        new = [p for p in pieces if p.geom_type == "LineString" and p.length > 40]
        kept = _joined_up(kept + _without_loose_ends(new, kept))
    return tuple(kept)


def _promenades(clear: BaseGeometry) -> list[LineString]:
    """Streets along both banks of the water, where the town has come down to it."""
    banks = [s.line.buffer(max(s.mouth_width_m / 2, 12) + 24).boundary for s in streams()]
    shore = land().geoms[0].buffer(-46).simplify(6).boundary
    towns = [Point(x, y).buffer(0.72 * reach) for x, y, reach, weight in TOWNS if weight > 0.6]
    built_up = ops.unary_union(towns).intersection(clear)
    harbour = Point(60, 2250).buffer(950).intersection(clear)
    ways = [bank.intersection(built_up) for bank in banks] + [shore.intersection(harbour)]
    lines = [part for way in ways for part in shapely.get_parts(shapely.line_merge(way))]
    return [line.simplify(2) for line in lines if line.length > 120]


@cache
def network() -> MultiLineString:
    """Streets with the roads they hang on."""
    return ops.unary_union([*streets(), main_network()])


def _field() -> _Field:
    x, y = np.meshgrid(
        WEST + CELL_M * (np.arange(COLUMNS) + 0.5), SOUTH + CELL_M * (np.arange(ROWS) + 0.5)
    )
    spots, bearings, weights = _leaning_lines()
    far, nearest = cKDTree(spots).query(np.column_stack([x.ravel(), y.ravel()]), k=24)
    pull = weights[nearest] * np.exp(-far / 320) + 1e-9
    # Directions are doubled so that a line and its reverse are the same.
    double = bearings[nearest] * 2
    angle = 0.5 * np.arctan2((pull * np.sin(double)).sum(1), (pull * np.cos(double)).sum(1))
    angle = angle.reshape(x.shape) + 0.30 * noise(x, y, 1500, "bend")
    old_town = np.exp(-((x - 100) ** 2 + (y - 1750) ** 2) / 900**2)
    angle += old_town * 0.55 * noise(x, y, 420, "old town")
    return _Field(np.round(angle, 6), np.round(_spacing(x, y), 3))


def _spacing(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    close = closeness(x, y)
    wanted = np.interp(
        close, [-0.05, 0.1, 0.22, 0.4, 0.6, 0.8, 1.0], [620, 400, 220, 125, 95, 74, 54]
    )
    return np.asarray(wanted * (1 + 0.18 * noise(x, y, 700, "spacing")))


def _leaning_lines() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    spots, bearings, weights = [], [], []
    lines: list[tuple[BaseGeometry, float]] = [(main_network(), 1.0), (land().boundary, 0.35)]
    lines += [(stream.line, 0.45) for stream in streams()]
    for shape, weight in lines:
        for line in shapely.get_parts(shape):
            way = np.array(line.segmentize(60).coords)
            step = np.diff(way, axis=0)
            spots.append((way[:-1] + way[1:]) / 2)
            bearings.append(np.arctan2(step[:, 1], step[:, 0]))
            weights.append(np.full(len(step), weight))
    return np.concatenate(spots), np.concatenate(bearings), np.concatenate(weights)


class _Spots:
    """Places already taken by lines of one family, in buckets, to keep new ones apart."""

    def __init__(self) -> None:
        self.buckets: dict[tuple[int, int], list[tuple[float, float]]] = {}

    def add(self, x: float, y: float) -> None:
        self.buckets.setdefault((int(x // 100), int(y // 100)), []).append((x, y))

    def free(self, x: float, y: float, apart: float) -> bool:
        reach = int(apart // 100) + 1
        column, row = int(x // 100), int(y // 100)
        for c in range(column - reach, column + reach + 1):
            for r in range(row - reach, row + reach + 1):
                for at_x, at_y in self.buckets.get((c, r), ()):
                    if (at_x - x) ** 2 + (at_y - y) ** 2 < apart * apart:
                        return False
        return True


def _trails(field: _Field, kept: list[LineString], round_: int) -> list[LineString]:
    stream = dice(f"street seeds {round_}")
    seeds = [(stream.uniform(WEST, -WEST), stream.uniform(SOUTH, -SOUTH)) for _ in range(8000)]
    # The closest quarters first, so that their even spacing is not spoilt from outside.
    seeds.sort(key=lambda seed: field.at(*seed)[1])
    taken = [_taken(field, family, kept) for family in (0, 1)]
    found = []
    for number, (x, y) in enumerate(seeds):
        family = number % 2
        apart = field.at(x, y)[1]
        if taken[family].free(x, y, apart):
            way = _trace(field, taken[family], family, x, y)
            if len(way) * STEP_M > max(60, apart * 0.8):
                found.append(_reaching_out(way))
                for at in way:
                    taken[family].add(*at)
    return found


def _reaching_out(way: list[tuple[float, float]]) -> LineString:
    """The line with both ends drawn on straight, to be cut where they meet another street."""
    line = np.array(way)
    first, last = line[0] - line[2], line[-1] - line[-3]
    head = line[0] + first / np.hypot(*first) * REACH_M
    tail = line[-1] + last / np.hypot(*last) * REACH_M
    middle = LineString(line).simplify(1.5)
    return LineString([head, *middle.coords, tail])


def _taken(field: _Field, family: int, kept: list[LineString]) -> _Spots:
    """Spots on the roads and kept streets that run with this family."""
    spots = _Spots()
    for line in [*shapely.get_parts(main_network()), *kept]:
        way = np.array(line.segmentize(15).coords)
        for (ax, ay), (bx, by) in pairwise(way):
            lie = field.at(ax, ay)[0] + family * math.pi / 2
            if abs(math.cos(math.atan2(by - ay, bx - ax) - lie)) > 0.75:
                spots.add(ax, ay)
    return spots


def _trace(
    field: _Field, taken: _Spots, family: int, x: float, y: float
) -> list[tuple[float, float]]:
    back = _half(field, taken, family, x, y, -1)
    ahead = _half(field, taken, family, x, y, 1)
    return [*reversed(back), (x, y), *ahead]


def _half(
    field: _Field, taken: _Spots, family: int, x: float, y: float, way: int
) -> list[tuple[float, float]]:
    turn = family * math.pi / 2
    last = field.at(x, y)[0] + turn + (math.pi if way < 0 else 0)
    found: list[tuple[float, float]] = []
    for _ in range(90):
        lie, apart = field.at(x, y)
        lie += turn
        if math.cos(lie - last) < 0:
            lie += math.pi
        if math.cos(lie - last) < 0.93:  # the field is knotted here; a street would curl
            break
        x, y = round(x + STEP_M * math.cos(lie), 4), round(y + STEP_M * math.sin(lie), 4)
        last = lie
        if not taken.free(x, y, apart * 0.55):
            break
        found.append((x, y))
    return found


def _without_loose_ends(parts: list[LineString], kept: list[LineString]) -> list[LineString]:
    """Cut each line back to the streets its two ends reach."""
    others = [*parts, *kept, *shapely.get_parts(main_network())]
    tree = shapely.STRtree(others)
    done = []
    for number, line in enumerate(parts):
        near = [others[n] for n in tree.query(line) if n != number]
        mended = _end_on_street(line, ops.unary_union(near)) if near else None
        if mended is not None and mended.length > 45:
            done.append(mended)
    return done


def _end_on_street(line: LineString, others: BaseGeometry) -> LineString | None:
    crossings = shapely.get_parts(line.intersection(others))
    at = sorted(line.project(Point(c.centroid)) for c in crossings)
    if not at:
        return None
    start = at[0] if at[0] < 95 + REACH_M else REACH_M
    end = at[-1] if line.length - at[-1] < 95 + REACH_M else line.length - REACH_M
    cut = ops.substring(line, start, end) if end > start else None
    return cut if cut is not None and cut.geom_type == "LineString" else None


def _joined_up(lines: list[LineString]) -> list[LineString]:
    """Only what can be reached from the great roads: no street hangs in the air."""
    tree = shapely.STRtree(lines)
    reached = set(tree.query(main_network(), predicate="dwithin", distance=3).tolist())
    queue = list(reached)
    while queue:
        for other in tree.query(lines[queue.pop()], predicate="dwithin", distance=1).tolist():
            if other not in reached:
                reached.add(other)
                queue.append(other)
    return [line for number, line in enumerate(lines) if number in reached]
