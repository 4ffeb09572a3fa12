"""Kernel density: the counts of small squares smoothed by a Gaussian of a stated bandwidth."""

import math
from dataclasses import replace

import numpy as np
from pyproj import Transformer
from scipy.ndimage import gaussian_filter

from geo_portal.errors import TooMuch
from geo_portal.geometry import Box
from geo_portal.insights.heat_grid import area_m2
from geo_portal.insights.heat_method import KERNEL_REACH
from geo_portal.insights.heatmap import HeatCell, HeatMap

_MOST_PIXELS = 4_000_000
# Below this share of the peak there is nothing to see, only colour to look through.
_FAINTEST = 0.02


def density(counted: HeatMap, bandwidth_m: float, around: Box | None) -> HeatMap:
    """Reports per square kilometre; `around` is the city, pins far outside of it are left out.

    Raises `TooMuch` when the squares are too small for a city of this size.
    """
    cells = [cell for cell in counted.cells if _is_near(cell, counted, around)]
    if not cells:
        return replace(counted, cells=[], beside=counted.total)
    pad = math.ceil(KERNEL_REACH * bandwidth_m / counted.cell_m)
    west, south = min(cell.x for cell in cells) - pad, min(cell.y for cell in cells) - pad
    wide, high = max(cell.x for cell in cells) + pad - west, max(cell.y for cell in cells) + pad
    high -= south
    if (wide + 1) * (high + 1) > _MOST_PIXELS:
        raise TooMuch("The squares are too small for so large an area; take larger ones.")
    counts = np.zeros((high + 1, wide + 1))
    for cell in cells:
        counts[cell.y - south, cell.x - west] = cell.count
    sigma = bandwidth_m / counted.cell_m
    smooth = gaussian_filter(counts, sigma, mode="constant", truncate=KERNEL_REACH)
    per_km2 = smooth / (area_m2("square", counted.cell_m) / 1e6)
    rows, columns = np.nonzero(per_km2 >= per_km2.max() * _FAINTEST)
    made = [
        HeatCell(int(x) + west, int(y) + south, int(counts[y, x]), float(per_km2[y, x]))
        for y, x in zip(rows, columns, strict=True)
    ]
    return replace(counted, cells=made, beside=counted.total - sum(cell.count for cell in cells))


def _is_near(cell: HeatCell, counted: HeatMap, around: Box | None) -> bool:
    if around is None:
        return True
    west, south, east, north = _edges_m(counted.srid, around)
    margin = max(east - west, north - south) / 2
    x, y = (cell.x + 0.5) * counted.cell_m, (cell.y + 0.5) * counted.cell_m
    return west - margin <= x <= east + margin and south - margin <= y <= north + margin


def _edges_m(srid: int, box: Box) -> tuple[float, float, float, float]:
    to_metres = Transformer.from_crs(4326, srid, always_xy=True)
    found: tuple[float, float, float, float] = to_metres.transform_bounds(
        box.west, box.south, box.east, box.north
    )
    return found
