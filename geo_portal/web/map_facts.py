"""What a map on a page must know beforehand: where the city lies and which areas to light up."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import finest_level, reach


@dataclass(frozen=True)
class MapFacts:
    """`bounds` is `west,south,east,north`, or empty for a city without borders."""

    bounds: str
    level: str


def map_facts(session: Session, city: CityFacts) -> MapFacts:
    """The same for every map of the city."""
    box = reach(session, city)
    bounds = f"{box.west},{box.south},{box.east},{box.north}" if box else ""
    finest = finest_level(city)
    return MapFacts(bounds, finest.code if finest else "")
