"""The feed of public events: everything that happened, in order, from wherever one has read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal.complaints.states import light
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.errors import Invalid

MOST = 500
# What can happen to a report for everybody to know.
KINDS = (
    *("submitted", "triaged", "assigned", "transferred", "acknowledged"),
    *("in_progress", "waiting_citizen", "waiting_other", "answered", "remark", "reminded"),
    *("escalated", "contested", "task_given", "task_done", "contractor_asked"),
    *("contractor_done", "contractor_cannot", "resolved", "rejected", "evidence_accepted"),
    *("feedback", "confirmed", "reopened", "merged", "supported", "commented", "verified"),
    *("photo_covered", "incident"),
)


@dataclass(frozen=True)
class FeedEvent:
    """One public event with its complaint as it stands now; of private ones only what happened."""

    id: int
    kind: str
    at: datetime
    by: str
    code: str
    category: str | None
    department: str | None
    office: str | None
    status: str
    light: str
    remark: str | None
    facts: dict[str, Any]
    sensitive: bool


def check_kinds(kinds: Iterable[str]) -> None:
    """Raise `Invalid` for kinds of events that there are not, whose feed would stay empty."""
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise Invalid(
            "There are no events of the kind “{kind}”. There are: {kinds}.",
            field="kinds",
            kind=unknown[0][:50],
            kinds=", ".join(KINDS),
        )


# Numbers are given out before the commit, so a lower one may still be on its way. Whoever is still
# writing began at this moment or later, and so got numbers later; each event has its own moment
# from the trigger that seals it, which runs after the number was given out.
_SETTLED_BEFORE = text("""
    SELECT least(min(xact_start), clock_timestamp()) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
""")
_FIRST_UNSETTLED = text("SELECT min(event_id) FROM event_seals WHERE sealed_at >= :moment")
_LARGEST = 2**63 - 1


def feed(
    session: Session, cursor: int, *, kinds: tuple[str, ...] = (), limit: int = MOST
) -> list[FeedEvent]:
    """Public events after number `cursor`, oldest first; the last one's number is the next cursor.

    An event shows once everything before it is there too, so that nobody who reads on from a
    cursor ever misses one.
    """
    # Two statements, so that the second sees everything that was committed before the first.
    moment = session.execute(_SETTLED_BEFORE).scalar_one()
    unsettled = session.execute(_FIRST_UNSETTLED, {"moment": moment}).scalar_one() or _LARGEST
    query = (
        select(
            Event.id,
            Event.kind,
            Event.at,
            Event.by,
            Event.office_code,
            Event.remark,
            Event.facts,
            Complaint.code,
            Complaint.category_code,
            Complaint.department_code,
            Complaint.status,
            Complaint.outcome,
            Complaint.sensitive,
        )
        .join(Complaint, Complaint.id == Event.complaint_id)
        .where(Event.id > cursor, Event.id < unsettled, ~Event.internal)
    )
    if kinds:
        query = query.where(Event.kind.in_(kinds))
    rows = session.execute(query.order_by(Event.id).limit(limit))
    return [
        FeedEvent(
            id=row.id,
            kind=row.kind,
            at=row.at,
            by=row.by,
            code=row.code,
            category=row.category_code,
            department=row.department_code,
            office=row.office_code,
            status=row.status,
            light=light(row.status, row.outcome),
            remark=None if row.sensitive else row.remark,
            facts={} if row.sensitive else row.facts,
            sensitive=row.sensitive,
        )
        for row in rows
    ]


def newest(session: Session) -> int:
    """The number of the latest event; 0 when nothing has happened yet."""
    found = session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1))
    return found or 0


def event_body(event: FeedEvent) -> dict[str, Any]:
    """An event as it is sent and read; times are UTC."""
    return {
        "cursor": event.id,
        "kind": event.kind,
        "at": event.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "by": event.by,
        "code": event.code,
        "url": f"/c/{event.code}",
        "category": event.category,
        "department": event.department,
        "office": event.office,
        "status": event.status,
        "light": event.light,
        "remark": event.remark,
        "facts": event.facts,
        "sensitive": event.sensitive,
    }
