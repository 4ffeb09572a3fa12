"""The working calendar of the loaded city: usual hours, seasons and days off."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.calendar import Hours, Season, WorkingCalendar, parse_hours
from geo_portal.city.clock_tables import OfficeHours
from geo_portal.city.tables import City, Holiday


def calendar_of(session: Session, city: City) -> WorkingCalendar:
    """The calendar that counts this city's working time."""
    return WorkingCalendar(
        ZoneInfo(city.timezone),
        _hours(city.working_hours),
        city.country,
        frozenset(session.scalars(select(Holiday.day))),
        tuple(
            Season(row.first_day, row.last_day, _hours(row.hours))
            for row in session.scalars(select(OfficeHours).order_by(OfficeHours.id))
        ),
    )


def _hours(spans: dict[str, str]) -> Hours:
    return {day: parse_hours(span) for day, span in spans.items()}
