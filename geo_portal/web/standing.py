"""Where a complaint stands, for its public page: sentence, pause, question and proof."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.case_tables import Evidence
from geo_portal.complaints.feedback import NEIGHBOURS_CONFIRM, NotAsked, neighbours, refuse_unasked
from geo_portal.complaints.followers import how_many
from geo_portal.complaints.moves import CLOSED
from geo_portal.complaints.reporters import Answering
from geo_portal.complaints.states import OUTCOME_WORDS, wording
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.complaints.tasks import tasks_of
from geo_portal.routing.reasons import department_name
from geo_portal.translation import Translator
from geo_portal.web.story import moment


@dataclass(frozen=True)
class Part:
    """A part of the work that another department does."""

    title: str
    department: str
    done_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """`asked` is reporter or follower when this browser may answer now, else empty."""

    sentence: str
    outcome: str
    planned_for: datetime | None
    being_checked: bool
    paused_until: datetime | None
    pause_reason: str
    hops: int
    parts: tuple[Part, ...]
    asked: str
    role: str
    neighbours_fixed: int
    neighbours_not: int
    neighbours_confirm: bool
    followers: int
    merged_into: str | None
    contestable: bool


def standing(
    session: Session,
    complaint: Complaint,
    events: list[Event],
    who: Answering | None,
    city: CityFacts,
    words: Translator,
    now: datetime,
) -> Standing:
    """Everything that the page says of where the complaint stands, in the reader's language."""
    office = department_name(
        city, complaint.office_code or complaint.department_code, words.gettext, words.lang
    )
    said = neighbours(session, complaint)
    outcome = complaint.outcome or ""
    closing = next((one.facts for one in reversed(events) if one.kind == "resolved"), {})
    return Standing(
        sentence=words.gettext(wording(complaint.status)).format(office=office),
        outcome=words.gettext(OUTCOME_WORDS[outcome]) if outcome in OUTCOME_WORDS else "",
        planned_for=moment(closing.get("planned_for")) if outcome == "scheduled" else None,
        being_checked=_being_checked(session, complaint),
        paused_until=complaint.pause_until,
        pause_reason="" if complaint.sensitive else complaint.pause_reason or "",
        hops=complaint.hops,
        parts=_parts(session, complaint, city, words),
        asked=who.role if who and _is_asked(session, complaint, who, now) else "",
        role=who.role if who else "",
        neighbours_fixed=said.get("fixed", 0),
        neighbours_not=said.get("not", 0),
        neighbours_confirm=said.get("fixed", 0) >= NEIGHBOURS_CONFIRM,
        followers=how_many(session, complaint.id),
        merged_into=_code(session, complaint.merged_into_id),
        contestable=complaint.status not in CLOSED,
    )


def _is_asked(session: Session, complaint: Complaint, who: Answering, now: datetime) -> bool:
    try:
        refuse_unasked(session, complaint, who, now)
    except NotAsked:
        return False
    return True


def _being_checked(session: Session, complaint: Complaint) -> bool:
    """Closed, and a photo of the result waits for a second person."""
    if complaint.status not in ("resolved", "confirmed"):
        return False
    asked = select(Evidence.photo_id).where(
        Evidence.complaint_id == complaint.id, Evidence.accepted.is_(None)
    )
    return session.scalar(asked.limit(1)) is not None


def _parts(
    session: Session, complaint: Complaint, city: CityFacts, words: Translator
) -> tuple[Part, ...]:
    return tuple(
        Part(
            title="" if complaint.sensitive else task.title,
            department=department_name(city, task.department_code, words.gettext, words.lang),
            done_at=task.done_at,
        )
        for task in tasks_of(session, complaint.id)
    )


def _code(session: Session, number: int | None) -> str | None:
    return session.scalar(select(Complaint.code).where(Complaint.id == number)) if number else None
