"""Reports that a person keeps at hand; nobody else learns which."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.community.tables import Bookmark
from geo_portal.complaints.find import by_code, listing
from geo_portal.complaints.tables import Complaint
from geo_portal.database import AnyRow

MOST_SHOWN = 100


def keep(session: Session, person: Person, code: str, now: datetime) -> None:
    """Keep a report; twice does no harm. Raises `NotFound`."""
    number = by_code(session, code).id
    kept = insert(Bookmark).values(person_id=person.id, complaint_id=number, at=now)
    session.execute(kept.on_conflict_do_nothing())


def drop(session: Session, person: Person, code: str) -> None:
    """Keep it no more. Raises `NotFound` for a code that there is not."""
    number = by_code(session, code).id
    session.execute(delete(Bookmark).where(_of(person), Bookmark.complaint_id == number))


def is_kept(session: Session, person: Person | None, complaint_id: int) -> bool:
    """Whether the person keeps it; nobody who is not signed in does."""
    if person is None:
        return False
    asked = select(Bookmark.at).where(_of(person), Bookmark.complaint_id == complaint_id)
    return session.scalar(asked) is not None


def kept(session: Session, person: Person) -> list[AnyRow]:
    """Rows of `find.listing`, the one kept last first."""
    asked = listing().join(Bookmark, Bookmark.complaint_id == Complaint.id).where(_of(person))
    return list(session.execute(asked.order_by(Bookmark.at.desc()).limit(MOST_SHOWN)))


def _of(person: Person) -> ColumnElement[bool]:
    return Bookmark.person_id == person.id
