"""Answering questions at the desk: what waits, the answer, passing it on."""

from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from geo_portal import outbox
from geo_portal.accounts.links import EMAIL
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Conflict, Invalid
from geo_portal.inquiries.ask import LONGEST_QUESTION, address_of, by_code, tell
from geo_portal.inquiries.tables import STATUSES, Inquiry
from geo_portal.translation import N_, translator

LONGEST_ANSWER = 5_000
MOST_LISTED = 100
A_PAGE = 30

SUBJECT = N_("The answer to your question {code}")
BODY = N_("You asked:\n{question}\n\nOur answer:\n{answer}\n\nIt is kept here: {address}")


class NotAgreed(Conflict):
    """The asker did not say that others may read it."""


class AnsweredAlready(Conflict):
    """A colleague was quicker."""


def require_answering(person: Person) -> None:
    """Raise `NotAllowed` for who may not read and answer questions."""
    require(person, Operation.ANSWER_QUESTIONS)


def waiting(
    session: Session, person: Person, status: str = "open", department: str | None = None
) -> list[Inquiry]:
    """Questions of a status, the soonest due first, answered ones newest first; at most 100."""
    require_answering(person)
    wanted = status if status in STATUSES else "open"
    asked = select(Inquiry).where(Inquiry.status == wanted)
    if department:
        asked = asked.where(Inquiry.department_code == department)
    order = (Inquiry.due_at, Inquiry.id) if wanted == "open" else (Inquiry.answered_at.desc(),)
    return list(session.scalars(asked.order_by(*order).limit(MOST_LISTED)))


def how_many_wait(session: Session) -> int:
    """How many questions nobody has answered yet."""
    return session.scalar(select(func.count()).where(Inquiry.status == "open")) or 0


def answer(
    session: Session, person: Person, code: str, written: str, now: datetime, shown_as: str = ""
) -> Inquiry:
    """Answer a question; who left an e-mail address gets the answer by a message.

    With `shown_as`, the question in words that name nobody, everybody may read it with its
    answer. Raises `Invalid` for an empty or endless text, `NotAgreed` and `AnsweredAlready`.
    """
    require_answering(person)
    inquiry = _locked(session, code)
    text = written.replace("\0", "").replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST_ANSWER:
        raise Invalid(
            "Please write an answer of at most {limit} characters.",
            field="answer",
            limit=LONGEST_ANSWER,
        )
    inquiry.shown_question = _wording(inquiry, shown_as)
    inquiry.status, inquiry.answer, inquiry.answered_at = "answered", text, now
    session.flush()
    tell(session, inquiry, "answered", now, person.id, _answered(inquiry, now))
    if inquiry.contact and EMAIL.fullmatch(inquiry.contact):
        _send(session, inquiry, now)
    return inquiry


def _wording(inquiry: Inquiry, shown_as: str) -> str | None:
    wording = shown_as.replace("\0", "").replace("\r\n", "\n").strip()
    if wording and not inquiry.may_be_shown:
        raise NotAgreed("Who asked did not agree that others read this question.")
    if len(wording) > LONGEST_QUESTION:
        raise Invalid(
            "Your question may have {limit} characters at most.",
            field="shown_as",
            limit=LONGEST_QUESTION,
        )
    return wording or None


def _answered(inquiry: Inquiry, now: datetime) -> dict[str, object]:
    return {"late": now > inquiry.due_at, "shown": inquiry.shown_question is not None}


def shown(
    session: Session, department: str | None = None, before: int | None = None
) -> list[Inquiry]:
    """Answered questions that everybody may read, newest first, at most `A_PAGE`.

    `before` is the number of the last one of the page before.
    """
    asked = select(Inquiry).where(Inquiry.shown_question.is_not(None))
    if department:
        asked = asked.where(Inquiry.department_code == department)
    if before is not None:
        last = session.get(Inquiry, before)
        if last is not None and last.answered_at is not None:
            place = tuple_(Inquiry.answered_at, Inquiry.id)
            asked = asked.where(place < tuple_(last.answered_at, last.id))
    order = (Inquiry.answered_at.desc(), Inquiry.id.desc())
    return list(session.scalars(asked.order_by(*order).limit(A_PAGE)))


def pass_on(
    session: Session, city: CityFacts, person: Person, code: str, department: str, now: datetime
) -> Inquiry:
    """Give a question to a department that knows; its clock runs on.

    Raises `Invalid` for an unknown department and `AnsweredAlready`.
    """
    require_answering(person)
    inquiry = _locked(session, code)
    known = city.departments.get(department)
    if known is None or not known.active:
        raise Invalid("There is no department “{code}”.", field="department", code=department[:40])
    before, inquiry.department_code = inquiry.department_code, department
    session.flush()
    tell(session, inquiry, "passed_on", now, person.id, {"from": before, "to": department})
    return inquiry


def _locked(session: Session, code: str) -> Inquiry:
    """The question, with whoever else wants to answer it waiting; it is still open."""
    inquiry = by_code(session, code)
    session.refresh(inquiry, with_for_update=True)
    if inquiry.status != "open":
        raise AnsweredAlready("A colleague has answered this question already.")
    return inquiry


def _send(session: Session, inquiry: Inquiry, now: datetime) -> None:
    words = translator(inquiry.language)
    told = {
        "code": inquiry.code,
        "question": inquiry.question,
        "answer": inquiry.answer,
        "address": address_of(inquiry),
    }
    outbox.post(
        session,
        now,
        kind="question_answered",
        recipient=inquiry.contact or "",
        subject=words.gettext(SUBJECT).format(**told),
        text=words.gettext(BODY).format(**told),
        language=inquiry.language,
        dedup_key=f"question:{inquiry.id}:answered",
    )
