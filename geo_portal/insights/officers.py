"""What each officer of a department has open and fixed; only for those who may see it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import CaseScope, Operation, may, require
from geo_portal.accounts.tables import Account
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint
from geo_portal.insights.statistics import Span


@dataclass(frozen=True)
class Officer:
    """`open` and `overdue` are in hand now; `fixed` were closed in the span by this person."""

    name: str
    open: int
    overdue: int
    fixed: int


def _scope(wanted: ComplaintFilter) -> CaseScope:
    code = next(iter(wanted.departments), None)
    parent = wanted.parents.get(code or "")
    return CaseScope(department_code=parent or code, office_code=code)


def may_see_officers(who: Person | None, wanted: ComplaintFilter) -> bool:
    """Whether the person may see the officers of the filter's one department."""
    return may(who, Operation.SEE_OFFICERS, _scope(wanted))


def by_officer(
    session: Session, who: Person | None, wanted: ComplaintFilter, span: Span, now: datetime
) -> list[Officer]:
    """The officers with something in hand or fixed in `span`, most in hand first.

    `wanted` must have been `checked`. Raises `NotAllowed`: how much a colleague does is for the
    head of the department.
    """
    require(who, Operation.SEE_OFFICERS, _scope(wanted))
    conditions = replace(wanted, since=None, until=None, lights=()).conditions()
    late = (Complaint.due_at < now) & (
        Complaint.paused_at.is_(None) | (Complaint.due_at < Complaint.paused_at)
    )
    in_hand = (
        select(
            Complaint.assignee_id.label("person"),
            func.count().label("open"),
            func.count().filter(late).label("overdue"),
        )
        .where(*conditions, Complaint.closed_at.is_(None), Complaint.assignee_id.is_not(None))
        .group_by(Complaint.assignee_id)
        .cte("in_hand")
    )
    done = (
        select(Complaint.resolved_by.label("person"), func.count().label("fixed"))
        .where(
            *conditions,
            span.holds(Complaint.closed_at),
            Complaint.light == "done",
            Complaint.resolved_by.is_not(None),
        )
        .group_by(Complaint.resolved_by)
        .cte("done")
    )
    rows = session.execute(
        select(
            Account.name,
            func.coalesce(in_hand.c.open, 0).label("open"),
            func.coalesce(in_hand.c.overdue, 0).label("overdue"),
            func.coalesce(done.c.fixed, 0).label("fixed"),
        )
        .outerjoin(in_hand, in_hand.c.person == Account.id)
        .outerjoin(done, done.c.person == Account.id)
        .where(in_hand.c.person.is_not(None) | done.c.person.is_not(None))
        .order_by(func.coalesce(in_hand.c.open, 0).desc(), Account.name)
    )
    return [Officer(row.name or "", row.open, row.overdue, row.fixed) for row in rows]
