"""Views of the queue under a name: an officer's own, or shared with a department."""

from datetime import datetime
from urllib.parse import parse_qsl

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.errors import Invalid, NotAllowed, NotFound, TooMuch
from geo_portal.inbox.filters import QueueFilter
from geo_portal.inbox.tables import SavedFilter

LONGEST_NAME = 60
MOST_VIEWS = 50


def views_of(session: Session, who: Person) -> list[SavedFilter]:
    """The person's own views and those shared with their departments, by name."""
    theirs = or_(SavedFilter.person_id == who.id, SavedFilter.department_code.in_(who.departments))
    asked = select(SavedFilter).where(theirs).order_by(SavedFilter.name, SavedFilter.id)
    return list(session.scalars(asked.limit(2 * MOST_VIEWS)))


def save_view(
    session: Session,
    who: Person,
    name: str,
    query: str,
    now: datetime,
    *,
    share_with: str | None = None,
) -> SavedFilter:
    """Keep a view (the query string of its address); the same name again replaces it.

    Raises `Invalid` without a name, `NotAllowed` for a department that is not the person's.
    """
    wanted = name.strip()
    if not 0 < len(wanted) <= LONGEST_NAME:
        raise Invalid("Give the view a short name.", field="name")
    if share_with is not None and share_with not in who.departments:
        raise NotAllowed("A view can be shared with your own department only.")
    kept = _own(session, who, wanted)
    if kept is None:
        _refuse_too_many(session, who)
        kept = SavedFilter(person_id=who.id, name=wanted, created_at=now)
        session.add(kept)
    kept.department_code = share_with
    kept.query = QueueFilter.read(dict(parse_qsl(query.removeprefix("?")))).query()
    session.flush()
    return kept


def forget_view(session: Session, who: Person, number: int) -> None:
    """Remove one of the person's own views; raises `NotFound` for anybody else's."""
    found = session.get(SavedFilter, number)
    if found is None or found.person_id != who.id:
        raise NotFound("There is no such view of yours.")
    session.delete(found)
    session.flush()


def _own(session: Session, who: Person, name: str) -> SavedFilter | None:
    asked = select(SavedFilter).where(SavedFilter.person_id == who.id, SavedFilter.name == name)
    return session.scalars(asked).first()


def _refuse_too_many(session: Session, who: Person) -> None:
    asked = select(SavedFilter.id).where(SavedFilter.person_id == who.id).limit(MOST_VIEWS)
    if len(session.scalars(asked).all()) >= MOST_VIEWS:
        raise TooMuch("You have many views already; remove one first.")
