"""Tells, step by step, that a complaint's time is running out or has run out: each step once."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, facts
from geo_portal.city.ladders import Step
from geo_portal.complaints.ladder import clock_of
from geo_portal.complaints.tables import Complaint
from geo_portal.complaints.timeline import PORTAL
from geo_portal.database import AnyRow

# Small enough that an officer who opens one of them does not wait, large enough to be quick.
AT_ONCE = 100


@dataclass(frozen=True)
class _Climb:
    """Where a complaint stands on the ladder afterwards, and the events of the steps it took."""

    id: int
    step: int
    escalate_at: datetime | None
    events: tuple[dict[str, Any], ...]


def escalate_next_overdue(session: Session, now: datetime) -> bool:
    """Tell every step that one complaint has reached; False when none was due."""
    return escalate_overdue(session, now, most=1) > 0


def escalate_overdue(session: Session, now: datetime, most: int = AT_ONCE) -> int:
    """The same for up to `most` complaints, the longest due first; how many there were.

    Complaints are claimed, told and moved on in the caller's transaction: a worker that dies in
    the middle has told nothing, and two workers never claim the same one. Steps that passed
    while nobody looked are all told now, in order, each with the moment it was reached.
    """
    due = _claim(session, now, most)
    if not due:
        return 0
    city = facts(session)
    climbs = [_climb(city, row, now) for row in due]
    events = json.dumps([event for climb in climbs for event in climb.events])
    session.execute(_TELL, {"events": events, "now": now, "by": PORTAL})
    session.execute(
        _MOVE_ON,
        {
            "ids": [climb.id for climb in climbs],
            "steps": [climb.step for climb in climbs],
            "moments": [climb.escalate_at for climb in climbs],
            "public": [any(not event["internal"] for event in climb.events) for climb in climbs],
            "now": now,
        },
    )
    return len(climbs)


def _claim(session: Session, now: datetime, most: int) -> list[AnyRow]:
    """Lock those that are due; one that somebody works on just now waits for the next sweep.

    What happened later than `now` is a sign that this machine's clock is slow: history must not
    run backwards, so those wait as well.
    """
    due = (
        select(
            *(Complaint.id, Complaint.submitted_at, Complaint.due_at, Complaint.promised),
            *(Complaint.working_time, Complaint.escalation_step, Complaint.escalate_at),
            *(Complaint.office_code, Complaint.department_code),
        )
        .where(Complaint.escalate_at <= now, Complaint.closed_at.is_(None))
        .where(Complaint.paused_at.is_(None), Complaint.updated_at <= now)
        .order_by(Complaint.escalate_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(due))


def _climb(city: CityFacts, row: AnyRow, now: datetime) -> _Climb:
    """Every step that is due by `now`, and when the next one will be."""
    clock, step = clock_of(city, row), row.escalation_step
    # The city may have changed its ladder; no step comes before its own time.
    earliest = clock.reaches(step + 1, row.submitted_at)
    at = max(row.escalate_at, earliest) if earliest else None
    events = []
    while at is not None and at <= now:
        step += 1
        events.append(_event(row, step, city.ladder[step - 1], at))
        at = clock.reaches(step + 1, at, step)
    return _Climb(row.id, step, at, tuple(events))


def _event(row: AnyRow, number: int, step: Step, at: datetime) -> dict[str, Any]:
    """A reminder to the office itself is nobody else's business; what goes higher is public."""
    told: dict[str, Any] = {"step": number, "told": step.told, "reached_at": at.isoformat()}
    if step.percent is not None:
        told["percent"] = step.percent
    if step.after is not None:
        told["after_s"] = round(step.after.total_seconds())
    to_office = step.told == "office"
    return {
        "complaint_id": row.id,
        "kind": "reminded" if to_office else "escalated",
        "office_code": row.office_code or row.department_code,
        "facts": told,
        "internal": to_office,
    }


_TELL = text("""
    INSERT INTO events (complaint_id, kind, at, by, office_code, facts, internal)
    SELECT complaint_id, kind, :now, :by, office_code, facts, internal
    FROM ROWS FROM (jsonb_to_recordset(CAST(:events AS jsonb)) AS (
        complaint_id bigint, kind text, office_code text, facts jsonb, internal boolean
    )) WITH ORDINALITY AS event (complaint_id, kind, office_code, facts, internal, nth)
    ORDER BY nth
""")

# The version stays: there is nothing here that an officer's form could overwrite.
_MOVE_ON = text("""
    UPDATE complaints SET
        escalation_step = climb.step,
        escalate_at = climb.escalate_at,
        updated_at = CASE WHEN climb.public THEN :now ELSE updated_at END
    FROM unnest(
        CAST(:ids AS bigint[]), CAST(:steps AS smallint[]), CAST(:moments AS timestamptz[]),
        CAST(:public AS boolean[])
    ) AS climb (id, step, escalate_at, public)
    WHERE complaints.id = climb.id
""")
