"""A heat map as a Cloud-Optimised GeoTIFF: one pixel per square."""

import json
import warnings
from typing import Any

import numpy as np

from geo_portal.errors import Invalid, TooMuch
from geo_portal.insights.heatmap import HeatMap

_MOST_PIXELS = 25_000_000


def geotiff(found: HeatMap, metadata: dict[str, Any]) -> bytes:
    """Band 1 is the measure, band 2 the count, band 3 is 1 where unsure; NaN where nothing is.

    Raises `Invalid` for hexagons, which are no pixels, and `TooMuch` for too many.
    """
    if found.shape != "square":
        raise Invalid("A raster has squares; choose squares, or another form for hexagons.")
    # Brings GDAL along; only who asks for a raster waits for it.
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning
    from rasterio.io import MemoryFile
    from rasterio.shutil import copy

    west, north, pixels = _pixels(found)
    profile = {
        "driver": "GTiff",
        "dtype": "float32",
        "count": len(pixels),
        "height": pixels.shape[1],
        "width": pixels.shape[2],
        "crs": f"EPSG:{found.srid}",
        "nodata": float("nan"),
        "transform": rasterio.Affine(found.cell_m, 0, west, 0, -found.cell_m, north),
    }
    with warnings.catch_warnings(), MemoryFile() as plain, MemoryFile() as optimised:
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with plain.open(**profile) as made:
            made.write(pixels)
            made.descriptions = (found.measure, "count", "unsure")
            made.update_tags(
                TIFFTAG_DATETIME=metadata["as_of"][:19].replace("-", ":").replace("T", " "),
                TIFFTAG_IMAGEDESCRIPTION=metadata["title"],
                TIFFTAG_SOFTWARE="geo_portal",
                geo_portal=json.dumps(metadata, ensure_ascii=False),
            )
        with plain.open() as made:
            copy(
                made,
                optimised.name,
                driver="COG",
                compress="DEFLATE",
                overview_resampling="average",
            )
        content: bytes = optimised.read()
        return content


def _pixels(found: HeatMap) -> tuple[float, float, np.ndarray]:
    """The upper left corner in metres, and the three bands, north first."""
    if not found.cells:
        return 0.0, 0.0, np.full((3, 1, 1), np.nan, dtype=np.float32)
    x = np.array([cell.x for cell in found.cells])
    y = np.array([cell.y for cell in found.cells])
    wide, high = int(x.max() - x.min()) + 1, int(y.max() - y.min()) + 1
    if wide * high > _MOST_PIXELS:
        raise TooMuch("The squares are too small for so large an area; take larger ones.")
    bands = np.full((3, high, wide), np.nan, dtype=np.float32)
    row, column = y.max() - y, x - x.min()
    bands[0, row, column] = [cell.shown for cell in found.cells]
    bands[1, row, column] = [cell.count for cell in found.cells]
    bands[2, row, column] = [cell.unsure for cell in found.cells]
    return float(x.min() * found.cell_m), float((y.max() + 1) * found.cell_m), bands
