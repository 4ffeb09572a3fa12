"""Moves a complaint through its life: no state without an event, no close without an outcome."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import require
from geo_portal.city.facts import CityFacts, facts
from geo_portal.complaints import moves
from geo_portal.complaints.case_tables import Evidence
from geo_portal.complaints.cases import scope_of, take
from geo_portal.complaints.codes import read_code
from geo_portal.complaints.followers import bring_reporter_along
from geo_portal.complaints.moves import MOVES, Move
from geo_portal.complaints.pauses import pause, run_on
from geo_portal.complaints.states import OUTCOMES, OUTCOMES_WITHOUT_FIX
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.complaints.tasks import refuse_unfinished
from geo_portal.complaints.timeline import DEPARTMENT, LONGEST_REMARK, tell
from geo_portal.errors import Conflict, Invalid, NotAllowed, NotFound

# After a close, when nobody has said whether it is fixed.
ASKED_AGAIN_AFTER = timedelta(days=3)


class NotFromHere(Conflict):
    """The complaint is not in a state from which this can be done."""


class NoEvidence(Invalid):
    """The category asks for a photo of the fix before it can be closed as fixed."""


@dataclass(frozen=True)
class Said:
    """What the person adds to a move; `remark` is read by the citizen."""

    remark: str = ""
    outcome: str | None = None
    until: datetime | None = None
    planned_for: datetime | None = None
    handed_to: str | None = None
    into: str | None = None


def make_move(
    session: Session,
    who: Person,
    code: str,
    name: str,
    said: Said,
    now: datetime,
    seen_version: int | None = None,
) -> Event:
    """Make one of `MOVES` with a complaint and write it down.

    Raises `NotAllowed` for a person who may not, `ChangedMeanwhile` for a form made from an
    older version, `NotFromHere` for a state it cannot be made from, and `Invalid` for what is
    missing; then nothing has changed.
    """
    move = MOVES.get(name)
    if move is None:
        raise NotFound("There is no such step for a report.")
    complaint = take(session, code, seen_version)
    require(who, move.operation, scope_of(session, complaint))
    _refuse_wrong_state(complaint, move)
    _refuse_same_closer(complaint, move, who)
    city = facts(session)
    told = _checked(session, city, complaint, move, said, now)
    return carry_out(session, city, complaint, move, said, told, now, who)


def move_unsigned(
    session: Session,
    complaint: Complaint,
    name: str,
    said: Said,
    told: dict[str, Any],
    now: datetime,
) -> Event:
    """The same move made by another system; the caller has taken the complaint and checked the key.

    It needs what a person's would need; `told` is added to the facts. Raises `NotFromHere` or
    `Invalid`.
    """
    move, city = MOVES[name], facts(session)
    _refuse_wrong_state(complaint, move)
    known = _checked(session, city, complaint, move, said, now)
    return carry_out(session, city, complaint, move, said, told | known, now, None)


def carry_out(
    session: Session,
    city: CityFacts,
    complaint: Complaint,
    move: Move,
    said: Said,
    told: dict[str, Any],
    now: datetime,
    who: Person | None,
    by: str = DEPARTMENT,
) -> Event:
    """The move itself, for callers that have checked everything; `told` becomes the facts."""
    told = told | {"from": complaint.status}
    if not move.pauses and (moved := run_on(city, complaint, now)):
        told["clock_moved_s"] = round(moved.total_seconds())
    complaint.status, complaint.outcome = move.end, told.get("outcome")
    complaint.responded_at = complaint.responded_at or now
    if move.pauses:
        pause(complaint, now, said.remark, said.until)
        told["until"] = complaint.pause_until.isoformat() if complaint.pause_until else None
    if move.closes:
        _close(complaint, now, who)
        complaint.remind_at = first_reminder(move, said, now)
    elif move.end == "reopened":
        _open_again(complaint, who)
    if move.end == "merged":
        bring_reporter_along(session, complaint, now)
    return tell(
        session, complaint, move.end, now, by=by, who=who, remark=said.remark.strip(), facts=told
    )


def _close(complaint: Complaint, now: datetime, who: Person | None) -> None:
    complaint.closed_at = now
    complaint.resolved_by = who.id if who else None
    complaint.snoozed_until = None


def first_reminder(move: Move, said: Said, now: datetime) -> datetime | None:
    """When to ask again whether it is fixed: not before the day for which it is planned."""
    if move.end not in ("resolved", "rejected"):
        return None
    return max(now, said.planned_for or now) + ASKED_AGAIN_AFTER


def _open_again(complaint: Complaint, who: Person | None) -> None:
    """On the original clock: `due_at` and `escalate_at` stay, so a false close gains no time.

    The ladder goes on where it was; what was reached meanwhile the next sweep tells. Who takes
    back a close of their own may go on with the case, nobody else who closed it may.
    """
    if who is not None and complaint.resolved_by == who.id:
        complaint.resolved_by = None
    complaint.closed_at = complaint.remind_at = complaint.merged_into_id = None
    complaint.assignee_id = complaint.team = None


def _refuse_wrong_state(complaint: Complaint, move: Move) -> None:
    if complaint.status not in move.start:
        raise NotFromHere(
            "This cannot be done with the report as it stands now. Look at its history: "
            "somebody may have done it already."
        )


def _refuse_same_closer(complaint: Complaint, move: Move, who: Person) -> None:
    """A case that others have opened again is not closed by who closed it before."""
    if move.operation in moves.WORK and complaint.resolved_by == who.id:
        raise NotAllowed("You closed this report before, so a colleague has to look at it now.")


def _checked(
    session: Session,
    city: CityFacts,
    complaint: Complaint,
    move: Move,
    said: Said,
    now: datetime,
) -> dict[str, Any]:
    """Refuse what is missing; gives the facts for the event."""
    _check_remark(move, said)
    told: dict[str, Any] = {}
    if moves.OUTCOME in move.needs:
        refuse_unfinished(session, complaint.id)
        told = _outcome(said, now)
    if moves.EVIDENCE in move.needs:
        _check_evidence(session, city, complaint, said)
    if moves.OTHER_CODE in move.needs:
        told = _joined_with(session, complaint, said)
    return told


def _check_remark(move: Move, said: Said) -> None:
    if moves.REMARK in move.needs and not said.remark.strip():
        raise Invalid(
            "Please write a sentence that the person who reported it will read.", field="remark"
        )
    if len(said.remark) > LONGEST_REMARK:
        raise Invalid("A remark may have {limit} characters.", field="remark", limit=LONGEST_REMARK)


def _outcome(said: Said, now: datetime) -> dict[str, Any]:
    if said.outcome not in OUTCOMES:
        raise Invalid(
            "Please choose what came of it; “closed” alone says nothing.", field="outcome"
        )
    told: dict[str, Any] = {"outcome": said.outcome}
    if said.outcome == "scheduled":
        if said.planned_for is None or said.planned_for <= now:
            raise Invalid("Please give the day on which it will be done.", field="planned_for")
        told["planned_for"] = said.planned_for.isoformat()
    if said.outcome == "handed_over":
        if not (said.handed_to or "").strip():
            raise Invalid("Please say to whom it was handed over.", field="handed_to")
        told["handed_to"] = (said.handed_to or "").strip()[:200]
    return told


def _check_evidence(session: Session, city: CityFacts, complaint: Complaint, said: Said) -> None:
    """A fix needs a photo where the category asks for one; to say "not found" needs none."""
    category = city.categories.get(complaint.category_code or "")
    without = said.outcome in (*OUTCOMES_WITHOUT_FIX, "scheduled")
    if category is None or not category.evidence or without:
        return
    given = session.scalar(
        select(func.count())
        .select_from(Evidence)
        .where(Evidence.complaint_id == complaint.id, Evidence.accepted.is_not(False))
        .where(Evidence.received_at >= _open_since(session, complaint))
    )
    if not given:
        raise NoEvidence(
            "For “{category}” a photo of the finished work is needed before it can be closed.",
            field="evidence",
            category=category.name("en"),
        )


def _open_since(session: Session, complaint: Complaint) -> datetime:
    """Since when it has been open: what proved an earlier close proves no later one."""
    asked = select(func.max(Event.at)).where(
        Event.complaint_id == complaint.id, Event.kind == "reopened"
    )
    return session.scalar(asked) or complaint.submitted_at


def _joined_with(session: Session, complaint: Complaint, said: Said) -> dict[str, Any]:
    code = read_code(said.into or "")
    other = session.scalars(select(Complaint).where(Complaint.code == code)).one_or_none()
    if other is None or other.id == complaint.id or other.merged_into_id is not None:
        raise Invalid("Please give the number of the other report that stays open.", field="into")
    complaint.merged_into_id = other.id
    return {"into": other.code}
