"""What serves a place: its areas, and each department with its office there."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.jurisdictions import Area
from geo_portal.city.survey import survey
from geo_portal.geometry import LonLat


@dataclass(frozen=True)
class Serving:
    """A department that looks after something at a place, and its office for it."""

    department: str
    office: str | None


@dataclass(frozen=True)
class Served:
    """A place's areas, coarse to fine, and who works there; both empty outside the city."""

    city: CityFacts
    areas: tuple[Area, ...]
    departments: list[Serving]


def serving(session: Session, place: LonLat) -> Served:
    """Who looks after what at `place`: every department that answers for some category."""
    around = survey(session, place)
    city, areas = around.city, around.areas
    owners = city.owners if areas else ()
    offices = [Serving(owner, city.office_for(owner, areas)) for owner in owners]
    return Served(city, areas, offices)
