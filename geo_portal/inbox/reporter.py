"""Who sent a report, as far as an officer may know: a pseudonym, and how they fared before."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.accounts.tables import Account
from geo_portal.complaints.case_tables import Feedback
from geo_portal.complaints.cases import scope_of
from geo_portal.complaints.tables import Complaint
from geo_portal.database import AnyRow

MOST_SHOWN = 5
COUNTED_UP_TO = 100


@dataclass(frozen=True)
class Reporter:
    """A reporter's other reports (newest first, private ones left out) and verdicts.

    `total` and `unsatisfied` are counted up to `COUNTED_UP_TO`.
    """

    pseudonym: str
    others: list[AnyRow]
    total: int
    unsatisfied: int


def reporter_of(session: Session, who: Person, complaint: Complaint) -> Reporter | None:
    """The history beside a case; None for a report without an account. Raises `NotAllowed`."""
    require(who, Operation.SEE_CASE_DETAILS, scope_of(session, complaint))
    if complaint.reporter_id is None:
        return None
    theirs = (
        Complaint.reporter_id == complaint.reporter_id,
        Complaint.id != complaint.id,
        ~Complaint.sensitive,
    )
    counted = select(Complaint.id).where(*theirs).limit(COUNTED_UP_TO).subquery()
    unhappy = (
        select(Feedback.id)
        .join(Complaint, Complaint.id == Feedback.complaint_id)
        .where(Complaint.reporter_id == complaint.reporter_id, Feedback.by == "citizen")
        .where((Feedback.verdict == "not") | Feedback.satisfied.is_(False))
        .limit(COUNTED_UP_TO)
        .subquery()
    )
    others = select(
        Complaint.code,
        Complaint.category_code,
        Complaint.status,
        Complaint.light,
        Complaint.submitted_at,
    )
    return Reporter(
        pseudonym=session.scalars(
            select(Account.pseudonym).where(Account.id == complaint.reporter_id)
        ).one(),
        others=list(
            session.execute(others.where(*theirs).order_by(Complaint.id.desc()).limit(MOST_SHOWN))
        ),
        total=session.scalar(select(func.count()).select_from(counted)) or 0,
        unsatisfied=session.scalar(select(func.count()).select_from(unhappy)) or 0,
    )
