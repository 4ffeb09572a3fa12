"""What the city is at one place, asked in a single query: areas, assets, and whose facts hold."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, facts, last_known
from geo_portal.city.jurisdictions import CONTAINING, NEARBY, Area, NearbyAsset
from geo_portal.city.version import VERSION_COLUMNS
from geo_portal.geometry import LonLat


@dataclass(frozen=True)
class Survey:
    """The city's facts, the areas of a place coarse to fine, and the assets near it."""

    city: CityFacts
    areas: tuple[Area, ...]
    assets: tuple[NearbyAsset, ...]


# One way to the database instead of three; the numbers of rows are small, so JSON costs nothing.
_SURVEY = text(f"""
    SELECT {VERSION_COLUMNS},
           (SELECT json_agg(found) FROM ({CONTAINING}) AS found),
           (SELECT json_agg(found) FROM ({NEARBY}) AS found)
    FROM city
""")  # noqa: S608 — all parts are statements of our own


def survey(session: Session, place: LonLat) -> Survey:
    """Look around at `place`; raises `NoCityYet` in an empty database.

    The facts remembered by this process are used when the same answer says that they still
    hold; otherwise they are read again, and with them how far an asset can matter.
    """
    city = last_known(session)
    while True:
        reach_m = city.asset_reach_m if city else 0.0
        asked = {"lon": place.lon, "lat": place.lat, "reach_m": reach_m}
        row = session.execute(_SURVEY, asked).one_or_none()
        if row and city and city.version == tuple(row[:-2]):
            areas = tuple(Area(**found) for found in row[-2] or ())
            assets = tuple(NearbyAsset(**found) for found in row[-1] or ())
            return Survey(city, areas, assets)
        city = facts(session)
