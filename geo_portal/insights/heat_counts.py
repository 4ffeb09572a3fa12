"""The counting behind a heat map: from the kept squares, or by looking at complaints."""

import math
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint
from geo_portal.geometry import Box
from geo_portal.insights.cells import counted
from geo_portal.insights.heat_grid import Shape, cells_at, rows_m
from geo_portal.insights.selection import Selection
from geo_portal.insights.viewport import Viewport

# A sensitive complaint is only ever counted among at least four others of its square.
FEWEST_TOGETHER = 5
SENSITIVE_M = 250

Counts = Counter[tuple[int, int]]

_OPEN_COUNTS = counted("""
    SELECT floor(x / CAST(:times AS float8))::integer AS x,
           floor(y / CAST(:times AS float8))::integer AS y, sum(n)::integer AS n
    FROM counted
    WHERE NOT sensitive AND (CAST(:lights AS varchar[]) IS NULL OR light = ANY(:lights))
    GROUP BY 1, 2 HAVING sum(n) > 0
""")
_SENSITIVE_COUNTS = counted("""
    , per_square AS (
        SELECT x, y, sum(n)::integer AS n FROM counted
        WHERE sensitive AND (CAST(:lights AS varchar[]) IS NULL OR light = ANY(:lights))
        GROUP BY 1, 2
    )
    SELECT floor(x / CAST(:times AS float8))::integer AS x,
           floor(y / CAST(:times AS float8))::integer AS y,
           coalesce(sum(n) FILTER (WHERE n >= :fewest), 0)::integer AS n,
           coalesce(sum(n) FILTER (WHERE n BETWEEN 1 AND :fewest - 1), 0)::integer AS left_out
    FROM per_square GROUP BY 1, 2
""")


@dataclass(frozen=True)
class Squares:
    """The part of the metric grid that is asked for, in metres; `box` is the same in degrees.

    Without a box it is the whole grid.
    """

    west: float = -math.inf
    south: float = -math.inf
    east: float = math.inf
    north: float = math.inf
    box: Box | None = None

    def numbered(self, cell_m: int) -> dict[str, int]:
        """The squares of `cell_m` that it touches, as a rectangle of their numbers."""
        edges = {"west": self.west, "north": self.south, "east": self.east, "south": self.north}
        return {side: _number(edge / cell_m) for side, edge in edges.items()}

    def whole(self, cell_m: int, srid: int) -> "Squares":
        """The same grown to whole squares of `cell_m`: none is counted by the part in view."""
        if self.box is None:
            return self
        west, south = (math.floor(edge / cell_m) * cell_m for edge in (self.west, self.south))
        # A millimetre less: what lies on these edges belongs to the next square.
        east, north = (
            (math.floor(edge / cell_m) + 1) * cell_m - 0.001 for edge in (self.east, self.north)
        )
        corners = _to_metres(srid).transform_bounds(west, south, east, north, direction="INVERSE")
        if not all(map(math.isfinite, corners)):
            return self
        west_lon, south_lat, east_lon, north_lat = corners
        box = Box(
            max(min(west_lon, self.box.west), -180.0),
            max(min(south_lat, self.box.south), -90.0),
            min(max(east_lon, self.box.east), 180.0),
            min(max(north_lat, self.box.north), 90.0),
        )
        return Squares(west, south, east, north, box)


def _number(squares: float) -> int:
    return math.floor(max(-(2.0**31), min(2.0**31 - 1, squares)))


def squares_of(viewport: Viewport | None, city: CityFacts, around: Box | None) -> Squares | None:
    """None when the viewport shows neither the city (`around`) nor its surroundings."""
    if viewport is None or around is None:
        return Squares()
    near = Box(
        max(around.west - 1, -180.0),
        max(around.south - 1, -90.0),
        min(around.east + 1, 180.0),
        min(around.north + 1, 90.0),
    )
    shared = [found for box in viewport.boxes if (found := _shared(box, near))]
    if not shared:
        return None
    if near in shared:
        return Squares()
    edges = _to_metres(city.metric_srid).transform_bounds(
        shared[0].west, shared[0].south, shared[0].east, shared[0].north
    )
    return Squares(*edges, box=shared[0])


@lru_cache(maxsize=4)
def _to_metres(srid: int) -> Transformer:
    return Transformer.from_crs(4326, srid, always_xy=True)


