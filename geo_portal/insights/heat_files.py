"""A heat map as plain text: GeoJSON cells, a CSV for a spreadsheet, KML for a globe."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from geo_portal.insights.heat_legend import HeatLegend
from geo_portal.insights.heat_words import HeatWords
from geo_portal.insights.heatmap import HeatCell, HeatMap

# Six decimals are a tenth of a metre; five are enough to draw.
EXACT, DRAWN = 6, 5
_CSV_COLUMNS = (
    *("lon", "lat", "count", "west", "south", "east", "north", "cell_m", "shows"),
    *("measure", "value", "low", "high", "unsure", "metadata"),
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def geojson(
    found: HeatMap,
    words: HeatWords,
    legend: HeatLegend,
    filters: dict[str, str],
    *,
    decimals: int = EXACT,
    metadata: dict[str, Any] | None = None,
) -> bytes:
    """A GeoJSON FeatureCollection; each cell has its `count` and the `class` that it is in.

    Of measures other than the count also `value`, and `unsure` where that is hatched. What is
    common stands once: per class its lower limit, its label and its colours.
    """
    common = {
        "type": "FeatureCollection",
        "title": words.title,
        "sentence": words.sentence,
        "notes": words.notes,
        "source": words.source,
        "filters": filters,
        "measure": found.measure,
        "shape": found.shape,
        "cell_m": found.cell_m,
        "srid": found.srid,
        "total": found.total,
        "left_out": found.left_out,
        "complete": found.complete,
        "heading": legend.heading,
        "limits": legend.limits,
        "labels": legend.labels,
        "colours": legend.colours,
        "colours_on_dark": legend.colours_on_dark,
        "hatched": legend.hatched,
    }
    if metadata:
        common["metadata"] = metadata
    told = json.dumps(common, ensure_ascii=False, separators=(",", ":"))
    cells = ",".join(_features(found, legend, decimals, exact=metadata is not None))
    return f'{told[:-1]},"features":[{cells}]}}'.encode()


def _features(found: HeatMap, legend: HeatLegend, decimals: int, *, exact: bool) -> Iterator[str]:
    """Each cell's feature as text: written by `json` they would take three times as long."""
    rings = found.corners()
    corners = rings.shape[1]
    corner = f"[%.{decimals}f,%.{decimals}f]"
    cell_text = (
        f'{{"type":"Feature","geometry":{{"type":"Polygon","coordinates":'
        f'[[{",".join([corner] * corners)}]]}},"properties":{{%s}}}}'
    )
    rows = rings.reshape(len(rings), corners * 2).tolist()
    for ring, cell in zip(rows, found.cells, strict=True):
        told = f'"count":{cell.count},"class":{legend.class_of(cell.shown)}'
        if found.measure != "count":
            told += _measured(cell, exact=exact)
        yield cell_text % (*ring, told)


def _measured(cell: HeatCell, *, exact: bool) -> str:
    told = f',"value":{cell.shown:.4g}' + (',"unsure":true' if cell.unsure else "")
    if exact and cell.low is not None:
        told += f',"low":{cell.low:.4g}'
    if exact and cell.high is not None:
        told += f',"high":{cell.high:.4g}'
    return told


def csv_table(found: HeatMap, words: HeatWords, metadata: dict[str, Any]) -> bytes:
    """One row per cell, most first: its middle and edges in degrees, its count and its value.

    The metadata stands as JSON in the first row's last cell, where every reader finds it and
    none stumbles over it.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_CSV_COLUMNS)
    shows = cell_text(f"{words.title}. {words.sentence}")
    block = json.dumps(metadata, ensure_ascii=False)
    for cell, ring in zip(found.cells, found.corners(), strict=True):
        (west, south), (east, north) = ring.min(axis=0), ring.max(axis=0)
        middle = ring[:-1].mean(axis=0)
        degrees = [f"{number:.6f}" for number in (*middle, west, south, east, north)]
        interval = ["" if end is None else f"{end:.6g}" for end in (cell.low, cell.high)]
        measured = [found.measure, f"{cell.shown:.6g}", *interval, int(cell.unsure), block]
        writer.writerow([*degrees[:2], cell.count, *degrees[2:], found.cell_m, shows, *measured])
        block = ""
    return text.getvalue().encode("utf-8-sig")


def cell_text(text: str) -> str:
    """Text that a spreadsheet does not run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def kml(found: HeatMap, words: HeatWords, legend: HeatLegend, metadata: dict[str, Any]) -> bytes:
    """KML 2.2 with a style per class; each cell's numbers are its data."""
    about = escape(f"{words.sentence} {' '.join(words.notes)} {words.source}")
    styles = "".join(
        f'<Style id="c{nth}"><LineStyle><color>80ffffff</color><width>0.5</width></LineStyle>'
        f"<PolyStyle><color>{_kml_colour(colour)}</color></PolyStyle></Style>"
        for nth, colour in enumerate(legend.colours)
    )
    told = "".join(
        f"<Data name={quoteattr(name)}><value>{escape(_as_text(value))}</value></Data>"
        for name, value in metadata.items()
    )
    cells = "".join(
        _placemark(cell, ring, legend)
        for cell, ring in zip(found.cells, found.corners(), strict=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><name>{escape(words.title)}</name><description>{about}</description>"
        f"<ExtendedData>{told}</ExtendedData>{styles}<Folder><name>{escape(legend.heading)}</name>"
        f"{cells}</Folder></Document></kml>\n"
    ).encode()


def _placemark(cell: HeatCell, ring: np.ndarray, legend: HeatLegend) -> str:
    at = " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in ring)
    numbers = {"count": cell.count, "value": f"{cell.shown:.6g}", "unsure": int(cell.unsure)}
    data = "".join(
        f'<Data name="{name}"><value>{value}</value></Data>' for name, value in numbers.items()
    )
    return (
        f"<Placemark><name>{cell.shown:.4g}</name><styleUrl>#c{legend.class_of(cell.shown)}"
        f"</styleUrl><ExtendedData>{data}</ExtendedData><Polygon><outerBoundaryIs><LinearRing>"
        f"<coordinates>{at}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


def _kml_colour(colour: str) -> str:
    """KML writes alpha, blue, green, red."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"d2{blue}{green}{red}"


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
