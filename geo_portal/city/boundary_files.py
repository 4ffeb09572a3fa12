"""Boundary files as they come: any format GDAL reads, any reference system the file states."""

import re
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from geo_portal.city.findings import Findings, listed, meant
from geo_portal.city.pack_contents import LevelFile

LARGEST_MB = 512
# A shapefile shrinks to a third or a tenth; what shrinks a hundredfold was made to do harm.
MOST_SHRUNK = 100
MOST_ZIPPED_FILES = 1_000
FORMATS = "GeoJSON, GeoPackage, shapefile or a zipped shapefile"
WGS84 = CRS.from_epsg(4326)


@dataclass(frozen=True)
class Feature:
    """One record: its number from 1, its properties, its shape in EPSG:4326 (None: it has none)."""

    number: int
    properties: dict[str, Any]
    shape: BaseGeometry | None


@dataclass(frozen=True)
class _Source:
    """Where GDAL finds a level's features."""

    file: str
    path: str
    layer: str | None
    crs: CRS


def read_features(folder: Path, level: LevelFile, findings: Findings) -> list[Feature]:
    """The records of a level's file in longitude and latitude; none, with findings, if it fails."""
    path = folder / level.file
    if not _readable(path, level.file, findings):
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source = _source(path, level, findings)
            return _read(source, level, findings) if source else []
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as why:
        findings.error(
            level.file,
            None,
            f"The file cannot be read as a boundary file: {_first_sentence(why)}",
            f"Give {FORMATS}, whole and with all its parts.",
        )
    except pyogrio.errors.FeatureError as why:
        findings.error(
            level.file,
            None,
            f"A feature is damaged: {_first_sentence(why)}",
            "Export it again.",
        )
    return []


def _readable(path: Path, file: str, findings: Findings) -> bool:
    try:
        size = path.stat().st_size
    except OSError as why:
        findings.error(file, None, f"The file cannot be read: {why.strerror}.", "Put it there.")
        return False
    if size == 0:
        findings.error(file, None, "The file is empty.", f"Give {FORMATS}.")
    elif size > LARGEST_MB * 1024 * 1024:
        findings.error(
            file,
            None,
            f"The file is larger than {LARGEST_MB} MB.",
            "Simplify it first.",
        )
    elif path.suffix.lower() == ".zip":
        return _harmless(path, file, findings)
    else:
        return True
    return False


def _harmless(path: Path, file: str, findings: Findings) -> bool:
    """Whether a zip's own directory promises contents of a reasonable size."""
    try:
        members = zipfile.ZipFile(path).infolist()
    except (zipfile.BadZipFile, OSError):
        findings.error(file, None, "The zip file is damaged.", "Zip the shapefile again.")
        return False
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > MOST_ZIPPED_FILES:
        what = f"The zip file holds {len(members)} files."
    elif unpacked > LARGEST_MB * 1024 * 1024 or unpacked / packed > MOST_SHRUNK:
        what = f"The zip file would unpack to {unpacked / 1024 / 1024:,.0f} MB."
    elif not any(member.filename.lower().endswith((".shp", ".gpkg", "json")) for member in members):
        what = "The zip file holds no .shp file."
    else:
        return True
    findings.error(file, None, what, "Zip only the parts of one shapefile (.shp .shx .dbf .prj).")
    return False


def _source(path: Path, level: LevelFile, findings: Findings) -> _Source | None:
    address = f"/vsizip/{path}" if path.suffix.lower() == ".zip" else str(path)
    layers = [str(name) for name, kind in pyogrio.list_layers(address)]
    if level.layer and level.layer not in layers:
        mend = f"Name one of {listed(layers)}.{meant(level.layer, layers)}"
        findings.error(level.file, None, f'There is no layer "{level.layer}".', mend)
        return None
    if len(layers) > 1 and not level.layer:
        findings.error(
            level.file,
            None,
            f"The file holds {len(layers)} layers: {listed(layers)}.",
            f'Say in city.toml which one, for example: layer = "{layers[0]}"',
        )
        return None
    layer = level.layer or (layers[0] if layers else None)
    stated = pyogrio.read_info(address, layer=layer)["crs"]
    system = _system(path, stated, level, findings)
    return _Source(level.file, address, layer, system) if system else None


