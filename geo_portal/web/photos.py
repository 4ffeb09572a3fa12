"""Serves the photos of complaints, to everybody or to the people who work on the case."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import FileResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal import photo_store
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, may
from geo_portal.complaints.case_tables import Evidence
from geo_portal.complaints.cases import scope_of
from geo_portal.complaints.tables import Complaint, Photo
from geo_portal.errors import NotFound
from geo_portal.http import PersonDep, SessionDep

router = APIRouter(include_in_schema=False)


@router.get("/photos/{key}/{size}.jpg")
def photo(
    key: str, size: Literal["small", "large"], session: SessionDep, asking: PersonDep
) -> FileResponse:
    """The picture itself; kept for a day, as a complaint may yet turn out to be sensitive.

    Pictures of sensitive complaints, and of a result that has not held up (yet), are only for
    those who work on the case.
    """
    withheld_from = _withheld_from(session, key)
    allowed = withheld_from is None or _works_on(session, asking, withheld_from)
    if not allowed or photo_store.find(key) is None:
        raise NotFound("There is no such photo.")
    kept = "public, max-age=86400" if withheld_from is None else "private, no-store"
    headers = {"Cache-Control": kept}
    return FileResponse(photo_store.path(key, size), headers=headers, media_type="image/jpeg")


def _withheld_from(session: Session, key: str) -> int | None:
    """The number of the complaint whose picture this is, when not everybody may see it."""
    found = session.execute(
        select(Complaint.id, Complaint.sensitive, Photo.kind, Evidence.accepted)
        .join(Photo, Photo.complaint_id == Complaint.id)
        .outerjoin(Evidence, Evidence.photo_id == Photo.id)
        .where(Photo.key == key)
    ).one_or_none()
    if found is None:
        return None
    unproved = found.kind == "evidence" and found.accepted is not True
    return int(found.id) if found.sensitive or unproved else None


def _works_on(session: Session, asking: Person | None, complaint_id: int) -> bool:
    if asking is None or not asking.is_staff:
        return False
    scope = scope_of(session, session.get_one(Complaint, complaint_id))
    return may(asking, Operation.SEE_CASE_DETAILS, scope)
