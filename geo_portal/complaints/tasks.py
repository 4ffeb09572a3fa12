"""Splits a complaint's work into parts that other departments do; it stays one complaint."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import CaseScope, Operation, may, require
from geo_portal.city.facts import facts
from geo_portal.complaints.case_tables import Task
from geo_portal.complaints.cases import scope_of, take
from geo_portal.complaints.hand_over import NoSuchDepartment
from geo_portal.complaints.tables import Complaint
from geo_portal.complaints.timeline import DEPARTMENT, tell
from geo_portal.errors import Conflict, Invalid, NotFound

LONGEST_TITLE = 200


class TasksLeft(Conflict):
    """Parts of the work are not done, so the whole cannot be."""


def split(
    session: Session, who: Person, code: str, title: str, department: str, now: datetime
) -> Task:
    """Give a part of the work to a department; the public history says which."""
    complaint = take(session, code)
    require(who, Operation.SPLIT, scope_of(session, complaint))
    known = facts(session).departments.get(department)
    if known is None or not known.active:
        raise NoSuchDepartment(
            "There is no department “{code}” any more. Choose one from the list.",
            field="to",
            code=department[:80],
        )
    wanted = title.strip()
    if not 0 < len(wanted) <= LONGEST_TITLE:
        raise Invalid("Say in one line what is to be done.", field="title")
    if complaint.closed_at is not None:
        raise Conflict("This report is closed. Open it again before you pass it on.")
    task = Task(complaint_id=complaint.id, title=wanted, department_code=department, created_at=now)
    session.add(task)
    session.flush()
    told = {"task": task.id, "department": department}
    tell(session, complaint, "task_given", now, by=DEPARTMENT, who=who, remark=wanted, facts=told)
    return task


def finish(session: Session, who: Person, task_id: int, remark: str, now: datetime) -> Task:
    """The part is done; the department it was given to, or the owner of the case, says so."""
    task = session.get(Task, task_id)
    if task is None:
        raise NotFound("There is no such part of a report.")
    code = session.scalars(select(Complaint.code).where(Complaint.id == task.complaint_id)).one()
    complaint = take(session, code)
    theirs = CaseScope(task.department_code, areas=scope_of(session, complaint).areas)
    if not may(who, Operation.RESOLVE, theirs):
        require(who, Operation.RESOLVE, scope_of(session, complaint))
    if task.done_at is not None:
        raise Conflict("This part is done already.")
    task.done_at, task.remark = now, remark.strip()[:LONGEST_TITLE] or None
    told = {"task": task.id, "department": task.department_code}
    tell(session, complaint, "task_done", now, by=DEPARTMENT, who=who, remark=remark, facts=told)
    return task


def tasks_of(session: Session, complaint_id: int) -> list[Task]:
    """The parts of a complaint's work, oldest first."""
    wanted = select(Task).where(Task.complaint_id == complaint_id).order_by(Task.id)
    return list(session.scalars(wanted))


def refuse_unfinished(session: Session, complaint_id: int) -> None:
    """Raise `TasksLeft` while a part of the work is not done."""
    left = [task for task in tasks_of(session, complaint_id) if task.done_at is None]
    if left:
        raise TasksLeft("“{title}” is not done yet; finish that part first.", title=left[0].title)
