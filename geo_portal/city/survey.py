"""What the city is at one place, asked in a single query: areas, assets, and whose facts hold."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, facts, last_known
from geo_portal.city.jurisdictions import CONTAINING, CONTAINING_AROUND, NEARBY, Area, NearbyAsset
from geo_portal.city.neighbourhood import (
    ASSETS,
    PARTS,
    Neighbourhood,
    box_around,
    look_m,
    neighbourhood,
    parameters,
)
from geo_portal.city.version import VERSION_COLUMNS
from geo_portal.database import AnyRow
from geo_portal.geometry import LonLat
from geo_portal.prepared import Prepared


@dataclass(frozen=True)
class Survey:
    """The city's facts, the areas of a place coarse to fine, and the assets near it.

    `around` is what else the place may lie in; None where it was not asked or nothing is near.
    """

    city: CityFacts
    areas: tuple[Area, ...]
    assets: tuple[NearbyAsset, ...]
    around: Neighbourhood | None = None


# One way to the database instead of three; the numbers of rows are small, so JSON costs nothing.
_SURVEY = Prepared(f"""
    SELECT {VERSION_COLUMNS},
           (SELECT json_agg(found) FROM ({CONTAINING}) AS found),
           (SELECT json_agg(found) FROM ({NEARBY}) AS found)
    FROM city
""")  # noqa: S608 — all parts are statements of our own

_SURVEY_AROUND = Prepared(f"""
    SELECT {VERSION_COLUMNS},
           (SELECT json_agg(found) FROM ({CONTAINING_AROUND}) AS found),
           (SELECT json_agg(found) FROM ({NEARBY}) AS found)
    FROM city
""")  # noqa: S608 — both parts are statements of our own

_AROUND = Prepared(f"""
    SELECT (SELECT json_agg(found) FROM ({PARTS}) AS found),
           (SELECT json_agg(found) FROM ({ASSETS}) AS found)
""")  # noqa: S608 — both parts are statements of our own


def survey(session: Session, place: LonLat) -> Survey:
    """Look around at `place`; raises `NoCityYet` in an empty database.

    The facts remembered by this process are used when the same answer says that they still
    hold; otherwise they are read again, and with them how far an asset can matter.
    """
    city, row = _ask(session, _SURVEY, place)
    return Survey(city, _areas(row[-2]), tuple(NearbyAsset(**found) for found in row[-1] or ()))


def survey_around(session: Session, place: LonLat, accuracy_m: float | None) -> Survey:
    """The same, and what else `place` may lie in, given how far it may be off.

    Only where a border or an asset is near is the database asked again for their shapes.
    """
    city, row = _ask(session, _SURVEY_AROUND, place, look_m(accuracy_m))
    found = list(row[-2] or ())
    whole = [one.pop("whole") for one in found]
    areas, assets = _areas(found), tuple(NearbyAsset(**one) for one in row[-1] or ())
    edge_near = len(found) < len(city.levels) if found else accuracy_m is not None
    if not assets and all(whole) and not edge_near:
        return Survey(city, areas, assets)
    asked = parameters(place.lat, accuracy_m, city.asset_reach_m, city.metric_srid)
    pin = {"lon": place.lon, "lat": place.lat}
    parts, owners = _AROUND.ask(session, pin | asked).one()
    return Survey(city, areas, assets, neighbourhood(accuracy_m, parts, owners))


def _ask(
    session: Session, statement: Prepared, place: LonLat, around_m: float = 0.0
) -> tuple[CityFacts, AnyRow]:
    """The row of `statement`, and the facts that it shows to hold."""
    city = last_known(session)
    while True:
        # An asset that is out of a rule's reach of the pin may be within it of the true place.
        reach_m = city.asset_reach_m + around_m if city and city.asset_reach_m else 0.0
        wanted = {"lon": place.lon, "lat": place.lat, "reach_m": reach_m}
        wanted |= box_around(place.lat, around_m)
        row = statement.ask(session, wanted).one_or_none()
        if row and city and city.version == tuple(row[:-2]):
            return city, row
        city = facts(session)


def _areas(found: list[dict[str, Any]] | None) -> tuple[Area, ...]:
    return tuple(Area(**one) for one in found or ())
