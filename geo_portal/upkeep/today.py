"""Entering what is different today, or on a day to come."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.city import today
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Invalid

FARTHEST = timedelta(days=366)


def enter_day(
    session: Session,
    city: CityFacts,
    person: Person,
    day: date,
    subject: str,
    state: str,
    notes: dict[str, str],
    now: datetime,
) -> None:
    """Say how a subject stands on a day; it goes before the pack's calendar.

    Raises `Invalid` for a day that has passed or is more than a year away, and all that
    `city.today.set_day` raises.
    """
    require(person, Operation.SET_TODAY)
    first = today.today_in(city, now)
    if not first <= day <= first + FARTHEST:
        raise Invalid("Choose today or a day of the coming year.", field="day")
    today.set_day(session, day, subject, state, notes, now, person.id)


def forget_day(session: Session, person: Person, day: date, subject: str) -> None:
    """Let the pack's calendar hold again."""
    require(person, Operation.SET_TODAY)
    today.take_back(session, day, subject)
