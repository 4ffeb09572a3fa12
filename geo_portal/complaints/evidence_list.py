"""Photos of fixes for those who judge them: what waits for a second person, and one case's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, may
from geo_portal.complaints.case_tables import Evidence
from geo_portal.complaints.cases import scope_of
from geo_portal.complaints.evidence import second_person_scopes
from geo_portal.complaints.tables import Complaint, Photo

MOST_SHOWN = 50


@dataclass(frozen=True)
class Proof:
    """A photo of a fix; `checkable` says whether this person may judge it."""

    photo_id: int
    key: str
    complaint_id: int
    code: str
    category: str | None
    status: str
    received_at: datetime
    taken_at: datetime | None
    contractor: str | None
    score: int
    reasons: list[Any]
    accepted: bool | None
    checkable: bool


def waiting_for(session: Session, who: Person) -> list[Proof]:
    """What this person may judge as a second pair of eyes, longest waiting first."""
    asked = (
        select(Evidence, Photo, Complaint)
        .join(Photo, Photo.id == Evidence.photo_id)
        .join(Complaint, Complaint.id == Evidence.complaint_id)
        .where(Evidence.accepted.is_(None))
        .order_by(Evidence.received_at, Evidence.photo_id)
    )
    if not who.looks_after_everything and None not in _headed(who):
        theirs = [code for code in _headed(who) if code]
        asked = asked.where(
            or_(Complaint.department_code.in_(theirs), Complaint.office_code.in_(theirs))
        )
    # Some may turn out to be their own work; more are asked for than are shown.
    found = [_proof(session, who, *row) for row in session.execute(asked.limit(4 * MOST_SHOWN))]
    return [proof for proof in found if proof.checkable][:MOST_SHOWN]


def of_case(session: Session, who: Person, complaint: Complaint) -> list[Proof]:
    """All photos of a fix that a case has, newest first."""
    rows = session.execute(
        select(Evidence, Photo)
        .join(Photo, Photo.id == Evidence.photo_id)
        .where(Evidence.complaint_id == complaint.id)
        .order_by(Evidence.photo_id.desc())
    )
    return [_proof(session, who, evidence, photo, complaint) for evidence, photo in rows]


def _headed(who: Person) -> list[str | None]:
    return [one.department_code for one in who.memberships if one.role == "head"]


def _proof(
    session: Session, who: Person, evidence: Evidence, photo: Photo, complaint: Complaint
) -> Proof:
    scopes = second_person_scopes(scope_of(session, complaint), complaint, evidence)
    allowed = all(may(who, Operation.VERIFY_EVIDENCE, scope) for scope in scopes)
    return Proof(
        photo_id=photo.id,
        key=photo.key,
        complaint_id=complaint.id,
        code=complaint.code,
        category=complaint.category_code,
        status=complaint.status,
        received_at=evidence.received_at,
        taken_at=evidence.taken_at,
        contractor=evidence.contractor,
        score=evidence.score,
        reasons=evidence.reasons,
        accepted=evidence.accepted,
        checkable=allowed and evidence.accepted is None,
    )
