"""The two grids of a heat map in metres: squares, and hexagons of the same width."""

import math
from typing import Any, Literal

import numpy as np
from geoalchemy2.functions import ST_X, ST_Y
from numpy.typing import NDArray
from sqlalchemy import Integer, case, func
from sqlalchemy.sql.elements import ColumnElement

Shape = Literal["square", "hexagon"]
SHAPES: tuple[Shape, ...] = ("square", "hexagon")

Metres = NDArray[np.float64]
_SQUARE = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)], dtype=float)
_TURNS = np.radians(np.arange(30, 391, 60))
# Between its two upright sides a hexagon is one cell wide.
_HEXAGON = np.column_stack([np.cos(_TURNS), np.sin(_TURNS)]) / math.sqrt(3)


def rows_m(shape: Shape, cell_m: float) -> float:
    """How far apart two rows of cells are, in metres."""
    return cell_m if shape == "square" else cell_m * math.sqrt(3) / 2


def area_m2(shape: Shape, cell_m: float) -> float:
    """How large one cell is."""
    return cell_m * rows_m(shape, cell_m)


def numbers_of(
    shape: Shape, cell_m: int, at: ColumnElement[Any]
) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Column and row of the cell that holds a point in metres, in the database."""
    x, y = ST_X(at) / cell_m, ST_Y(at) / rows_m(shape, cell_m)
    if shape == "square":
        return func.floor(x).cast(Integer), func.floor(y).cast(Integer)
    # The middles of even and of odd rows are two plain lattices; the nearer middle wins.
    even_x, even_y = func.floor(x + 0.5), func.floor(y / 2 + 0.5)
    odd_x, odd_y = func.floor(x), func.floor(y / 2)

    def far(dx: Any, dy: Any) -> Any:
        return dx * dx + dy * dy * 0.75

    even_is_nearer = far(x - even_x, y - even_y * 2) <= far(x - odd_x - 0.5, y - odd_y * 2 - 1)
    return (
        case((even_is_nearer, even_x), else_=odd_x).cast(Integer),
        case((even_is_nearer, even_y * 2), else_=odd_y * 2 + 1).cast(Integer),
    )


def cells_at(shape: Shape, cell_m: float, at: Metres) -> NDArray[np.int64]:
    """The same for many points (rows of x and y in metres): rows of column and row."""
    x, y = at[:, 0] / cell_m, at[:, 1] / rows_m(shape, cell_m)
    if shape == "square":
        return np.floor(np.column_stack([x, y])).astype(np.int64)
    even = np.column_stack([np.floor(x + 0.5), np.floor(y / 2 + 0.5) * 2])
    odd = np.column_stack([np.floor(x), np.floor(y / 2) * 2 + 1])
    far = [
        (x - lattice[:, 0] - shift) ** 2 + (y - lattice[:, 1]) ** 2 * 0.75
        for lattice, shift in ((even, 0.0), (odd, 0.5))
    ]
    return np.where((far[0] <= far[1])[:, None], even, odd).astype(np.int64)


def middles(shape: Shape, at: Metres, cell_m: float) -> Metres:
    """The middle of each cell of `at` (rows of column and row), in metres."""
    if shape == "square":
        return np.asarray((at + 0.5) * cell_m)
    across = at[:, 0] + at[:, 1] % 2 / 2
    return np.asarray(np.column_stack([across, at[:, 1] * math.sqrt(3) / 2]) * cell_m)


def rings(shape: Shape, at: Metres, cell_m: float) -> Metres:
    """The closed ring around each cell, in metres: (cells, 5 or 7, 2)."""
    if shape == "square":
        return np.asarray((at[:, None, :] + _SQUARE[None]) * cell_m)
    return np.asarray(middles(shape, at, cell_m)[:, None, :] + _HEXAGON[None] * cell_m)


def strokes(closed: Metres) -> Metres:
    """Three parallel strokes across each ring, for hatching: (3 x rings, 2, 2)."""
    ring = closed[:, :-1]
    half = ring.shape[1] // 2
    between = (ring + np.roll(ring, -1, axis=1)) / 2
    pairs = [
        (ring[:, 0], ring[:, half]),
        (between[:, 0], between[:, half - 1]),
        (between[:, half], between[:, -1]),
    ]
    return np.concatenate([np.stack(pair, axis=1) for pair in pairs])


def all_within(shape: Shape, cell_m: float, box: tuple[float, float, float, float]) -> Metres:
    """Column and row of every cell whose middle lies in a box of metres."""
    west, south, east, north = box
    columns = np.arange(math.floor(west / cell_m) - 1, math.ceil(east / cell_m) + 1)
    tall = rows_m(shape, cell_m)
    rows = np.arange(math.floor(south / tall) - 1, math.ceil(north / tall) + 1)
    at = np.array(np.meshgrid(columns, rows), dtype=float).reshape(2, -1).T
    x, y = middles(shape, at, cell_m).T
    inside = (west <= x) & (x <= east) & (south <= y) & (y <= north)
    return np.asarray(at[inside])


def neighbours(shape: Shape, x: int, y: int) -> list[tuple[int, int]]:
    """The cells that touch a cell, at an edge or a corner."""
    if shape == "square":
        around = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]
    else:
        aside = y % 2
        around = [(-1, 0), (1, 0), *((aside - step, dy) for step in (0, 1) for dy in (-1, 1))]
    return [(x + dx, y + dy) for dx, dy in around]
