"""Whoever must hear that a complaint's time runs out hears it once, whatever happens meanwhile."""

from datetime import timedelta

from sqlalchemy import select

from geo_portal.complaints.escalation import escalate_next_overdue
from geo_portal.complaints.tables import Event


def steps(session, complaint) -> list[tuple[str, int, str]]:
    """What the ladder told of a complaint, in order: kind, step, who."""
    told = select(Event).where(
        Event.complaint_id == complaint.id, Event.kind.in_(["reminded", "escalated"])
    )
    events = session.scalars(told.order_by(Event.id))
    return [(event.kind, event.facts["step"], event.facts["told"]) for event in events]


def test_an_overdue_complaint_is_escalated_once_per_deadline(session, pothole):
    late = pothole.due_at + timedelta(minutes=1)

    found = [escalate_next_overdue(session, late), escalate_next_overdue(session, late)]

    assert found == [True, False]
    assert steps(session, pothole) == [
        ("reminded", 1, "office"),
        ("escalated", 2, "office_head"),
    ]
