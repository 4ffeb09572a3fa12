"""Where complaints gather: counts per square or hexagon of the city's metric grid."""

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import reach
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.errors import Invalid
from geo_portal.insights import heat_grid
from geo_portal.insights.heat_counts import (
    SENSITIVE_M,
    Squares,
    add_kept,
    add_looked_for,
    kept_source,
    squares_of,
)
from geo_portal.insights.heat_grid import Shape
from geo_portal.insights.map import MOST_SCANNED
from geo_portal.insights.map import most_scanned as most_of
from geo_portal.insights.selection import Selection, selection
from geo_portal.insights.viewport import Viewport

SMALLEST_M, LARGEST_M = 20, 100_000
USUAL_M = 250
# What keeps a reply under 300 KB: a square takes about 200 bytes, far west and south 230.
MOST_CELLS = 1_200
LADDER_M = (100, 250, 500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000)


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell: `x` and `y` are its column and row, counted from the origin of the metric CRS.

    `value` is what a measure other than the count says of it, between `low` and `high` where an
    interval is known; `unsure` cells rest on too little and are drawn hatched.
    """

    x: int
    y: int
    count: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unsure: bool = False

    @property
    def shown(self) -> float:
        return self.count if self.value is None else self.value


@dataclass(frozen=True)
class HeatMap:
    """A measure per cell of `cell_m` metres laid out in `srid`, most of it first.

    `wanted_m` is the size that was asked for. `left_out` are sensitive complaints too few in
    their square to be shown; None when how many there are is not told. `complete` is False when
    there was too much to look through. `beside` are complaints that the measure cannot place:
    where nobody lives, or no street is known.
    """

    cells: list[HeatCell]
    cell_m: int
    srid: int
    wanted_m: int
    left_out: int | None = 0
    complete: bool = True
    shape: Shape = "square"
    measure: str = "count"
    beside: int = 0

    @property
    def total(self) -> int:
        return sum(cell.count for cell in self.cells)

    def corners(self) -> NDArray[np.float64]:
        """Per cell its closed ring, longitude and latitude: (cells, 5 or 7, 2)."""
        return self._in_degrees(self.corners_m())

    def corners_m(self) -> NDArray[np.float64]:
        """The same in metres of `srid`."""
        at = np.array([(cell.x, cell.y) for cell in self.cells], dtype=float).reshape(-1, 2)
        return heat_grid.rings(self.shape, at, self.cell_m)

    def hatches(self) -> NDArray[np.float64]:
        """Strokes across the unsure cells, in degrees: (strokes, 2, 2)."""
        unsure = np.array([cell.unsure for cell in self.cells], dtype=bool)
        return heat_grid.strokes(self.corners()[unsure])

    def _in_degrees(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        if not len(metres):
            return metres
        lon, lat = _to_degrees(self.srid).transform(metres[..., 0], metres[..., 1])
        return np.stack([lon, lat], axis=-1)


@lru_cache(maxsize=4)
def _to_degrees(srid: int) -> Transformer:
    return Transformer.from_crs(srid, 4326, always_xy=True)


def heat_map(
    session: Session,
    wanted: ComplaintFilter,
    city: CityFacts,
    now: datetime,
    *,
    cell_m: int = USUAL_M,
    shape: Shape = "square",
    viewport: Viewport | None = None,
    most_cells: int | None = None,
    most_scanned: int = MOST_SCANNED,
) -> HeatMap:
    """Count complaints per cell; `wanted` must have been `checked`, its box is not looked at.

    With `most_cells` larger squares are taken until no more are needed; `cell_m` of the answer
    says which. Sensitive complaints are only counted in multiples of 250 m, where at least
    `FEWEST_TOGETHER` of them meet in 250 m, and not when complaints must be looked for one by one,
    as they must for hexagons: kept squares do not add up to those.
    """
    check_size(cell_m)
    where = squares_of(viewport, city, reach(session, city))
    if where is None:
        return HeatMap([], cell_m, city.metric_srid, cell_m, shape=shape)
    chosen, wanted_m = selection(session, wanted, now), cell_m
    if shape != "square":
        chosen = Selection((), (wanted,), wanted.lights)
    found = _drawn(session, chosen, wanted, city, cell_m, shape, where, most_scanned)
    while most_cells and len(found.cells) > most_cells and cell_m < LARGEST_M:
        cell_m = next_larger(cell_m, len(found.cells) / most_cells)
        # Those in view do not add up to what is only partly in view, nor squares without the
        # sensitive ones to squares with them.
        adds_up = cell_m % found.cell_m == 0 and found.cell_m % SENSITIVE_M == 0
        adds_up = adds_up and shape == "square"
        if adds_up and where.box is None:
            found = _added_up(found, cell_m)
        else:
            found = _drawn(session, chosen, wanted, city, cell_m, shape, where, most_scanned)
    return replace(found, wanted_m=wanted_m)


def _drawn(
    session: Session,
    chosen: Selection,
    wanted: ComplaintFilter,
    city: CityFacts,
    cell_m: int,
    shape: Shape,
    where: Squares,
    most_scanned: int,
) -> HeatMap:
    source_m = kept_source(chosen, cell_m)
    if chosen.slices and source_m is None:
        chosen = Selection((), (wanted,), wanted.lights)
    counts: Counter[tuple[int, int]] = Counter()
    where = where.whole(cell_m, city.metric_srid)
    left_out: int | None = None
    complete = True
    if source_m:
        left_out = add_kept(session, chosen, cell_m, source_m, where, counts)
    for scan in chosen.scans:
        most = most_of(scan, most_scanned)
        seen = add_looked_for(session, scan, city, (shape, cell_m), where, most, counts)
        complete = complete and seen < most
    if chosen.scans or where.box:
        # Of a part of the city even their number would tell where they lie.
        left_out = None
    cells = _busiest_first(counts)
    return HeatMap(cells, cell_m, city.metric_srid, cell_m, left_out, complete, shape)


def _added_up(found: HeatMap, cell_m: int) -> HeatMap:
    """The same in squares of `cell_m`, of which those found are whole parts."""
    times = cell_m // found.cell_m
    counts: Counter[tuple[int, int]] = Counter()
    for cell in found.cells:
        counts[cell.x // times, cell.y // times] += cell.count
    return replace(found, cells=_busiest_first(counts), cell_m=cell_m)


def _busiest_first(counts: Counter[tuple[int, int]]) -> list[HeatCell]:
    cells = [HeatCell(x, y, count) for (x, y), count in counts.items()]
    return sorted(cells, key=lambda cell: (-cell.count, cell.x, cell.y))


def kept_size(cell_m: int) -> int:
    """The nearest size that the kept counts answer at once, at least `cell_m`."""
    return next((size for size in LADDER_M if size >= cell_m), LARGEST_M)


def next_larger(cell_m: int, times_too_many: float) -> int:
    """A size of the ladder at which so many times fewer squares are to be expected."""
    least = cell_m * math.sqrt(times_too_many)
    larger = [size for size in LADDER_M if size > cell_m]
    return next((size for size in larger if size >= least * 0.8), LARGEST_M)


def check_size(cell_m: int) -> None:
    """Raise `Invalid` for cells that nobody could count or see."""
    if not SMALLEST_M <= cell_m <= LARGEST_M:
        raise Invalid(
            "Squares can be {smallest} m to {largest} km wide, not {cell_m} m.",
            field="cell_m",
            smallest=SMALLEST_M,
            largest=LARGEST_M // 1000,
            cell_m=cell_m,
        )
