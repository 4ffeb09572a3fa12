"""What another system says became of a report: a remark, a move, or both, each taken once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.complaints.cases import take
from geo_portal.complaints.evidence import GivenEvidence, add
from geo_portal.complaints.lifecycle import Said, move_unsigned
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.states import STATES
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.complaints.timeline import DEPARTMENT, LONGEST_REMARK, tell
from geo_portal.errors import Invalid, NotAllowed
from geo_portal.photo_store import StoredPhoto

# Their words (mySociety's for council systems) and the move they stand for; None moves nothing.
# "Closed" says nothing of how; who reported it is asked whether it is fixed, as always.
MOVES_MEANT: dict[str, tuple[str | None, str | None]] = {
    "open": (None, None),
    "for_triage": (None, None),
    "unchanged": (None, None),
    "investigating": ("start", None),
    "in_progress": ("start", None),
    "planned": ("start", None),
    "action_scheduled": ("start", None),
    "internal_referral": (None, None),
    "closed": ("resolve", "fixed"),
    "fixed": ("resolve", "fixed"),
    "no_further_action": ("reject", None),
    "not_councils_responsibility": ("reject", None),
    "duplicate": ("reject", None),
    "cancelled": ("reject", None),
    "reopen": ("reopen", None),
}


class UnknownStatus(Invalid):
    """A status that no update can have."""


@dataclass(frozen=True)
class Update:
    """What they say; `update_id` is theirs, and the same one again changes nothing.

    `pictures` show the result; they are judged like those of an officer.
    """

    update_id: str
    status: str
    description: str
    at: datetime | None = None
    pictures: tuple[StoredPhoto, ...] = ()


def take_update(
    session: Session, code: str, said: Update, now: datetime, *, source: str, covers: Any
) -> Event:
    """Write an update down as the office's; the event that it became, or had become before.

    `covers` says of a department and an office whether they are the caller's business. Raises
    `UnknownStatus`, `NotAllowed`, or what the move refuses; then nothing has changed.
    """
    move, outcome = _meant(said)
    complaint = take(session, code)
    if not covers(complaint.department_code, complaint.office_code):
        raise NotAllowed("This request belongs to another department than the key.")
    if earlier := _earlier(session, complaint, source, said.update_id):
        return earlier
    if len(said.description) > LONGEST_REMARK:
        limit = LONGEST_REMARK
        raise Invalid("A remark may have {limit} characters.", field="description", limit=limit)
    if said.pictures:
        add(session, complaint, [GivenEvidence(one) for one in said.pictures], now)
    told = {"source": source, "update_id": said.update_id, "status": said.status}
    if move is None or _is_there_already(complaint, move):
        return _remark(session, complaint, said, told, now)
    remark = said.description or _nothing_said(said.status)
    return move_unsigned(session, complaint, move, Said(remark, outcome), told, now)


def _meant(said: Update) -> tuple[str | None, str | None]:
    try:
        return MOVES_MEANT[said.status.lower()]
    except KeyError:
        raise UnknownStatus(
            "status is one of {known}.", field="status", known=", ".join(MOVES_MEANT).upper()
        ) from None


def _earlier(session: Session, complaint: Complaint, source: str, update_id: str) -> Event | None:
    asked = select(Event).where(
        Event.complaint_id == complaint.id,
        Event.facts["update_id"].astext == update_id,
        Event.facts["source"].astext == source,
    )
    return session.scalars(asked.limit(1)).one_or_none()


def _is_there_already(complaint: Complaint, move: str) -> bool:
    """Work that has begun is not begun again; what is closed already stays as it was closed."""
    if MOVES[move].closes:
        return not STATES[complaint.status].open
    if move == "reopen":
        return STATES[complaint.status].open
    return complaint.status not in MOVES[move].start


def _remark(
    session: Session, complaint: Complaint, said: Update, told: dict[str, Any], now: datetime
) -> Event:
    complaint.responded_at = complaint.responded_at or now
    words = said.description
    return tell(session, complaint, "remark", now, by=DEPARTMENT, remark=words, facts=told)


def _nothing_said(status: str) -> str:
    """A move needs words; these are all that the other system gave."""
    return status.replace("_", " ").lower()
