"""The part of the world that a map shows, and the web-mercator cells that cover it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from geo_portal.errors import Invalid
from geo_portal.geometry import Box, LonLat
from geo_portal.insights.cells import Rectangle

# Places are kept in 2^30 steps of the web-mercator square, as in migration 0002.
STEPS = 30
_SIDE = 1 << STEPS
_FARTHEST_NORTH = 85.05


@dataclass(frozen=True)
class Viewport:
    """One box, or two for a map that shows both sides of the antimeridian."""

    boxes: tuple[Box, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `west,south,east,north`.

        West may exceed east, and either may lie beyond ±180: both mean a map across the
        antimeridian. A map that shows the world more than once shows it once here.
        """
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            raise _not_a_box() from None
        if not all(math.isfinite(edge) for edge in (west, south, east, north)):
            raise _not_a_box()
        if south > north:
            raise Invalid("The box is upside down: south must not exceed north.", field="bbox")
        south, north = _within(south, 90), _within(north, 90)
        return cls(tuple(Box(w, south, e, north) for w, e in _spans(west, east)))

    def cells(self, zoom: int) -> list[Rectangle]:
        """The cells at `zoom` that the viewport touches, one rectangle per box."""
        return [_cells(box, zoom) for box in self.boxes]

    def zoom_for(self, wanted: int, most: int) -> int:
        """The finest zoom up to `wanted` at which at most `most` cells are touched."""
        zoom = wanted
        while zoom > 0 and sum(size(cells) for cells in self.cells(zoom)) > most:
            zoom -= 1
        return zoom


WORLD = Viewport((Box(-180, -90, 180, 90),))


def size(cells: Rectangle) -> int:
    """How many cells it has."""
    return (cells.east - cells.west + 1) * (cells.south - cells.north + 1)


def place_of(px: float, py: float) -> LonLat:
    """Where a step of the mercator square lies."""
    lon = px / _SIDE * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * py / _SIDE))))
    return LonLat(max(-180.0, min(180.0, lon)), lat)


def step_of(place: LonLat) -> tuple[int, int]:
    """The step of the mercator square in which a place lies; the same as in the database."""
    lat = _within(place.lat, _FARTHEST_NORTH)
    down = 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)
    px, py = math.floor((place.lon + 180) / 360 * _SIDE), math.floor(down * _SIDE)
    return min(max(px, 0), _SIDE - 1), min(max(py, 0), _SIDE - 1)


def box_around(cells: Rectangle, zoom: int) -> Box:
    """What the cells cover, a hair more on every side so that rounding loses nothing."""
    step = 1 << (STEPS - zoom)
    low = place_of(cells.west * step - 1, (cells.south + 1) * step + 1)
    high = place_of((cells.east + 1) * step + 1, cells.north * step - 1)
    # The outermost cells hold the poles too, where the square ends.
    south = -90.0 if cells.south + 1 == 1 << zoom else low.lat
    north = 90.0 if cells.north == 0 else high.lat
    return Box(low.lon, south, high.lon, north)


def _cells(box: Box, zoom: int) -> Rectangle:
    west, north = step_of(LonLat(box.west, box.north))
    east, south = step_of(LonLat(box.east, box.south))
    shift = STEPS - zoom
    return Rectangle(f"z{zoom}", west >> shift, north >> shift, east >> shift, south >> shift)


def _spans(west: float, east: float) -> Iterator[tuple[float, float]]:
    if west <= east and east - west >= 360:
        yield -180.0, 180.0
        return
    west, east = (west + 180) % 360 - 180, (east + 180) % 360 - 180 if east != 180 else 180.0
    if west <= east:
        yield west, east
    else:
        yield west, 180.0
        yield -180.0, east


def _within(degrees: float, limit: float) -> float:
    return max(-limit, min(limit, degrees))


def _not_a_box() -> Invalid:
    return Invalid("A box is four numbers: west,south,east,north.", field="bbox")
