"""A heat map as data: GeoJSON squares, or a CSV for a spreadsheet."""

import csv
import io
import json
from typing import Any

from geo_portal.insights.classes import limits
from geo_portal.insights.heat_words import HeatWords
from geo_portal.insights.heatmap import HeatMap

# Six decimals are a tenth of a metre; five are enough to draw.
EXACT, DRAWN = 6, 5
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def collection(
    found: HeatMap, words: HeatWords, filters: dict[str, str], *, decimals: int = DRAWN
) -> dict[str, Any]:
    """A GeoJSON FeatureCollection; each square has its `count`, and what is common stands once."""
    return {
        "type": "FeatureCollection",
        "title": words.title,
        "description": words.sentence,
        "notes": words.notes,
        "source": words.source,
        "filters": filters,
        "cell_m": found.cell_m,
        "metric_srid": found.srid,
        "total": found.total,
        "left_out": found.left_out,
        "complete": found.complete,
        "limits": limits([cell.count for cell in found.cells]),
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [ring]},
                "properties": {"count": cell.count},
            }
            for cell, ring in zip(
                found.cells, found.corners().round(decimals).tolist(), strict=True
            )
        ],
    }


def geojson(found: HeatMap, words: HeatWords, filters: dict[str, str]) -> bytes:
    """The same as a file."""
    told = collection(found, words, filters, decimals=EXACT)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def csv_table(found: HeatMap, words: HeatWords) -> bytes:
    """One row per square, busiest first: its middle and edges in degrees, and its count."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["lon", "lat", "count", "west", "south", "east", "north", "cell_m", "shows"])
    shows = cell_text(f"{words.title}. {words.sentence}")
    for cell, ring in zip(found.cells, found.corners(), strict=True):
        (west, south), (east, north) = ring.min(axis=0), ring.max(axis=0)
        middle = ring[:4].mean(axis=0)
        degrees = [f"{number:.6f}" for number in (*middle, west, south, east, north)]
        writer.writerow([*degrees[:2], cell.count, *degrees[2:], found.cell_m, shows])
    return text.getvalue().encode("utf-8-sig")


def cell_text(text: str) -> str:
    """Text that a spreadsheet does not run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
