"""Serves the photos of complaints; those of sensitive ones only to who works on them."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import FileResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal import photo_store
from geo_portal.accounts.people import Person
from geo_portal.complaints.tables import Complaint, Photo
from geo_portal.errors import NotFound
from geo_portal.http import PersonDep, SessionDep
from geo_portal.inbox.case import may_look_at

router = APIRouter(include_in_schema=False)


@router.get("/photos/{key}/{size}.jpg")
def photo(
    key: str, size: Literal["small", "large"], session: SessionDep, who: PersonDep
) -> FileResponse:
    """The picture itself; kept for a day, as a complaint may yet turn out to be sensitive."""
    withheld = session.scalar(
        select(Complaint.code)
        .join(Photo, Photo.complaint_id == Complaint.id)
        .where(Photo.key == key, Complaint.sensitive)
    )
    if photo_store.find(key) is None or (withheld and not _works_on(session, who, withheld)):
        raise NotFound("There is no such photo.")
    headers = {"Cache-Control": "private, no-store" if withheld else "public, max-age=86400"}
    return FileResponse(photo_store.path(key, size), headers=headers, media_type="image/jpeg")


def _works_on(session: Session, who: Person | None, code: str) -> bool:
    return who is not None and who.is_staff and may_look_at(session, who, code)
