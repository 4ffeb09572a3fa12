"""What happened to a report, and the messages about it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from geo_portal.complaints.case_tables import Follower
from geo_portal.complaints.cases import take
from geo_portal.complaints.timeline import PORTAL, tell
from geo_portal.notifications.notify import notify
from geo_portal.outbox.tables import Message
from tests.people_fixtures import forget_people
from tests.staff_fixtures import MONDAY

LATER = MONDAY + timedelta(hours=3)


@pytest.fixture
def posts(database):
    """The database; messages and jobs that a test leaves in it are gone afterwards."""
    yield database
    forget_people(database)


@pytest.fixture
def mine(session, pothole):
    """The pothole, with the address of who reported it."""
    pothole.contact, pothole.language = "asha@tiny.example", "en"
    session.flush()
    return pothole


def follow(session, complaint, email="neighbour@tiny.example", language="id"):
    follower = Follower(
        complaint_id=complaint.id,
        email=email,
        language=language,
        token_hash=f"hash of {email}",
        asked_at=MONDAY,
        confirmed_at=MONDAY,
    )
    session.add(follower)
    session.flush()


def happened(session, complaint, kind, **more):
    """An event of the portal or, where it names somebody, of an office."""
    return tell(session, take(session, complaint.code), kind, LATER, by=PORTAL, **more)


def told(session, *events):
    """The messages about some events, by recipient."""
    notify(session, [event.id for event in events], LATER)
    rows = session.scalars(select(Message).where(Message.channel == "email").order_by(Message.id))
    return {message.recipient: message for message in rows}
