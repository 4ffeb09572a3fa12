"""A mended pothole, another report, and somebody who forges their history."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from geo_portal import clock
from geo_portal.complaints import audit
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.remarks import note, remark
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR, MARKET

Forge = Callable[..., None]


def reported(session, where=HARBOUR, words="A deep pothole by the gate"):
    number = submit(
        session, NewComplaint(words, LonLat(*where), category="road.pothole"), clock.now()
    ).id
    return session.get_one(Complaint, number)


@pytest.fixture
def mended(session, city, rina):
    """A pothole that was reported, begun, spoken of, noted upon and mended just now."""
    pothole = reported(session)
    make_move(session, rina, pothole.code, "start", Said(), clock.now())
    remark(session, rina, pothole.code, "We fill it tonight.", clock.now())
    note(session, rina, pothole.code, "Bring the small roller.", clock.now())
    said = Said(remark="Filled.", outcome="fixed")
    make_move(session, rina, pothole.code, "resolve", said, clock.now())
    return pothole


@pytest.fixture
def other(session, city):
    """A second report that nobody touches."""
    return reported(session, MARKET)


@pytest.fixture
def forge(session) -> Forge:
    """Runs a statement as the owner of the tables with all triggers off, as a forger would."""

    def run(statement: str, **values: object) -> None:
        session.flush()
        for table in ("events", "event_seals"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        session.execute(text(statement), values)
        for table in ("events", "event_seals"):
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        session.expire_all()

    return run


def events_of(session, complaint):
    asked = select(Event.id).where(Event.complaint_id == complaint.id).order_by(Event.id)
    return list(session.scalars(asked))


def found(session, **asked):
    return [(one.what, one.code, one.event_id) for one in audit.verify(session, **asked).told]


def early_in(days: int) -> datetime:
    """Two hours after midnight (UTC), so many days from now, at whatever hour the tests run."""
    return (clock.now() + timedelta(days=days)).replace(hour=2)
