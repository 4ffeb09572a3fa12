"""Boundary files drawn for a test, and what reading them says."""

from pathlib import Path

import numpy as np
import pyogrio
import shapely
from pyproj import Transformer

from geo_portal.city.areas import read_areas
from geo_portal.city.findings import Findings
from geo_portal.city.pack_contents import LevelFile

UTM_46S = 32746


def write(path: Path, shapes, *, crs="EPSG:4326", codes=None, names=None, **options) -> Path:
    """Write areas with properties code and name, by the format of the file's name."""
    codes = codes or [f"A{number}" for number in range(1, len(shapes) + 1)]
    pyogrio.raw.write(
        str(path),
        shapely.to_wkb(np.array(shapes, dtype=object), include_srid=False),
        [np.array(codes, dtype=object), np.array(names or codes, dtype=object)],
        ["code", "name"],
        geometry_type=options.pop("geometry_type", "Unknown"),
        crs=crs,
        **options,
    )
    return path


def read(path: Path, *, srid=UTM_46S, **level):
    """The areas of a file and what was found in it, most serious first."""
    findings = Findings()
    file = LevelFile("ward", {}, path.name, "code", "name", **level)
    areas = read_areas(path.parent, file, srid, findings)
    return areas, findings


def sentences(findings, severity="error") -> str:
    return " ".join(f"{f.what} {f.mend}" for f in findings if f.severity == severity)


def in_metres(shape, crs: str):
    transformer = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return shapely.transform(shape, lambda xy: np.column_stack(transformer.transform(*xy.T)))
