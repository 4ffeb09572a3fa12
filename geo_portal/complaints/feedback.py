"""What the reporter and the followers say of a fix: fixed, partly or not, and what comes of it.

Nobody's silence is an answer: without one a report stays closed, and counts as nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.accounts.colleagues import heads_of
from geo_portal.city.facts import facts
from geo_portal.complaints.case_tables import Feedback
from geo_portal.complaints.cases import take
from geo_portal.complaints.counted import left_out_because
from geo_portal.complaints.lifecycle import Said, carry_out
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.reporters import REPORTER, Answering
from geo_portal.complaints.tables import Complaint, Event, Photo
from geo_portal.complaints.timeline import CITIZEN, FOLLOWER, LONGEST_REMARK, PORTAL, tell
from geo_portal.errors import Conflict, Invalid, NotAllowed
from geo_portal.photo_store import StoredPhoto
from geo_portal.translation import N_

ANSWERS_WITHIN = timedelta(days=60)
ASKED_STATES = ("resolved", "rejected")
REMINDED_AGAIN_AFTER = timedelta(days=7)
MOST_REMINDERS = 2
# So many followers who say so settle it for the neighbours.
NEIGHBOURS_CONFIRM = 2

VERDICTS = {
    "fixed": N_("It is fixed"),
    "partly": N_("It is partly fixed"),
    "not": N_("It is not fixed"),
}


class NotYours(NotAllowed):
    """Only who reported or follows a report may say whether it is fixed."""


class NotAsked(Conflict):
    """The report is not closed, or was closed too long ago, or the answer is there already."""


@dataclass(frozen=True)
class Answer:
    """What somebody says: a verdict of `VERDICTS`, and as much more as they like.

    `again` asks for another look at what is only partly fixed.
    """

    verdict: str
    satisfied: bool | None = None
    words: str = ""
    again: bool = False
    photos: tuple[StoredPhoto, ...] = ()


def answer(
    session: Session, code: str, who: Answering | None, said: Answer, now: datetime
) -> Event:
    """Take an answer. The reporter's “not fixed” opens the report again, on its original clock.

    The first time for somebody else of the office than who closed it, the second time for the
    head of the department. A follower's answer is counted apart and moves nothing. Raises
    `NotYours`, `NotAsked` or `Invalid`; then nothing has changed.
    """
    complaint = take(session, code)
    if who is None:
        raise NotYours(
            "Only the person who sent this report can answer, in the browser it was sent from or "
            "by the link in our messages."
        )
    refuse_unasked(session, complaint, who, now)
    _check(said)
    left_out = left_out_because(session, complaint, who, now)
    event = _event(session, complaint, who, said, now)
    _keep_photos(session, complaint, event, said.photos, now)
    session.add(
        Feedback(
            complaint_id=complaint.id,
            event_id=event.id,
            by=CITIZEN if who.role == REPORTER else FOLLOWER,
            verdict=said.verdict,
            satisfied=said.satisfied,
            office_code=complaint.office_code or complaint.department_code,
            counted=left_out is None,
            left_out_because=left_out,
            at=now,
            device_hash=who.device_hash,
            follower_id=who.follower_id,
        )
    )
    session.flush()
    return event


def refuse_unasked(session: Session, complaint: Complaint, who: Answering, now: datetime) -> None:
    """Raise `NotAsked` with a sentence that says what to do instead."""
    closed = complaint.closed_at
    if complaint.status not in ASKED_STATES or closed is None:
        raise NotAsked(
            "This report is not waiting for an answer just now. Its page shows where it stands; "
            "we ask again when it is closed."
        )
    if now > closed + ANSWERS_WITHIN:
        raise NotAsked(
            "The {days} days to answer are over. If the problem is there again, please report it "
            "anew.",
            days=ANSWERS_WITHIN.days,
        )
    if _answered(session, complaint, who):
        raise NotAsked(
            "You have answered already. If the problem is there again, please report it anew."
        )


def _answered(session: Session, complaint: Complaint, who: Answering) -> bool:
    """Whether this person has answered since it was closed."""
    whose = (
        Feedback.by == CITIZEN if who.role == REPORTER else Feedback.follower_id == who.follower_id
    )
    asked = select(Feedback.id).where(
        Feedback.complaint_id == complaint.id, whose, Feedback.at >= complaint.closed_at
    )
    return session.scalar(asked.limit(1)) is not None


def _check(said: Answer) -> None:
    if said.verdict not in VERDICTS:
        raise Invalid("Please choose whether it is fixed.", field="verdict")
    if len(said.words) > LONGEST_REMARK:
        raise Invalid("A remark may have {limit} characters.", field="words", limit=LONGEST_REMARK)


def _event(
    session: Session, complaint: Complaint, who: Answering, said: Answer, now: datetime
) -> Event:
    told: dict[str, Any] = {"verdict": said.verdict, "satisfied": said.satisfied}
    if who.role != REPORTER:
        return tell(session, complaint, "feedback", now, by=FOLLOWER, facts=told)
    complaint.remind_at = None
    if said.verdict == "not" or (said.verdict == "partly" and said.again):
        return _open_again(session, complaint, said, told, now)
    kind = "feedback"
    if said.verdict == "fixed" and complaint.status == "resolved":
        kind, complaint.status = "confirmed", "confirmed"
    words = said.words.strip()
    return tell(session, complaint, kind, now, by=CITIZEN, remark=words, facts=told)


def _open_again(
    session: Session, complaint: Complaint, said: Answer, told: dict[str, Any], now: datetime
) -> Event:
    told["because"] = "feedback"
    before = session.scalar(
        select(func.count()).where(
            Event.complaint_id == complaint.id,
            Event.kind == "reopened",
            Event.facts["because"].astext == "feedback",
        )
    )
    remark = Said(remark=said.words)
    move, city = MOVES["reopen"], facts(session)
    event = carry_out(session, city, complaint, move, remark, told, now, None, by=CITIZEN)
    if before:
        _to_the_head(session, complaint, now)
    return event


def _to_the_head(session: Session, complaint: Complaint, now: datetime) -> None:
    """The second “not fixed” is no longer the office's own affair."""
    heads = heads_of(session, complaint.department_code) if complaint.department_code else []
    free = [head.id for head in heads if head.id != complaint.resolved_by]
    complaint.assignee_id = free[0] if free else None
    told = {"told": "department_head", "because": "feedback"}
    tell(session, complaint, "escalated", now, by=PORTAL, facts=told)


