"""assets/*.geojson: lines and points that own their place whatever the polygon says."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely

from geo_portal.city.findings import Findings
from geo_portal.city.pack_contents import AssetShape


def read_assets(folder: Path, findings: Findings) -> list[AssetShape]:
    """Every asset of every file; those without a kind or a shape are findings."""
    assets = []
    for path in sorted((folder / "assets").glob("*.geojson")):
        assets += _read(path, f"assets/{path.name}", findings)
    return assets


def _read(path: Path, file: str, findings: Findings) -> list[AssetShape]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            meta, _, shapes, columns = pyogrio.raw.read(path, force_2d=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError):
        findings.error(
            file,
            None,
            "This is not a GeoJSON file that can be read.",
            "Export it again.",
        )
        return []
    fields = [str(name) for name in meta["fields"]]
    assets = []
    for number, (wkb, *values) in enumerate(zip(shapes, *columns, strict=True), 1):
        properties = dict(zip(fields, values, strict=True))
        asset = _asset(number, wkb, properties, file, findings)
        if asset:
            assets.append(asset)
    return assets


def _asset(
    number: int,
    wkb: bytes | None,
    properties: dict[str, Any],
    file: str,
    findings: Findings,
) -> AssetShape | None:
    place = shapely.from_wkb(wkb, on_invalid="ignore") if wkb else None
    if place is None or place.is_empty or not _on_earth(place):
        findings.error(
            file,
            None,
            f"Asset {number} has no place in degrees.",
            "Draw it in EPSG:4326.",
        )
    elif not properties.get("kind"):
        findings.error(
            file,
            None,
            f"Asset {number} has no kind.",
            "Add a property kind, like national_road.",
        )
    else:
        return AssetShape(
            file=file,
            kind=str(properties["kind"]).strip(),
            owner=_text(properties.get("owner")),
            name=_text(properties.get("name")),
            place=place,
        )
    return None


def _text(value: Any) -> str | None:
    return str(value).strip() or None if value is not None else None


def _on_earth(place: shapely.Geometry) -> bool:
    xy = shapely.get_coordinates(place)
    return bool(
        np.isfinite(xy).all() and (np.abs(xy[:, 0]) <= 180).all() and (np.abs(xy[:, 1]) <= 90).all()
    )
