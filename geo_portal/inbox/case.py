"""One case as those who work on it see it, with everything that the public does not."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, may, require
from geo_portal.complaints.case_tables import Task
from geo_portal.complaints.cases import scope_of
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.errors import NotAllowed, NotFound


def look_at(session: Session, who: Person, code: str) -> Complaint:
    """The complaint, for somebody who may see its details; not locked.

    Whoever has to do a part of the work may see it too. Raises `NotFound` or `NotAllowed`.
    """
    found = session.scalars(select(Complaint).where(Complaint.code == code)).one_or_none()
    if found is None:
        raise NotFound("There is no complaint with the number {code}.", code=code)
    scope = scope_of(session, found)
    if not may(who, Operation.SEE_CASE_DETAILS, scope) and not _does_a_part(session, who, found):
        require(who, Operation.SEE_CASE_DETAILS, scope)
    return found


def may_look_at(session: Session, who: Person, code: str) -> bool:
    """Whether `look_at` would give the complaint."""
    try:
        look_at(session, who, code)
    except NotAllowed:
        return False
    return True


def _does_a_part(session: Session, who: Person, complaint: Complaint) -> bool:
    theirs = Task.department_code.in_(who.departments)
    wanted = exists().where(Task.complaint_id == complaint.id, theirs)
    return bool(session.scalar(select(wanted)))


def whole_history(session: Session, complaint_id: int) -> list[Event]:
    """Everything that happened, notes among colleagues included, oldest first."""
    wanted = select(Event).where(Event.complaint_id == complaint_id).order_by(Event.id)
    return list(session.scalars(wanted))
