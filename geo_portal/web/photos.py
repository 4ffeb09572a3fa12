"""Serves the photos of complaints; those of sensitive ones are nobody's to see."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import FileResponse
from sqlalchemy import select

from geo_portal import photo_store
from geo_portal.complaints.tables import Complaint, Photo
from geo_portal.errors import NotFound
from geo_portal.http import SessionDep

router = APIRouter(include_in_schema=False)


@router.get("/photos/{key}/{size}.jpg")
def photo(key: str, size: Literal["small", "large"], session: SessionDep) -> FileResponse:
    """The picture itself; kept for a day, as a complaint may yet turn out to be sensitive."""
    withheld = session.scalar(
        select(Complaint.sensitive)
        .join(Photo, Photo.complaint_id == Complaint.id)
        .where(Photo.key == key)
    )
    if withheld or photo_store.find(key) is None:
        raise NotFound("There is no such photo.")
    headers = {"Cache-Control": "public, max-age=86400"}
    return FileResponse(photo_store.path(key, size), headers=headers, media_type="image/jpeg")
