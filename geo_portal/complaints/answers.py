"""The answer of who reported it to the question that an office has asked; then the work goes on."""

import hmac
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.city.facts import facts
from geo_portal.complaints.cases import take
from geo_portal.complaints.lifecycle import Said, carry_out
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.reporters import reporter_token
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.complaints.timeline import CITIZEN, LONGEST_REMARK, tell
from geo_portal.errors import Conflict, Invalid, NotAllowed

ASKED = "waiting_citizen"


class NotYourReport(NotAllowed):
    """Only who sent the report may answer for it."""


class NothingAsked(Conflict):
    """Nobody waits for an answer, or no longer."""


def question_to(
    session: Session, complaint: Complaint, keys: tuple[str, ...], who: Person | None
) -> Event | None:
    """What the office has asked; None when it waits for nothing.

    `keys` are the tokens that the reader holds. Raises `NotYourReport` for everybody else: a
    question may name what only the reporter should read.
    """
    _refuse_stranger(complaint, keys, who)
    if complaint.status != ASKED:
        return None
    asked = select(Event).where(Event.complaint_id == complaint.id, Event.kind == ASKED)
    return session.scalars(asked.order_by(Event.id.desc()).limit(1)).first()


def answer(
    session: Session,
    code: str,
    words: str,
    now: datetime,
    *,
    keys: tuple[str, ...] = (),
    who: Person | None = None,
) -> Event:
    """Take the answer and let the clock run on; both are events of the citizen.

    Raises `NotYourReport`, `NothingAsked` or `Invalid`; then nothing has changed.
    """
    complaint = take(session, code)
    _refuse_stranger(complaint, keys, who)
    if complaint.status != ASKED:
        raise NothingAsked(
            "The office is not waiting for an answer any more. The page of the report shows where "
            "it stands."
        )
    said = words.strip()
    if not said:
        raise Invalid("Please write your answer first.", field="answer")
    if len(said) > LONGEST_REMARK:
        raise Invalid(
            "An answer may have {limit} characters.", field="answer", limit=LONGEST_REMARK
        )
    event = tell(session, complaint, "answered", now, by=CITIZEN, remark=said)
    carry_out(
        session, facts(session), complaint, MOVES["resume"], Said(), {}, now, None, by=CITIZEN
    )
    return event


def _refuse_stranger(complaint: Complaint, keys: tuple[str, ...], who: Person | None) -> None:
    mine = reporter_token(complaint.code)
    holds = any(hmac.compare_digest(mine.encode(), key.encode()) for key in keys)
    signed_in = who is not None and who.id == complaint.reporter_id
    if not (holds or signed_in):
        raise NotYourReport(
            "Only the person who sent this report can answer. Please open the link in our message, "
            "or use the browser that the report was sent from."
        )