def _keep_photos(
    session: Session,
    complaint: Complaint,
    event: Event,
    photos: tuple[StoredPhoto, ...],
    now: datetime,
) -> None:
    for position, photo in enumerate(photos):
        session.add(
            Photo(
                complaint_id=complaint.id,
                event_id=event.id,
                key=photo.key,
                kind="feedback",
                width=photo.width,
                height=photo.height,
                position=1000 + position,
                taken_at=photo.taken_at,
                added_at=now,
                looks=photo.looks,
            )
        )


def neighbours(session: Session, complaint: Complaint) -> dict[str, int]:
    """How many followers gave each verdict since it was closed; only those that count."""
    if complaint.closed_at is None:
        return {}
    rows = session.execute(
        select(Feedback.verdict, func.count().label("number"))
        .where(
            Feedback.complaint_id == complaint.id,
            Feedback.by == FOLLOWER,
            Feedback.counted,
            Feedback.at >= complaint.closed_at,
        )
        .group_by(Feedback.verdict)
    )
    return {row.verdict: row.number for row in rows}


def remind_due(session: Session, now: datetime, most: int = 200) -> int:
    """Ask once more about closed reports whose time for it has come; how many there were.

    Writes an internal event each, which the messages go by; two reminders, then silence.
    """
    due = session.scalars(
        select(Complaint)
        .where(Complaint.remind_at <= now)
        .order_by(Complaint.remind_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for complaint in due:
        _remind(session, complaint, now)
    return len(due)


def _remind(session: Session, complaint: Complaint, now: datetime) -> None:
    complaint.remind_at = None
    closed = complaint.closed_at
    if complaint.status not in ASKED_STATES or closed is None or now > closed + ANSWERS_WITHIN:
        return
    sent = session.scalar(
        select(func.count()).where(
            Event.complaint_id == complaint.id,
            Event.kind == "feedback_reminder",
            Event.at >= closed,
        )
    )
    number = (sent or 0) + 1
    if number < MOST_REMINDERS:
        complaint.remind_at = now + REMINDED_AGAIN_AFTER
    told = {"number": number}
    tell(session, complaint, "feedback_reminder", now, by=PORTAL, facts=told, internal=True)
