"""What meets around a place: the parts of areas and assets that its uncertainty may touch."""

import math
from dataclasses import dataclass
from typing import Any

import shapely

from geo_portal.city.jurisdictions import Area, NearbyAsset

# A pin that was put by hand on a street map is off by about the breadth of a finger.
PIN_ACCURACY_M = 5.0
# Who gives a wider circle than this names a part of the city and not a place.
WIDEST_ACCURACY_M = 2_000.0
# Borders are looked for at least this far, so that "12 m from the border" can be said.
LEAST_LOOK_M = 25.0
# Holds 99.9 % of a Gaussian whose 68 % lie within the accuracy.
LOOK_PER_ACCURACY = 2.5

_DEGREES_PER_M = 1 / 110_500


@dataclass(frozen=True)
class Part:
    """A part of an area near the place, in the city's metric CRS; of its level `rank`."""

    area: Area
    rank: int
    area_m2: float
    shape: shapely.Geometry


@dataclass(frozen=True)
class Neighbourhood:
    """Parts of those levels of which more than one area, or an edge, lies within `look_m`.

    `x`, `y` is the place in the metric CRS, in metres, and `accuracy_m` the radius that holds 68 %;
    `is_measured` when a device or a person stated it.
    """

    x: float
    y: float
    accuracy_m: float
    is_measured: bool
    look_m: float
    parts: tuple[Part, ...]
    assets: tuple[tuple[NearbyAsset, shapely.Geometry], ...]


def modelled(accuracy_m: float | None) -> float:
    """The accuracy to reckon with, in metres."""
    given = PIN_ACCURACY_M if accuracy_m is None else accuracy_m
    return min(max(given, 1.0), WIDEST_ACCURACY_M)


def look_m(accuracy_m: float | None) -> float:
    """How far around a place of this accuracy its neighbours matter."""
    return max(LEAST_LOOK_M, LOOK_PER_ACCURACY * modelled(accuracy_m))


def box_around(lat: float, reach_m: float) -> dict[str, float]:
    """Half the width and height, in degrees, of a box that holds everything within `reach_m`."""
    shrinks = max(math.cos(math.radians(lat)), 0.01)
    return {"width": reach_m * _DEGREES_PER_M / shrinks, "height": reach_m * _DEGREES_PER_M}


# Levels of which one piece fills the whole box have no border there and are left out: for most
# places nothing comes back. Parts are cut to the box first, so that little has to be projected.
# The pin is materialised, or the planner would project it ahead of everything, and one on the other
# side of the globe has no place in the city's CRS.
PARTS = """
    WITH pin AS MATERIALIZED (
        SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS here
    ), box AS MATERIALIZED (
        SELECT here, ST_Expand(here, :width, :height) AS around FROM pin
    ), cut AS MATERIALIZED (
        SELECT area.id, area.level, area.code, area.name, area.area_m2, level.rank, here,
               ST_ClipByBox2D(piece.border, around) AS part,
               ST_Covers(piece.border, around) AS whole
        FROM box
        JOIN jurisdiction_pieces AS piece ON piece.border && around
        JOIN jurisdictions AS area ON area.id = piece.jurisdiction_id
        JOIN levels AS level ON level.code = area.level
        WHERE piece.edition_id = (SELECT id FROM editions WHERE status = 'active')
    ), close_by AS (
        SELECT * FROM cut WHERE NOT ST_IsEmpty(part)
    ), quiet AS (
        SELECT rank FROM close_by GROUP BY rank HAVING bool_or(whole) AND count(DISTINCT id) = 1
    )
    SELECT id, level, code, name, rank, area_m2, encode(ST_AsBinary(
               ST_Simplify(ST_Transform(part, CAST(:srid AS integer)), :tolerance_m, true)), 'hex'
           ) AS shape,
           ARRAY[ST_X(ST_Transform(here, CAST(:srid AS integer))),
                 ST_Y(ST_Transform(here, CAST(:srid AS integer)))] AS pin
    FROM close_by
    WHERE rank NOT IN (SELECT rank FROM quiet)
"""

ASSETS = """
    WITH pin AS MATERIALIZED (
        SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS here
    )
    SELECT kind, owner, name, ST_Distance(place::geography, here::geography) AS distance_m,
           encode(ST_AsBinary(ST_Transform(
               ST_ClipByBox2D(place, ST_Expand(here, :asset_width, :asset_height)),
               CAST(:srid AS integer))), 'hex') AS shape,
           ARRAY[ST_X(ST_Transform(here, CAST(:srid AS integer))),
                 ST_Y(ST_Transform(here, CAST(:srid AS integer)))] AS pin
    FROM assets, pin
    WHERE ST_DWithin(place::geography, here::geography, :asset_reach_m)
    ORDER BY distance_m
    LIMIT 20
"""


def parameters(lat: float, accuracy_m: float | None, reach_m: float, srid: int) -> dict[str, Any]:
    """The parameters of these queries; `reach_m` is how far an asset can matter to a rule."""
    around = look_m(accuracy_m)
    wide = box_around(lat, around + reach_m)
    return {
        **box_around(lat, around),
        "asset_width": wide["width"],
        "asset_height": wide["height"],
        "asset_reach_m": around + reach_m,
        "tolerance_m": around / 200,
        "srid": srid,
    }


def neighbourhood(
    accuracy_m: float | None,
    parts: list[dict[str, Any]] | None,
    assets: list[dict[str, Any]] | None,
) -> Neighbourhood | None:
    """Read the answers; None when nothing else than one area per level lies near."""
    found = [*(parts or ()), *(assets or ())]
    if not found:
        return None
    [pin, *_] = [one.pop("pin") for one in found]
    return Neighbourhood(
        x=pin[0],
        y=pin[1],
        accuracy_m=modelled(accuracy_m),
        is_measured=accuracy_m is not None,
        look_m=look_m(accuracy_m),
        parts=tuple(_part(found) for found in parts or () if found["shape"]),
        assets=tuple(
            (NearbyAsset(**found), shapely.from_wkb(shape))
            for found in assets or ()
            if (shape := found.pop("shape"))
        ),
    )


def _part(found: dict[str, Any]) -> Part:
    area = Area(found["id"], found["level"], found["code"], found["name"])
    return Part(area, found["rank"], found["area_m2"], shapely.from_wkb(found["shape"]))
