"""Serves the photos of complaints, to everybody or to the people who work on the case."""

from typing import Literal

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal import photo_files, photo_store
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, may
from geo_portal.complaints.case_tables import Evidence
from geo_portal.complaints.cases import scope_of
from geo_portal.complaints.tables import Complaint, Photo
from geo_portal.errors import NotFound
from geo_portal.http import PersonDep, SessionDep
from geo_portal.moderation.redaction import is_covered_original

router = APIRouter(include_in_schema=False)


KINDS = {"jpg": "image/jpeg", "webp": "image/webp"}


@router.get("/photos/{key}/{file}")
def photo(
    key: str,
    file: Literal["small.jpg", "small.webp", "large.jpg"],
    session: SessionDep,
    asking: PersonDep,
) -> Response:
    """The picture itself; kept for an hour, as a moderator may yet cover or hide it.

    Pictures of sensitive complaints, hidden ones, and those of a result that has not held up
    (yet), are only for those who work on the case; an original of which parts were covered is
    shown by nobody's address.
    """
    withheld_from = _withheld_from(session, key)
    allowed = withheld_from is None or _works_on(session, asking, withheld_from)
    if not allowed or is_covered_original(session, key):
        raise NotFound("There is no such photo.")
    kept = "public, max-age=3600" if withheld_from is None else "private, no-store"
    return picture(key, file, {"Cache-Control": kept})


def picture(key: str, file: str, headers: dict[str, str]) -> Response:
    """A file of a photo from wherever it lies; raises `NotFound`.

    Photos from before there were WebP thumbnails have a JPEG in their place.
    """
    if file == photo_store.WEBP and not photo_store.has(key, file):
        file = photo_store.SMALL
    if not photo_store.has(key, file):
        raise NotFound("There is no such photo.")
    kind = KINDS[file.rpartition(".")[2]]
    folder = photo_files.disk()
    if folder is not None:
        where = folder / photo_store.file_name(key, file)
        return FileResponse(where, headers=headers, media_type=kind)
    return Response(photo_store.read(key, file), headers=headers, media_type=kind)


def _withheld_from(session: Session, key: str) -> int | None:
    """The number of the complaint whose picture this is, when not everybody may see it."""
    found = session.execute(
        select(Complaint.id, Complaint.sensitive, Photo.kind, Photo.hidden, Evidence.accepted)
        .join(Photo, Photo.complaint_id == Complaint.id)
        .outerjoin(Evidence, Evidence.photo_id == Photo.id)
        .where(Photo.key == key)
    ).one_or_none()
    if found is None:
        return None
    unproved = found.kind == "evidence" and found.accepted is not True
    return int(found.id) if found.sensitive or found.hidden or unproved else None


def _works_on(session: Session, asking: Person | None, complaint_id: int) -> bool:
    if asking is None or not asking.is_staff:
        return False
    if may(asking, Operation.MODERATE):
        return True
    scope = scope_of(session, session.get_one(Complaint, complaint_id))
    return may(asking, Operation.SEE_CASE_DETAILS, scope)
