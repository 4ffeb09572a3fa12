"""A heat map as GeoParquet 1.1, for notebooks and data tools."""

import io
import json
from typing import Any

import numpy as np
import pyproj
import shapely

from geo_portal.insights.heat_geopackage import columns
from geo_portal.insights.heat_legend import HeatLegend
from geo_portal.insights.heatmap import HeatMap


def geoparquet(found: HeatMap, legend: HeatLegend, metadata: dict[str, Any]) -> bytes:
    """One row per cell in the metric CRS; the metadata is under the key `geo_portal`."""
    # Takes half a second to import; only who asks for a table waits for it.
    import pyarrow as pa
    import pyarrow.parquet as pq

    rings = found.corners_m()
    shapes = shapely.to_wkb(shapely.polygons(rings)) if len(rings) else np.array([], dtype=object)
    told = {name: pa.array(values) for name, values in columns(found, legend).items()}
    table = pa.table(told | {"geometry": pa.array(shapes.tolist(), pa.binary())})
    box = [*rings.min(axis=(0, 1)), *rings.max(axis=(0, 1))] if len(rings) else None
    table = table.replace_schema_metadata(
        {
            "geo": json.dumps(geo_key(found.srid, "Polygon", box)),
            "geo_portal": json.dumps(metadata, ensure_ascii=False),
        }
    )
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def geo_key(srid: int, kind: str, box: list[float] | None) -> dict[str, Any]:
    """The `geo` metadata of a file with one WKB column `geometry` in EPSG:`srid`."""
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": [kind]}
    if srid != 4326:  # Longitude and latitude of WGS 84 is what readers take without a word.
        column["crs"] = pyproj.CRS.from_epsg(srid).to_json_dict()
    if box is not None:
        column["bbox"] = [float(edge) for edge in box]
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
