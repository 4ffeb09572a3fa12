"""What serves a place: its areas, and each department with its office there."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.jurisdictions import Area, containing
from geo_portal.geometry import LonLat


@dataclass(frozen=True)
class Serving:
    """A department that looks after something at a place, and its office for it."""

    department: str
    office: str | None


@dataclass(frozen=True)
class Served:
    """A place's areas, coarse to fine, and who works there; both empty outside the city."""

    areas: list[Area]
    departments: list[Serving]


def serving(session: Session, city: CityFacts, place: LonLat) -> Served:
    """Who looks after what at `place`: every department that answers for some category."""
    areas = containing(session, place)
    if not areas:
        return Served([], [])
    owners = sorted({known.department_code for known in city.open_categories.values()})
    return Served(areas, [Serving(owner, city.office_for(owner, areas)) for owner in owners])
