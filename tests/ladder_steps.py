"""The steps of the ladder that a complaint was told, in local time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from geo_portal.complaints.lifecycle import Said
from geo_portal.complaints.tables import Event
from tests.staff_fixtures import MONDAY

LATER = MONDAY + timedelta(hours=1)
DONE = Said(remark="Filled.", outcome="fixed")


def local(text: str) -> datetime:
    """A moment by the clocks of the tiny town."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Jakarta"))


def steps(session, complaint) -> list[tuple[str, int, str]]:
    """What the ladder told of a complaint, in order: kind, step, who."""
    return [(e.kind, e.facts["step"], e.facts["told"]) for e in rungs(session, complaint)]


def rungs(session, complaint) -> list[Event]:
    told = select(Event).where(Event.complaint_id == complaint.id, Event.facts.has_key("told"))
    return list(session.scalars(told.order_by(Event.id)))
