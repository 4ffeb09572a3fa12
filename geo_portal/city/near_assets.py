"""The city's numbered things around a place, such as the lamp posts to choose one from."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.geometry import LonLat

REACH_M = 250.0
MOST_SHOWN = 20


@dataclass(frozen=True)
class AssetNearby:
    """A thing with a number or a name, and how far it is in metres."""

    name: str
    distance_m: float


_NEAR = text("""
    SELECT name, ST_Distance(place::geography, here::geography) AS distance_m
    FROM assets, (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS here) AS pin
    WHERE kind = :kind AND name IS NOT NULL
        AND ST_DWithin(place::geography, here::geography, :reach_m)
    ORDER BY distance_m, name
    LIMIT :most
""")


def assets_near(session: Session, kind: str, place: LonLat) -> list[AssetNearby]:
    """Things of a kind within `REACH_M` metres of `place`, nearest first."""
    asked = {"kind": kind, "lon": place.lon, "lat": place.lat}
    rows = session.execute(_NEAR, asked | {"reach_m": REACH_M, "most": MOST_SHOWN})
    return [AssetNearby(*row) for row in rows]