def _system(path: Path, stated: str | None, level: LevelFile, findings: Findings) -> CRS | None:
    """The reference system the file states, else the one city.toml gives."""
    given = _given(level, findings)
    if level.crs and given is None:
        return None
    if stated and not (_is_bare_geojson(path) and given):
        try:
            system = CRS.from_user_input(stated)
        except CRSError:
            system = None
        if system and given and not system.equals(given, ignore_axis_order=True):
            findings.error(
                level.file,
                None,
                f"The file says it is in {_called(system)}, city.toml says {level.crs}.",
                "Remove crs from city.toml; it is only for files that state nothing.",
            )
            return None
        if system:
            return system
    if given is None:
        findings.error(
            level.file,
            None,
            "The file does not say in which reference system its coordinates are"
            + (" (its .prj file is missing)." if path.suffix.lower() == ".shp" else "."),
            'Ask who made it, and write it in city.toml: crs = "EPSG:4326"',
        )
    return given


def _given(level: LevelFile, findings: Findings) -> CRS | None:
    try:
        return CRS.from_user_input(level.crs) if level.crs else None
    except CRSError:
        findings.error(
            "city.toml",
            None,
            f'There is no reference system "{level.crs}" (level {level.code}).',
            'Write its EPSG number: crs = "EPSG:32748"',
        )
        return None


def _is_bare_geojson(path: Path) -> bool:
    """Whether GDAL's "EPSG:4326" is only its own guess because the GeoJSON says nothing."""
    if path.suffix.lower() not in (".geojson", ".json"):
        return False
    with path.open("rb") as file:
        return not re.search(rb'"crs"\s*:', file.read(65_536))


def _called(system: CRS) -> str:
    authority = system.to_authority()
    return ":".join(authority) if authority else system.name


def _read(source: _Source, level: LevelFile, findings: Findings) -> list[Feature]:
    wanted = [name for name in (level.id, level.label, level.parent) if name]
    info = pyogrio.read_info(source.path, layer=source.layer)
    if info["features"] == 0:
        findings.error(source.file, None, "The file holds no areas.", "Export it again.")
        return []
    if not _fields_exist([str(name) for name in info["fields"]], wanted, source.file, findings):
        return []
    meta, _, shapes, columns = pyogrio.raw.read(
        source.path, layer=source.layer, columns=list(dict.fromkeys(wanted))
    )
    fields = [str(name) for name in meta["fields"]]
    geometries = _in_degrees(shapely.from_wkb(shapes, on_invalid="ignore"), source.crs)
    return [
        Feature(number, dict(zip(fields, values, strict=True)), geometry)
        for number, (geometry, *values) in enumerate(zip(geometries, *columns, strict=True), 1)
    ]


def _fields_exist(
    fields: Sequence[str], wanted: Sequence[str], file: str, findings: Findings
) -> bool:
    missing = [name for name in wanted if name not in fields]
    for name in missing:
        findings.error(
            file,
            None,
            f'The areas have no property "{name}"; they have {listed(fields, 20)}.',
            f"Correct id, label or parent in city.toml.{meant(name, fields)}",
        )
    return not missing


def _in_degrees(geometries: np.ndarray, system: CRS) -> np.ndarray:
    if system.equals(WGS84, ignore_axis_order=True):
        return geometries
    # GDAL hands out x before y whatever the authority says, so the transformer must too.
    transformer = Transformer.from_crs(system, WGS84, always_xy=True)

    def to_degrees(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    degrees: np.ndarray = shapely.transform(geometries, to_degrees)
    return degrees


def _first_sentence(why: Exception) -> str:
    return str(why).split(";")[0].split("\n")[0].rstrip(".") + "."