def _shared(one: Box, other: Box) -> Box | None:
    west, south = max(one.west, other.west), max(one.south, other.south)
    east, north = min(one.east, other.east), min(one.north, other.north)
    return Box(west, south, east, north) if west < east and south < north else None


def kept_source(chosen: Selection, cell_m: int) -> int | None:
    """The largest kept squares that `cell_m` is a multiple of; None when there are none."""
    if not chosen.slices:
        return None
    kept = (1000, 250, 100) if chosen.is_everything else (1000, 250)
    return next((size for size in kept if cell_m % size == 0), None)


def add_kept(
    session: Session,
    chosen: Selection,
    cell_m: int,
    source_m: int,
    where: Squares,
    counts: Counts,
) -> int | None:
    """Add what is kept to `counts`; gives how many sensitive complaints had to be left out.

    None in squares that hold no sensitive ones at all.
    """
    asked = {"slices": list(chosen.slices), "lights": list(chosen.lights) or None}
    of_source = {"times": cell_m / source_m, "grid": f"m{source_m}"} | where.numbered(source_m)
    for x, y, n in session.execute(_OPEN_COUNTS, asked | of_source):
        counts[x, y] += n
    if cell_m % SENSITIVE_M:
        return None
    of_sensitive = {"times": cell_m / SENSITIVE_M, "grid": f"m{SENSITIVE_M}"}
    of_sensitive |= {"fewest": FEWEST_TOGETHER} | where.numbered(SENSITIVE_M)
    left_out = 0
    for x, y, n, hidden in session.execute(_SENSITIVE_COUNTS, asked | of_sensitive):
        left_out += hidden
        if n:
            counts[x, y] += n
    return left_out


def add_looked_for(
    session: Session,
    scan: ComplaintFilter,
    city: CityFacts,
    grid: tuple[Shape, int],
    where: Squares,
    most: int,
    counts: Counts,
) -> int:
    """Add what is found among at most `most` complaints; gives how many were looked at.

    Sensitive ones are left out: exact days and words would tell them apart.
    """
    looked_at = (
        select(Complaint.point)
        .where(*replace(scan, box=where.box).conditions(), ~Complaint.sensitive)
        .limit(most)
        .subquery()
    )
    point = func.ST_AsBinary(looked_at.c.point, "NDR")
    places = _coordinates(session.scalar(select(func.string_agg(point, literal(b"")))))
    # PROJ is asked for all at once: called for each row it would take longer than finding them.
    x_y = _to_metres(city.metric_srid).transform(places["x"], places["y"])
    metres = np.column_stack(x_y)
    metres = metres[np.isfinite(metres).all(axis=1)]
    cells, numbers = _tally(cells_at(*grid, metres))
    for (column, row), n in zip(cells.tolist(), numbers.tolist(), strict=True):
        # The box in degrees is larger than the squares: what is beside them is not all there.
        if _is_within(where, grid, column, row):
            counts[column, row] += n
    return len(places)


def _is_within(where: Squares, grid: tuple[Shape, int], column: int, row: int) -> bool:
    shape, cell_m = grid
    if shape == "square":
        within = where.numbered(cell_m)
        return (
            within["west"] <= column <= within["east"] and within["north"] <= row <= within["south"]
        )
    # Hexagons are shown when their middle is in view.
    x_m, y_m = (column + row % 2 / 2) * cell_m, row * rows_m(shape, cell_m)
    return where.west <= x_m <= where.east and where.south <= y_m <= where.north


# A point's well-known binary, little-endian (NDR): byte order, type, and EPSG:4326 degrees.
_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])


def _coordinates(points: memoryview | None) -> NDArray[np.void]:
    """Many points that stand one behind the other, with the fields `x` and `y`."""
    return np.frombuffer(points or b"", dtype=_POINT)


def _tally(cells: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which cells (rows of column and row) there are, and how often each."""
    # So far outside its CRS a place lies in no view; it must only not run into the next number.
    columns, rows = np.clip(cells, -(2**30), 2**30).T
    lowest = rows.min(initial=0)
    # One number per cell is sorted many times quicker than a pair of them.
    keys, numbers = np.unique((columns << 32) + (rows - lowest), return_counts=True)
    return np.column_stack([keys >> 32, (keys & 0xFFFFFFFF) + lowest]), numbers
