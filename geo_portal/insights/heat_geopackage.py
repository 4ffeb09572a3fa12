"""A heat map as a GeoPackage that QGIS opens in colour: cells in metres, with their style."""

import json
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import pyogrio
import shapely

from geo_portal.insights.heat_legend import HeatLegend
from geo_portal.insights.heatmap import HeatMap

LAYER = "heatmap"
# GDAL writes the time of day into the file, unless told which to write; that is per process.
_one_at_a_time = Lock()

_STYLES = """
    CREATE TABLE layer_styles (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
        f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
        styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
        description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""


def geopackage(found: HeatMap, legend: HeatLegend, metadata: dict[str, Any]) -> bytes:
    """One layer `heatmap` in the metric CRS; QGIS takes the style from `layer_styles` by itself."""
    at = metadata["as_of"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "heatmap.gpkg"
        with _one_at_a_time:
            _write(path, found, legend, metadata, _gdal_time(at))
        _add_style(path, legend, at)
        return path.read_bytes()


def columns(found: HeatMap, legend: HeatLegend) -> dict[str, np.ndarray]:
    """The numbers of each cell, by column; what is not known is NaN."""

    def numbers(values: Sequence[float | None]) -> np.ndarray:
        return np.array([np.nan if value is None else value for value in values], dtype=float)

    return {
        "count": np.array([cell.count for cell in found.cells], dtype=np.int32),
        "value": numbers([cell.shown for cell in found.cells]),
        "low": numbers([cell.low for cell in found.cells]),
        "high": numbers([cell.high for cell in found.cells]),
        "unsure": np.array([cell.unsure for cell in found.cells], dtype=bool),
        "class": np.array([legend.class_of(cell.shown) for cell in found.cells], dtype=np.int32),
    }


def _write(
    path: Path, found: HeatMap, legend: HeatLegend, metadata: dict[str, Any], at: str
) -> None:
    told = columns(found, legend)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": at})
    try:
        pyogrio.raw.write(
            path,
            shapely.to_wkb(shapely.polygons(found.corners_m())) if found.cells else np.array([]),
            list(told.values()),
            list(told),
            layer=LAYER,
            driver="GPKG",
            geometry_type="Polygon",
            crs=f"EPSG:{found.srid}",
            dataset_metadata={"geo_portal": json.dumps(metadata, ensure_ascii=False)},
            layer_metadata={
                "IDENTIFIER": metadata["title"],
                "DESCRIPTION": f"{metadata['sentence']} {metadata['source']}",
            },
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _gdal_time(iso: str) -> str:
    return f"{iso[:19]}.000Z"


def _add_style(path: Path, legend: HeatLegend, at: str) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(_STYLES)
        file.execute(
            "INSERT INTO layer_styles"
            " VALUES (1, '', '', ?, 'geom', 'heatmap', ?, '', 1, ?, '', '', ?)",
            (LAYER, qml(legend), legend.heading, at),
        )
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (_gdal_time(at),),
        )


def qml(legend: HeatLegend) -> str:
    """QGIS's own style: a category per class, and strokes over what is unsure."""
    categories, symbols = [], []
    for nth, (colour, label) in enumerate(zip(legend.colours, legend.labels, strict=True)):
        categories.append(
            f'<category symbol="{nth}" value="{nth}" label={quoteattr(label)} render="true"/>'
        )
        symbols.append(
            f'<symbol name="{nth}" type="fill" alpha="0.85"><layer class="SimpleFill">'
            f'<Option type="Map"><Option name="color" type="QString" value="{_rgb(colour)}"/>'
            '<Option name="outline_color" type="QString" value="255,255,255,160"/>'
            '<Option name="outline_width" type="QString" value="0.1"/></Option></layer>'
            f"{_HATCH if legend.hatched else ''}</symbol>"
        )
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">'
        '<qgis version="3.28" styleCategories="Symbology">'
        '<renderer-v2 type="categorizedSymbol" attr="class" enableorderby="0">'
        f"<categories>{''.join(categories)}</categories><symbols>{''.join(symbols)}</symbols>"
        "</renderer-v2></qgis>"
    )


# Switched on per cell by its own column.
_HATCH = (
    '<layer class="LinePatternFill"><Option type="Map">'
    '<Option name="angle" type="QString" value="45"/>'
    '<Option name="distance" type="QString" value="1.6"/>'
    '<Option name="color" type="QString" value="23,32,30,200"/>'
    '<Option name="line_width" type="QString" value="0.2"/></Option>'
    '<data_defined_properties><Option type="Map"><Option name="name" type="QString" value=""/>'
    '<Option name="properties" type="Map"><Option name="enabled" type="Map">'
    '<Option name="active" type="bool" value="true"/>'
    '<Option name="expression" type="QString" value="&quot;unsure&quot;"/>'
    '<Option name="type" type="int" value="3"/></Option></Option>'
    '<Option name="type" type="QString" value="collection"/></Option>'
    "</data_defined_properties></layer>"
)


def _rgb(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"
