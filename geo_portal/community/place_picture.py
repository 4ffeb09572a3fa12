"""A small map of one place, drawn by us from the city's own basemap: quiet ground, one pin."""

import gzip
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import shapely
from PIL import Image, ImageDraw
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from geo_portal.city.basemap import layer_names, read_layer
from geo_portal.geometry import LonLat

# The light map of the pages.
SEA, LAND, GREEN, BUILT, WATER = "#cfe0e8", "#f4f3ee", "#dce9d3", "#e9e6de", "#cfe0e8"
FILLS = {"land": LAND, "green": GREEN, "built": BUILT, "water": WATER}
# Casing, road, width in metres.
ROADS = {"main": ("#d6c9a0", "#ffffff", 16.0), "secondary": ("#d6d1c5", "#ffffff", 11.0)}
STREET = ("#d6d1c5", "#ffffff", 8.0)
PINS = {"waiting": "#c5332a", "progress": "#b26a00", "done": "#23813f", "closed": "#66716e"}
M_PER_DEGREE = 111_320.0
SMOOTHING = 2  # drawn so much larger and made smaller again


@dataclass(frozen=True)
class _Window:
    """What of the earth the picture shows; `m_per_px` in both directions."""

    place: LonLat
    width: int
    height: int
    m_per_px: float

    def pixels(self, corners: Iterable[tuple[float, ...]]) -> list[tuple[float, float]]:
        """Corners in degrees as pixels of the picture."""
        east = M_PER_DEGREE * math.cos(math.radians(self.place.lat)) / self.m_per_px
        north = M_PER_DEGREE / self.m_per_px
        middle = self.width / 2, self.height / 2
        return [
            (
                middle[0] + (corner[0] - self.place.lon) * east,
                middle[1] - (corner[1] - self.place.lat) * north,
            )
            for corner in corners
        ]

    @property
    def box(self) -> BaseGeometry:
        """The shown part of the earth and a little around it, in degrees."""
        lat = self.height * self.m_per_px / M_PER_DEGREE * 0.6
        lon = self.width * self.m_per_px / M_PER_DEGREE * 0.6
        lon /= max(0.2, math.cos(math.radians(self.place.lat)))
        west, south = self.place.lon - lon, self.place.lat - lat
        return shapely.box(west, south, self.place.lon + lon, self.place.lat + lat)


def place_picture(
    session: Session, place: LonLat, light: str, *, width: int, height: int, across_m: float = 900
) -> Image.Image:
    """A map `width` × `height` pixels large and `across_m` metres wide, the pin in its middle.

    A city without basemap gives plain ground with the pin.
    """
    large = width * SMOOTHING, height * SMOOTHING
    window = _Window(place, *large, m_per_px=across_m / large[0])
    layers = {name: _layer(*read_layer(session, name)) for name in layer_names(session)}
    picture = Image.new("RGB", large, SEA if "land" in layers else LAND)
    drawing = ImageDraw.Draw(picture)
    for name, features in layers.items():
        _draw_layer(drawing, window, name, features)
    _draw_pin(drawing, large, PINS[light])
    return picture.resize((width, height), Image.Resampling.LANCZOS)


Features = tuple[tuple[dict[str, Any], BaseGeometry], ...]


@lru_cache(maxsize=16)
def _layer(zipped: bytes, _etag: str) -> Features:
    """Parsed once per process; the layers of one city are a few hundred shapes."""
    found = json.loads(gzip.decompress(zipped))["features"]
    return tuple((one["properties"], shape(one["geometry"])) for one in found if one["geometry"])


def _draw_layer(
    drawing: ImageDraw.ImageDraw, window: _Window, name: str, features: Features
) -> None:
    near = [(told, part) for told, part in features if part.intersects(window.box)]
    if name in FILLS:
        for _, part in near:
            _fill(drawing, window, part.intersection(window.box), FILLS[name])
    elif name == "roads":
        for whole in (True, False):
            for told, part in near:
                casing, road, width_m = ROADS.get(told.get("class", ""), STREET)
                _line(drawing, window, part, casing if whole else road, width_m, whole)
    elif name == "rail":
        for _, part in near:
            _line(drawing, window, part, "#9aa3a0", 4.0, False)


def _fill(drawing: ImageDraw.ImageDraw, window: _Window, part: BaseGeometry, colour: str) -> None:
    for one in getattr(part, "geoms", [part]):
        if one.geom_type == "Polygon" and not one.is_empty:
            drawing.polygon(window.pixels(one.exterior.coords), fill=colour)


def _line(
    drawing: ImageDraw.ImageDraw,
    window: _Window,
    part: BaseGeometry,
    colour: str,
    width_m: float,
    with_casing: bool,
) -> None:
    width = max(2, round(width_m / window.m_per_px)) + (SMOOTHING * 2 if with_casing else 0)
    for one in getattr(part, "geoms", [part]):
        if one.geom_type == "LineString":
            drawing.line(window.pixels(one.coords), fill=colour, width=width, joint="curve")


def _draw_pin(drawing: ImageDraw.ImageDraw, size: tuple[int, int], colour: str) -> None:
    """A drop whose tip is the place."""
    x, y, r = size[0] / 2, size[1] / 2, 26.0 * SMOOTHING
    top = y - 2.1 * r
    for edge, paint in ((4 * SMOOTHING, "#ffffff"), (0, colour)):
        drawing.ellipse((x - r - edge, top - r - edge, x + r + edge, top + r + edge), fill=paint)
        tip = [(x - r * 0.86 - edge, top + r * 0.5), (x + r * 0.86 + edge, top + r * 0.5)]
        drawing.polygon([*tip, (x, y + edge)], fill=paint)
    small = r * 0.38
    drawing.ellipse((x - small, top - small, x + small, top + small), fill="#ffffff")
