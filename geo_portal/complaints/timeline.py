"""Writes down what happens to a complaint: one event per change, in the change's transaction."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.errors import Unavailable

LONGEST_REMARK = 4_000  # characters
# Machines of one portal differ by seconds; one that is further behind has a wrong clock.
CLOCKS_DIFFER_BY = timedelta(minutes=2)

# Who an event says it was by; a person's name is never in it.
CITIZEN, DEPARTMENT, PORTAL, CONTRACTOR, FOLLOWER, NEIGHBOUR = (
    "citizen",
    "department",
    "portal",
    "contractor",
    "follower",
    "neighbour",
)


class ClockIsSlow(Unavailable):
    """The last change lies in this machine's future; history must not run backwards."""


def tell(
    session: Session,
    complaint: Complaint,
    kind: str,
    now: datetime,
    *,
    by: str,
    who: Person | None = None,
    remark: str | None = None,
    facts: dict[str, Any] | None = None,
    internal: bool = False,
    quiet: bool = False,
) -> Event:
    """Add an event and bring the complaint's `updated_at` forward; both are flushed.

    The complaint must have been taken (`cases.take`), so that its events follow one another.
    `internal` events are for staff alone and do not show as a change in public; `quiet` ones are
    public but change nothing that an officer's half-filled form was made from. Raises
    `ClockIsSlow` where the last change is still to come.
    """
    if now < complaint.updated_at - CLOCKS_DIFFER_BY:
        raise ClockIsSlow(
            "The clock of this portal is wrong: the last change to this report is still to come "
            "by it. Nothing was changed; please tell those who run the portal."
        )
    event = Event(
        complaint_id=complaint.id,
        kind=kind,
        at=max(now, complaint.updated_at),
        by=by,
        office_code=complaint.office_code or complaint.department_code,
        person_id=who.id if who else None,
        remark=remark or None,
        facts=facts or {},
        internal=internal,
    )
    session.add(event)
    if not (internal or quiet):
        complaint.updated_at = max(now, complaint.updated_at)
    session.flush()
    return event
