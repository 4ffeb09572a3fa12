"""What went out, what waits and what was given up, for those who answer for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session

from geo_portal import jobs
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import CaseScope, Operation, may, require
from geo_portal.complaints.cases import area_codes
from geo_portal.complaints.tables import Complaint
from geo_portal.database import AnyRow
from geo_portal.errors import Conflict, NotFound
from geo_portal.outbox.tables import Message

PER_PAGE = 50
DEAD, WAITING, SENT = "dead", "waiting", "sent"
STATES: dict[str, ColumnElement[bool]] = {
    DEAD: Message.dead_at.is_not(None),
    WAITING: Message.sent_at.is_(None) & Message.dead_at.is_(None),
    SENT: Message.sent_at.is_not(None),
}


class TooLateToSend(Conflict):
    """The message is of no use any more."""


@dataclass(frozen=True)
class Shown:
    """A message as staff see it: to whom only in part, and nothing of what it says."""

    id: int
    code: str | None
    subject: str
    recipient: str
    language: str
    created_at: datetime
    send_after: datetime
    sent_at: datetime | None
    dead_at: datetime | None
    attempts: int
    reason: str | None
    channel: str = "email"


def messages(
    session: Session, who: Person, state: str, *, before: int | None = None
) -> tuple[list[Shown], int | None]:
    """Messages in a state, newest first, and from where the next page goes on (None: the end).

    Only those about the reader's own cases; an administrator sees all. Raises `NotAllowed`.
    """
    asked = (
        select(
            Message,
            *(Complaint.code, Complaint.department_code, Complaint.office_code),
            Complaint.jurisdiction_ids,
        )
        .outerjoin(Complaint, Complaint.id == Message.complaint_id)
        .where(STATES.get(state, STATES[DEAD]), _within_reach(who))
        .order_by(Message.id.desc())
        .limit(PER_PAGE + 1)
    )
    if before is not None:
        asked = asked.where(Message.id < before)
    rows = session.execute(asked).all()
    more = rows[PER_PAGE - 1].Message.id if len(rows) > PER_PAGE else None
    return [_shown(row) for row in rows[:PER_PAGE] if _may_see(session, who, row)], more


def how_many(session: Session, who: Person) -> dict[str, int]:
    """How many messages about the reader's cases are in each state."""
    counts = [func.count().filter(where).label(state) for state, where in STATES.items()]
    asked = (
        select(*counts)
        .select_from(Message)
        .outerjoin(Complaint, Complaint.id == Message.complaint_id)
        .where(_within_reach(who))
    )
    return dict(session.execute(asked).mappings().one())


def send_again(session: Session, who: Person, message_id: int, now: datetime) -> None:
    """Try a message that was given up once more, from the beginning.

    Raises `NotFound`, `NotAllowed`, `TooLateToSend` when its time is over, or `Conflict` when it
    was not given up.
    """
    message = session.scalars(
        select(Message).where(Message.id == message_id).with_for_update()
    ).one_or_none()
    if message is None:
        raise NotFound("There is no such message.")
    require(who, Operation.SEE_DEAD_LETTERS, _scope(session, message.complaint_id))
    if message.dead_at is None:
        raise Conflict("This message was not given up: it is sent already, or it will be.")
    if message.send_before is not None and message.send_before <= now:
        raise TooLateToSend("What this message says is of no use any more, so it stays here.")
    message.dead_at = message.claimed_at = message.handed_over_at = None
    message.attempts, message.send_after = 0, now
    session.flush()
    jobs.defer(session, "send_message", message_id=message.id)


def _within_reach(who: Person) -> ColumnElement[bool]:
    if who.looks_after_everything:
        return true()
    departments = _led_by(who)
    if not departments:
        require(who, Operation.SEE_DEAD_LETTERS)
    if None in departments:
        return Message.complaint_id.is_not(None)
    codes = [code for code in departments if code]
    return (
        or_(Complaint.department_code.in_(codes), Complaint.office_code.in_(codes))
        if codes
        else false()
    )


def _led_by(who: Person) -> Sequence[str | None]:
    return [one.department_code for one in who.memberships if one.role == "head"]


def _may_see(session: Session, who: Person, row: AnyRow) -> bool:
    """For a head of an area the department alone does not decide."""
    if who.looks_after_everything:
        return True
    areas = area_codes(session, row.jurisdiction_ids or [])
    scope = CaseScope(row.department_code, row.office_code, areas)
    return may(who, Operation.SEE_DEAD_LETTERS, scope)


def _scope(session: Session, complaint_id: int | None) -> CaseScope:
    complaint = session.get(Complaint, complaint_id) if complaint_id else None
    if complaint is None:
        return CaseScope()
    areas = area_codes(session, complaint.jurisdiction_ids)
    return CaseScope(complaint.department_code, complaint.office_code, areas)


def _shown(row: AnyRow) -> Shown:
    message = row.Message
    return Shown(
        message.id,
        row.code,
        message.subject,
        masked(message.recipient),
        message.language,
        message.created_at,
        message.send_after,
        message.sent_at,
        message.dead_at,
        message.attempts,
        message.last_error,
        message.channel,
    )


def masked(address: str) -> str:
    """`asha@tiny.example` as `a…@tiny.example`: enough to recognise, too little to write to.

    Of a web address the host is left, of a number or chat the last three digits.
    """
    if "://" in address:
        return f"{urlsplit(address).hostname or ''}/…"
    name, at, host = address.rpartition("@")
    return f"{name[:1]}…{at}{host}" if at else f"…{address[-3:]}"
