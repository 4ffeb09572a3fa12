"""How good the fixes were: proven, lasting, satisfying, and by the first who had the report."""

from dataclasses import dataclass, replace

from sqlalchemy import CTE, ColumnElement, false, func, select
from sqlalchemy.orm import Session

from geo_portal.complaints.case_tables import Evidence, Feedback
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.insights.intervals import Share
from geo_portal.insights.statistics import Span


@dataclass(frozen=True)
class Quality:
    """Of the reports closed in a span.

    `verified` are fixes with a photo that held up or the word of a citizen, `first_contact` those
    that the first office mended without a question back and without being opened again, both of
    all fixed. `answered` are the closed ones about which a reporter said something that counts,
    `satisfied` those who were, of all who said it. `reopened` are of those fixed or opened again.
    """

    verified: Share
    first_contact: Share
    answered: Share
    satisfied: Share
    reopened: Share
    handed_over: Share
    hops: float | None


def quality(session: Session, wanted: ComplaintFilter, span: Span) -> Quality:
    """The same for a filter that must have been `checked`; its own time is not looked at."""
    wanted = replace(wanted, since=None, until=None)
    closed = _closed(wanted, span)
    fixed, said = closed.c.fixed, closed.c.satisfied
    row = session.execute(
        select(
            func.count().label("closed"),
            _how_many(fixed).label("fixed"),
            _how_many(fixed & closed.c.verified).label("verified"),
            _how_many(
                fixed & (closed.c.hops == 0) & ~closed.c.reopened & ~closed.c.asked_back
            ).label("first"),
            _how_many(closed.c.answered).label("answered"),
            _how_many(said.is_not(None)).label("rated"),
            _how_many(said.is_(True)).label("satisfied"),
            _how_many(closed.c.hops > 0).label("handed_over"),
            func.avg(closed.c.hops).label("hops"),
        ).select_from(closed)
    ).one()
    return Quality(
        verified=Share(row.verified, row.fixed),
        first_contact=Share(row.first, row.fixed),
        answered=Share(row.answered, row.closed),
        satisfied=Share(row.satisfied, row.rated),
        reopened=_reopened(session, wanted, span, row.fixed),
        handed_over=Share(row.handed_over, row.closed),
        hops=None if row.hops is None else float(row.hops),
    )


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _closed(wanted: ComplaintFilter, span: Span) -> CTE:
    """Every complaint closed in the span, with what is known about its fix."""
    said = (
        select(Feedback.satisfied, Feedback.verdict)
        .where(Feedback.complaint_id == Complaint.id, Feedback.counted, Feedback.by == "reporter")
        .order_by(Feedback.id.desc())
        .limit(1)
        .lateral("said")
    )
    proven = (
        select(Evidence.photo_id)
        .where(Evidence.complaint_id == Complaint.id, Evidence.accepted.is_(True))
        .exists()
    )
    return (
        select(
            (Complaint.light == "done").label("fixed"),
            Complaint.hops,
            Complaint.department_code,
            Complaint.jurisdiction_ids,
            _happened("reopened").label("reopened"),
            _happened("waiting_citizen").label("asked_back"),
            (proven | func.coalesce(said.c.verdict == "fixed", false())).label("verified"),
            said.c.verdict.is_not(None).label("answered"),
            said.c.satisfied,
        )
        .select_from(Complaint)
        .outerjoin(said, said.c.verdict.is_not(None))
        .where(*wanted.conditions(), span.holds(Complaint.closed_at))
        .cte("closed")
    )


def _happened(kind: str) -> ColumnElement[bool]:
    return select(Event.id).where(Event.complaint_id == Complaint.id, Event.kind == kind).exists()


def _reopened(session: Session, wanted: ComplaintFilter, span: Span, fixed: int) -> Share:
    """How many were opened again in the span, of those fixed or opened again in it."""
    fixed_again = span.holds(Complaint.closed_at) & (Complaint.light == "done")
    again = (
        select(Complaint.id, func.coalesce(fixed_again, false()).label("fixed_again"))
        .join(Event, Event.complaint_id == Complaint.id)
        .where(*wanted.conditions(), Event.kind == "reopened", span.holds(Event.at))
        .distinct()
        .subquery()
    )
    count, more = session.execute(
        select(func.count(), _how_many(~again.c.fixed_again)).select_from(again)
    ).one()
    return Share(count, fixed + more)


@dataclass(frozen=True)
class Rating:
    """How satisfied the reporters of a department's closed reports in some areas were."""

    department_code: str | None
    area_ids: tuple[int, ...]
    closed: int
    rated: int
    satisfied: int


def ratings(session: Session, wanted: ComplaintFilter, span: Span) -> list[Rating]:
    """The ratings of the reports closed in a span, by department and areas, to be added up."""
    closed = _closed(replace(wanted, since=None, until=None), span)
    said = closed.c.satisfied
    rows = session.execute(
        select(
            closed.c.department_code,
            closed.c.jurisdiction_ids,
            func.count(),
            _how_many(said.is_not(None)),
            _how_many(said.is_(True)),
        ).group_by(closed.c.department_code, closed.c.jurisdiction_ids)
    )
    return [Rating(row[0], tuple(row[1]), *row[2:]) for row in rows]
