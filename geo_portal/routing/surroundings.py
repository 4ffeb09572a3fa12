"""Where and when a complaint is made, as numbers that speak for a category beside its words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from geo_portal.geometry import LonLat

Numbers = NDArray[np.float32]
METRES_PER_DEGREE = 111_320
# A street corner, and the neighbourhood that is asked when the corner has no story yet.
CELLS_M = (300, 1_200)
# So many reports of everywhere are mixed in, so that one past report proves nothing.
LENT_BY_THE_WIDER = 4.0
MOST_DISTRICTS = 64
ROWS_PER_DISTRICT = 40
TIMES = {"month": 12, "hour": 24, "weekday": 7}
# How loud each kind of number is beside words, whose vectors have length 1.
LOUDNESS = {"month": 0.5, "hour": 0.3, "weekday": 0.3, "district": 0.5, "before": 0.25}


class Occasion(NamedTuple):
    """Where (EPSG:4326) and when (the city's wall clock) something was reported, if known."""

    place: LonLat | None = None
    at: datetime | None = None


NOWHERE = Occasion()


@dataclass(frozen=True)
class Surroundings:
    """What a city's past reports say of places and times.

    `corner` is the south-west corner (lon, lat) from which cells are counted, `centres` the middles
    (lon, lat) of districts made from the reports themselves. `cells` are numbered cells per width
    of `CELLS_M`, `counts` the reports in each by category. `usual` is the mean vector: what is not
    known counts as usual, and so says nothing.
    """

    corner: NDArray[np.float64]
    centres: Numbers
    cells: tuple[NDArray[np.int64], ...]
    counts: tuple[Numbers, ...]
    common: Numbers
    usual: Numbers

    @property
    def blocks(self) -> dict[str, slice]:
        """The part of the vector that each kind of number takes."""
        widths = TIMES | {"district": len(self.centres), "before": len(self.common)}
        ends = np.cumsum(list(widths.values()))
        return {
            kind: slice(int(end) - width, int(end))
            for (kind, width), end in zip(widths.items(), ends, strict=True)
        }

    def with_categories(self, many: int) -> "Surroundings":
        """The same with so many more categories, of which nothing was reported anywhere yet."""
        rare = np.full(many, self.common.min(), dtype=np.float32)
        return replace(
            self,
            counts=tuple(np.pad(table, ((0, 0), (0, many))) for table in self.counts),
            common=np.concatenate([self.common, rare]),
            usual=np.pad(self.usual, (0, many)),
        )

    def vector(self, occasion: Occasion, *, own: int | None = None) -> Numbers:
        """The numbers of one occasion, less the usual ones; zeros for what is not known.

        A report that was itself counted gives its category as `own`, and is not its own witness.
        """
        made = self.usual.copy()
        blocks = self.blocks
        if occasion.at is not None:
            at = occasion.at
            for kind, which in zip(TIMES, (at.month - 1, at.hour, at.weekday()), strict=True):
                made[blocks[kind]] = _one_of(TIMES[kind], which) * LOUDNESS[kind]
        if occasion.place is not None and len(self.centres):
            nearest = _nearest(self.centres, occasion.place)
            made[blocks["district"]] = _one_of(len(self.centres), nearest) * LOUDNESS["district"]
            made[blocks["before"]] = self._before(occasion.place, own) * LOUDNESS["before"]
        return made - self.usual

    def _before(self, place: LonLat, own: int | None) -> Numbers:
        """How much more of each category was reported here than elsewhere (log ratio)."""
        expected = self.common
        for width, cells, counts in zip(CELLS_M[::-1], self.cells, self.counts, strict=True):
            here = _counted_in(_cell(place, self.corner, width), cells, counts)
            if own is not None and here[own] >= 1:
                here[own] -= 1
            expected = (here + LENT_BY_THE_WIDER * expected) / (here.sum() + LENT_BY_THE_WIDER)
        return np.asarray(np.log(expected / self.common), dtype=np.float32)


def learn_surroundings(
    occasions: Sequence[Occasion], columns: NDArray[np.intp], many: int
) -> Surroundings:
    """From past reports and the numbers of their categories, all below `many`."""
    placed = [row for row, one in enumerate(occasions) if one.place is not None]
    points = np.array([_lonlat(occasions[row]) for row in placed]).reshape(-1, 2)
    common = np.bincount(columns, minlength=many).astype(np.float32) + 0.5
    corner = points.min(axis=0) if len(points) else np.zeros(2)
    cells, counts = [], []
    for width in CELLS_M[::-1]:
        numbers = [_cell(LonLat(*point), corner, width) for point in points.tolist()]
        known, which = np.unique(np.array(numbers, dtype=np.int64), return_inverse=True)
        table = np.zeros((len(known), many), dtype=np.float32)
        np.add.at(table, (which, columns[placed]), 1)
        cells.append(known)
        counts.append(table)
    made = Surroundings(
        corner,
        _middles(points, corner),
        tuple(cells),
        tuple(counts),
        common / common.sum(),
        np.zeros(0, dtype=np.float32),
    )
    length = made.blocks["before"].stop
    plain = Surroundings(**(vars(made) | {"usual": np.zeros(length, dtype=np.float32)}))
    return Surroundings(**(vars(made) | {"usual": _usual(plain, occasions, columns)}))


def vectors(
    surroundings: Surroundings, occasions: Sequence[Occasion], own: NDArray[np.intp] | None = None
) -> Numbers:
    """One row per occasion; with `own`, each report's category, for reports that were counted."""
    length = len(surroundings.usual)
    rows = [
        surroundings.vector(one, own=None if own is None else int(own[row]))
        for row, one in enumerate(occasions)
    ]
    return np.stack(rows) if rows else np.zeros((0, length), dtype=np.float32)


def _lonlat(occasion: Occasion) -> tuple[float, float]:
    return (occasion.place.lon, occasion.place.lat) if occasion.place else (np.nan, np.nan)


def _usual(
    plain: Surroundings, occasions: Sequence[Occasion], columns: NDArray[np.intp]
) -> Numbers:
    """The mean of each block over the reports that know it."""
    seen = vectors(plain, occasions, columns)
    blocks = plain.blocks
    timed = np.array([one.at is not None for one in occasions])
    placed = np.array([one.place is not None for one in occasions])
    usual = np.zeros(seen.shape[1], dtype=np.float32)
    for kind, part in blocks.items():
        known = timed if kind in TIMES else placed
        if known.any():
            usual[part] = seen[known][:, part].mean(axis=0)
    return usual


def _middles(points: NDArray[np.float64], corner: NDArray[np.float64]) -> Numbers:
    many = min(MOST_DISTRICTS, len(points) // ROWS_PER_DISTRICT)
    if many < 2:
        return points[:1].astype(np.float32)
    stretch = np.array([np.cos(np.radians(corner[1])), 1.0])
    found = KMeans(many, n_init=1, max_iter=50, random_state=0).fit(points * stretch)
    return np.asarray(found.cluster_centers_ / stretch, dtype=np.float32)


def _nearest(centres: Numbers, place: LonLat) -> int:
    stretch = np.cos(np.radians(place.lat))
    across = (centres[:, 0] - place.lon) * stretch
    return int(np.argmin(across**2 + (centres[:, 1] - place.lat) ** 2))


def _cell(place: LonLat, corner: NDArray[np.float64], width_m: float) -> int:
    """One number per square of about that width; places far outside get numbers nobody has."""
    up = (place.lat - corner[1]) * METRES_PER_DEGREE / width_m
    across = (place.lon - corner[0]) * METRES_PER_DEGREE * np.cos(np.radians(corner[1])) / width_m
    return int(np.floor(up)) * 1_000_000 + int(np.floor(across))


def _counted_in(cell: int, cells: NDArray[np.int64], counts: Numbers) -> Numbers:
    at = int(np.searchsorted(cells, cell))
    if at < len(cells) and cells[at] == cell:
        return np.array(counts[at])
    return np.zeros(counts.shape[1], dtype=np.float32)


def _one_of(many: int, which: int) -> Numbers:
    made = np.zeros(many, dtype=np.float32)
    made[which] = 1.0
    return made
