"""What serves me here: everything the city has for one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from geo_portal.city.calendar import WEEKDAYS
from geo_portal.city.directory_tables import Collection, Representative
from geo_portal.city.facts import CityFacts, Named
from geo_portal.city.jurisdictions import Area
from geo_portal.city.offices import Visited, nearest_of_each_kind, offices
from geo_portal.city.services import serving
from geo_portal.city.today import DayStatus, statuses, today_in
from geo_portal.geometry import LonLat


@dataclass(frozen=True)
class Collected(Named):
    """Something that is collected: on which weekdays, and on which day next."""

    days: tuple[str, ...]
    next_day: date
    notes: dict[str, str]

    def note(self, lang: str) -> str:
        return Named("", self.notes).name(lang)


@dataclass(frozen=True)
class Here:
    """Everything about a place; all lists are empty outside the city.

    `areas` are coarse to fine, `offices` the department's office for this place where it has one.
    """

    place: LonLat
    areas: tuple[Area, ...]
    offices: list[Visited]
    facilities: list[Visited]
    collected: list[Collected]
    representatives: Sequence[Representative]
    today: list[DayStatus]


def here(session: Session, city: CityFacts, place: LonLat, now: datetime) -> Here:
    """What serves `place`."""
    served = serving(session, place)
    codes = sorted({one.office or one.department for one in served.departments})
    areas = [(area.level, area.code) for area in served.areas]
    today = today_in(city, now)
    return Here(
        place=place,
        areas=served.areas,
        offices=offices(session, city, now, place, codes) if codes else [],
        facilities=nearest_of_each_kind(session, city, now, place) if areas else [],
        collected=_collected(session, areas, today),
        representatives=_representatives(session, areas),
        today=statuses(session, today)[0],
    )


def _of_areas(kind: Any, areas: list[tuple[str, str]]) -> Any:
    return select(kind).where(tuple_(kind.level, kind.area_code).in_(areas))


def _representatives(session: Session, areas: list[tuple[str, str]]) -> list[Representative]:
    """Those of the finest area first: they are nearest to the people."""
    if not areas:
        return []
    found = list(session.scalars(_of_areas(Representative, areas).order_by(Representative.name)))
    return sorted(found, key=lambda one: -areas.index((one.level, one.area_code)))


def _collected(session: Session, areas: list[tuple[str, str]], today: date) -> list[Collected]:
    """Of each kind what the finest area that has it says."""
    if not areas:
        return []
    best: dict[str, Collection] = {}
    for row in session.scalars(_of_areas(Collection, areas)):
        known = best.get(row.kind)
        if known is None or _rank(areas, row) > _rank(areas, known):
            best[row.kind] = row
    stopped = {
        day[0].day
        for day in statuses(session, today, days=14)
        for one in day
        if one.subject == "collection" and one.state == "suspended"
    }
    found = [
        Collected(row.kind, row.names, tuple(row.days), _next_day(row, today, stopped), row.note)
        for row in best.values()
    ]
    return sorted(found, key=lambda one: (one.next_day, one.code))


def _rank(areas: list[tuple[str, str]], row: Collection) -> int:
    return areas.index((row.level, row.area_code))


def _next_day(row: Collection, today: date, stopped: set[date]) -> date:
    """The next of its weekdays on which collection is not suspended; within a fortnight."""
    coming = [today + timedelta(days=ahead) for ahead in range(14)]
    on_its_day = [day for day in coming if WEEKDAYS[day.weekday()] in row.days]
    return next((day for day in on_its_day if day not in stopped), on_its_day[0])
