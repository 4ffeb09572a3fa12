"""A heat map as data: GeoJSON squares, or a CSV for a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterator

import numpy as np

from geo_portal.insights.classes import colours, colours_on_dark, limits
from geo_portal.insights.heat_words import HeatWords, class_words
from geo_portal.insights.heatmap import HeatMap
from geo_portal.translation import Translator

# Six decimals are a tenth of a metre; five are enough to draw.
EXACT, DRAWN = 6, 5
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def geojson(
    found: HeatMap,
    words: HeatWords,
    filters: dict[str, str],
    speaker: Translator,
    *,
    decimals: int = EXACT,
) -> bytes:
    """A GeoJSON FeatureCollection; each square has its `count` and the `class` that it is in.

    What is common stands once: per class its lower limit, its label and its colours.
    """
    lower = limits([cell.count for cell in found.cells])
    most = found.cells[0].count if found.cells else 0
    common = {
        "type": "FeatureCollection",
        "title": words.title,
        "sentence": words.sentence,
        "notes": words.notes,
        "source": words.source,
        "filters": filters,
        "cell_m": found.cell_m,
        "srid": found.srid,
        "total": found.total,
        "left_out": found.left_out,
        "complete": found.complete,
        "limits": lower,
        "labels": class_words(lower, most, speaker),
        "colours": colours(len(lower)),
        "colours_on_dark": colours_on_dark(len(lower)),
    }
    told = json.dumps(common, ensure_ascii=False, separators=(",", ":"))
    return f'{told[:-1]},"features":[{",".join(_squares(found, lower, decimals))}]}}'.encode()


def _squares(found: HeatMap, lower: list[float], decimals: int) -> Iterator[str]:
    """Each square's feature as text: written by `json` they would take three times as long."""
    corner = f"[%.{decimals}f,%.{decimals}f]"
    square = (
        f'{{"type":"Feature","geometry":{{"type":"Polygon","coordinates":[[{",".join([corner] * 5)}'
        ']]},"properties":{"count":%d,"class":%d}}'
    )
    counts = np.array([cell.count for cell in found.cells], dtype=float)
    classes = np.searchsorted(lower, counts, side="right") - 1
    rows = np.column_stack([found.corners().reshape(-1, 10), counts, classes]).tolist()
    return (square % tuple(row) for row in rows)


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
