"""What lies in a cell: how many people live there, and how much street."""

import gzip
import json

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.basemap import read_layer
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Invalid, NotFound
from geo_portal.insights.heatmap import HeatMap

# The finest areas whose people are known; a coarser level would smear them wider than need be.
_PEOPLED = text("""
    SELECT ST_AsBinary(ST_Transform(area.border, :srid)) AS border, area.population
    FROM jurisdictions AS area
    WHERE area.edition_id = :edition AND area.population IS NOT NULL AND area.level = (
        SELECT known.level FROM jurisdictions AS known JOIN levels ON levels.code = known.level
        WHERE known.edition_id = :edition AND known.population IS NOT NULL
        ORDER BY levels.rank DESC LIMIT 1)
""")


def residents_of(session: Session, city: CityFacts, found: HeatMap) -> NDArray[np.float64]:
    """Residents per cell by areal weighting: as if people lived evenly spread over their area.

    Raises `Invalid` for a city whose pack has no population.csv.
    """
    edition = city.edition.id if city.edition else None
    rows = session.execute(_PEOPLED, {"edition": edition, "srid": found.srid}).all()
    if not rows:
        raise Invalid("This city has not said how many people live where.", field="measure")
    borders = shapely.from_wkb([bytes(row.border) for row in rows])
    crowd = np.array([row.population for row in rows], dtype=float) / shapely.area(borders)
    cell, area, shared = _shared(found, borders)
    lived = np.zeros(len(found.cells))
    np.add.at(lived, cell, shapely.area(shared) * crowd[area])
    return lived


def street_km_of(session: Session, found: HeatMap) -> NDArray[np.float64]:
    """Kilometres of street per cell, from the basemap's roads.

    Raises `Invalid` for a city whose pack brings no roads.
    """
    try:
        zipped, _ = read_layer(session, "roads")
    except NotFound:
        raise Invalid("This city's map has no streets to measure.", field="measure") from None
    shapes = [feature["geometry"] for feature in json.loads(gzip.decompress(zipped))["features"]]
    to_metres = Transformer.from_crs(4326, found.srid, always_xy=True)
    roads = shapely.transform(
        [shapely.geometry.shape(shape) for shape in shapes if shape],
        lambda at: np.column_stack(to_metres.transform(at[:, 0], at[:, 1])),
    )
    cell, _, shared = _shared(found, shapely.get_parts(roads))
    length_km = np.zeros(len(found.cells))
    np.add.at(length_km, cell, shapely.length(shared) / 1000)
    return length_km


def _shared(
    found: HeatMap, shapes: NDArray[np.object_]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.object_]]:
    """Every pair of a cell and a shape that touch, and what they have in common."""
    cells = shapely.polygons(found.corners_m()) if found.cells else np.array([], dtype=object)
    cell, shape = shapely.STRtree(shapes).query(cells, predicate="intersects")
    return cell, shape, shapely.intersection(cells[cell], shapes[shape])
