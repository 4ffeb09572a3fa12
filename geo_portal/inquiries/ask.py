"""Asking the city: a question gets a code, a clock, an office and an answer."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from geo_portal import outbox
from geo_portal.accounts.limits import Limit, count_attempt, refuse_if_too_many
from geo_portal.accounts.links import EMAIL
from geo_portal.accounts.typed_codes import letters, new_letters
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Invalid, NotFound
from geo_portal.inquiries.tables import Inquiry, InquiryEvent
from geo_portal.settings import settings
from geo_portal.translation import N_, translator

LONGEST_QUESTION = 2_000
LONGEST_CONTACT = 200
CODE_LETTERS = 10
# Working time: two working days, as letters to the city are answered.
ANSWER_WITHIN = timedelta(hours=16)
FROM_NETWORK = Limit("questions from a network", 20, timedelta(hours=1))

SUBJECT = N_("Your question {code} has arrived")
BODY = N_(
    "Thank you for asking. We answer by {due}.\n\nYour question:\n{question}\n\n"
    "The answer comes to this address, and is here: {address}"
)


@dataclass(frozen=True)
class NewInquiry:
    """What somebody asks; `contact` is where the answer goes, `department` who should know.

    `may_be_shown` is the asker's consent that everybody may read question and answer.
    """

    question: str
    language: str
    contact: str | None = None
    department: str | None = None
    channel: str = "WEB"
    reporter_id: int | None = None
    may_be_shown: bool = False


def ask(
    session: Session,
    city: CityFacts,
    new: NewInquiry,
    now: datetime,
    *,
    network: str | None = None,
    by: int | None = None,
) -> Inquiry:
    """Keep a question and say that it arrived; an e-mail address hears it at once.

    Raises `Invalid` for no words, too many, or a contact that is none, and `TooManyAttempts` for
    the twenty-first question of an hour from one `network`. `by` is who filed it for somebody.
    """
    question, contact = _checked(new)
    if network is not None:
        refuse_if_too_many(session, now, (FROM_NETWORK, network))
        count_attempt(session, now, (FROM_NETWORK, network))
    known = city.departments.get(new.department or "")
    inquiry = Inquiry(
        code=f"Q-{new_letters(5)}-{new_letters(5)}",
        question=question,
        language=new.language,
        contact=contact,
        channel=new.channel,
        department_code=known.code if known and known.active else None,
        status="open",
        asked_at=now,
        due_at=city.calendar.add_working_time(now, ANSWER_WITHIN),
        reporter_id=new.reporter_id,
        may_be_shown=new.may_be_shown,
    )
    session.add(inquiry)
    session.flush()
    tell(session, inquiry, "asked", now, by, {"channel": new.channel})
    if contact and EMAIL.fullmatch(contact):
        _confirm(session, city, inquiry, now)
    return inquiry


def _checked(new: NewInquiry) -> tuple[str, str | None]:
    plain = unicodedata.normalize("NFC", new.question.replace("\r\n", "\n"))
    question = "".join(
        c for c in plain if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs")
    ).strip()
    if not any(sign.isalnum() for sign in question):
        raise Invalid("Please write what you would like to know.", field="question")
    if len(question) > LONGEST_QUESTION:
        raise Invalid(
            "Your question may have {limit} characters at most.",
            field="question",
            limit=LONGEST_QUESTION,
        )
    contact = (new.contact or "").strip() or None
    if contact and (len(contact) > LONGEST_CONTACT or not contact.isprintable()):
        raise Invalid(
            "The contact may have {limit} characters at most.",
            field="contact",
            limit=LONGEST_CONTACT,
        )
    return question, contact


def _confirm(session: Session, city: CityFacts, inquiry: Inquiry, now: datetime) -> None:
    words = translator(inquiry.language)
    told = {
        "code": inquiry.code,
        "due": words.moment(inquiry.due_at, city.timezone, now),
        "question": inquiry.question,
        "address": address_of(inquiry),
    }
    outbox.post(
        session,
        now,
        kind="question_arrived",
        recipient=inquiry.contact or "",
        subject=words.gettext(SUBJECT).format(**told),
        text=words.gettext(BODY).format(**told),
        language=inquiry.language,
        dedup_key=f"question:{inquiry.id}:arrived",
    )


def address_of(inquiry: Inquiry) -> str:
    """Where the question and its answer are read."""
    return f"{settings().public_url.rstrip('/')}/ask/{inquiry.code}"


def tell(
    session: Session,
    inquiry: Inquiry,
    kind: str,
    now: datetime,
    person_id: int | None,
    facts: dict[str, object],
) -> None:
    """Write down what happened to a question."""
    session.execute(
        insert(InquiryEvent).values(
            inquiry_id=inquiry.id, kind=kind, at=now, person_id=person_id, facts=facts
        )
    )


def read_question_code(typed: str) -> str | None:
    """The code of a question that somebody meant to type; None when it cannot be one."""
    plain = letters(typed)
    if not plain.startswith("Q") or len(plain) != CODE_LETTERS + 1:
        return None
    if not re.fullmatch("[0-9A-HJKMNP-TV-Z]+", plain[1:]):
        return None
    return f"Q-{plain[1:6]}-{plain[6:]}"


def known_code(session: Session, typed: str) -> str | None:
    """The code of a question that was asked; None when there is none of that name."""
    code = read_question_code(typed)
    return session.scalar(select(Inquiry.code).where(Inquiry.code == code)) if code else None


def by_code(session: Session, typed: str) -> Inquiry:
    """A question by its code; raises `NotFound`. Its contact is not for the public."""
    code = read_question_code(typed)
    found = session.scalars(select(Inquiry).where(Inquiry.code == code)).one_or_none()
    if found is None:
        raise NotFound("There is no question with the number {code}.", code=typed[:40])
    return found


def events_of(session: Session, inquiry: Inquiry) -> list[InquiryEvent]:
    """What happened to a question, oldest first."""
    asked = select(InquiryEvent).where(InquiryEvent.inquiry_id == inquiry.id)
    return list(session.scalars(asked.order_by(InquiryEvent.id)))
