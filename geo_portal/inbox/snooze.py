"""Puts a case out of sight for a while; the clock runs on, and it comes back by itself."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.complaints.cases import scope_of, take
from geo_portal.complaints.hand_over import AlreadyClosed
from geo_portal.complaints.tables import Event
from geo_portal.complaints.timeline import DEPARTMENT, tell
from geo_portal.errors import Invalid

LONGEST_SNOOZE = timedelta(days=30)


def snooze(
    session: Session,
    who: Person,
    code: str,
    until: datetime | None,
    now: datetime,
    seen_version: int | None = None,
) -> Event:
    """Take the case out of the queue until `until`; None brings it back at once.

    Colleagues see it in the history, the public does not. Raises `Invalid` for a moment that
    has passed or lies more than `LONGEST_SNOOZE` away.
    """
    complaint = take(session, code, seen_version)
    require(who, Operation.ASSIGN, scope_of(session, complaint))
    if complaint.closed_at is not None:
        raise AlreadyClosed("This report is closed. Open it again before you pass it on.")
    if until is not None:
        _check(until, now)
    complaint.snoozed_until = until
    told = {"until": until.isoformat()} if until else {}
    kind = "snoozed" if until else "woken"
    return tell(session, complaint, kind, now, by=DEPARTMENT, who=who, facts=told, internal=True)


def _check(until: datetime, now: datetime) -> None:
    if until <= now:
        raise Invalid("Choose a moment that lies in the future.", field="until")
    if until > now + LONGEST_SNOOZE:
        raise Invalid(
            "A report can be snoozed for {days} days at most.",
            field="until",
            days=LONGEST_SNOOZE.days,
        )
