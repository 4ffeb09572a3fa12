"""What a correction, a contested receipt or a hand-over teaches the classifier."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from geo_portal.complaints.case_tables import Lesson
from geo_portal.complaints.tables import Complaint


def learn(
    session: Session,
    complaint: Complaint,
    kind: str,
    now: datetime,
    *,
    by: str,
    category_before: str | None = None,
    department_before: str | None = None,
    words: str | None = None,
    category_meant: str | None = None,
) -> None:
    """Keep a row for training; `kind` is correction, contest or transfer.

    What the complaint says now is taken as right, except for a contest, which says that
    something is wrong and perhaps, by `category_meant`, what it should be.
    """
    contested = kind == "contest"
    session.execute(
        insert(Lesson),
        {
            "complaint_id": complaint.id,
            "kind": kind,
            "category_before": complaint.category_code if contested else category_before,
            "category_code": category_meant if contested else complaint.category_code,
            "department_before": complaint.department_code if contested else department_before,
            "department_code": None if contested else complaint.department_code,
            "by": by,
            "words": words,
            "at": now,
        },
    )
