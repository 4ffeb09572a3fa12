"""The finest borders and the rules' assets, small enough to carry on a phone without network."""

import gzip
import json
from typing import Any

import numpy as np
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts

# Whole numbers of a hundred-thousandth of a degree: about a metre.
GRID = 100_000
# Simplified until they take no more than this, gzipped.
LARGEST_BORDERS = 60_000
FIRST_TOLERANCE = 0.00003

# Each finest area with the coarser ones that its middle lies in, coarse to fine; the smallest area
# first, so that the first that covers a point is the one that the portal would name.
_AREAS = text("""
    SELECT fine.level, fine.code, fine.name, ST_AsBinary(fine.border) AS border, (
        SELECT json_agg(json_build_object(
                   'level', coarse.level, 'code', coarse.code, 'name', coarse.name) ORDER BY rank)
        FROM (
            SELECT DISTINCT ON (other.rank) other.rank, area.level, area.code, area.name
            FROM jurisdictions AS area JOIN levels AS other ON other.code = area.level
            WHERE area.edition_id = fine.edition_id AND other.rank < :rank
              AND ST_Covers(area.border, fine.label_point)
            ORDER BY other.rank, area.area_m2, area.code
        ) AS coarse
    ) AS chain
    FROM jurisdictions AS fine
    WHERE fine.edition_id = :edition AND fine.level = :level
    ORDER BY fine.area_m2, fine.code
""")
_ASSETS = text("""
    SELECT kind, name, ST_AsBinary(place) AS place FROM assets WHERE kind = ANY (:kinds) ORDER BY id
""")


def offline_areas(session: Session, city: CityFacts) -> list[dict[str, Any]]:
    """Areas with rings of whole-number steps; neighbours keep their common edge."""
    if city.edition is None or not city.levels:
        return []
    finest = city.levels[-1].code
    asked = {"edition": city.edition.id, "level": finest, "rank": len(city.levels) - 1}
    rows = session.execute(_AREAS, asked).all()
    borders = np.array([shapely.from_wkb(bytes(row.border)) for row in rows], dtype=object)
    told = [_told(row) for row in rows]
    tolerance = FIRST_TOLERANCE
    while True:
        simpler = shapely.coverage_simplify(borders, tolerance)
        drawn = [_rings(shape) for shape in simpler]
        if len(gzip.compress(json.dumps(drawn).encode())) <= LARGEST_BORDERS:
            return [area | {"rings": rings} for area, rings in zip(told, drawn, strict=True)]
        tolerance *= 1.5


def offline_assets(session: Session, city: CityFacts) -> list[dict[str, Any]]:
    """The assets that a rule asks for, as lines of whole-number steps."""
    kinds = sorted({rule.near_asset for rule in city.rules if rule.near_asset})
    rows = session.execute(_ASSETS, {"kinds": kinds}).all()
    return [
        {"kind": row.kind, "name": row.name, "lines": _lines(shapely.from_wkb(bytes(row.place)))}
        for row in rows
    ]


def _told(row: Any) -> dict[str, Any]:
    own = {"level": row.level, "code": row.code, "name": row.name}
    return {"chain": [*(row.chain or []), own]}


def _rings(shape: shapely.Geometry) -> list[list[int]]:
    return [
        _steps(ring) for polygon in shapely.get_parts(shape) for ring in shapely.get_rings(polygon)
    ]


def _lines(shape: shapely.Geometry) -> list[list[int]]:
    parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
    return [
        _steps(line)
        for part in parts
        for line in (shapely.get_rings(part) if part.geom_type == "Polygon" else [part])
    ]


def _steps(line: shapely.Geometry) -> list[int]:
    """Longitude and latitude in turn: the first point, then how far each is from the one before."""
    whole = np.round(shapely.get_coordinates(line) * GRID).astype(int)
    return [int(one) for one in np.diff(whole, axis=0, prepend=[[0, 0]]).ravel()]
