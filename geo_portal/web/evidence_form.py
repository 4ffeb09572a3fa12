"""The part of a form with photos of the result: what the page's camera sent, or plain files."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from geo_portal import photo_store
from geo_portal.complaints.evidence import GivenEvidence
from geo_portal.errors import Invalid, Refused
from geo_portal.geometry import LonLat
from geo_portal.photo_store import StoredPhoto

WORST_ACCURACY_M = 100_000.0


async def _whole_form(request: Request) -> AsyncIterator[FormData]:
    """The form as sent; its files are open until the reply has been made."""
    async with request.form() as form:
        yield form


WholeFormDep = Annotated[FormData, Depends(_whole_form)]


def read_evidence(form: FormData) -> list[GivenEvidence]:
    """The photos in the field `evidence`, on disk by now, with what the camera said of them.

    `evidence_lon`, `evidence_lat`, `evidence_accuracy_m`, `evidence_taken_at` (ISO 8601) and
    `evidence_from_camera` hold for all photos; what cannot be read counts as not said. Raises a
    refusal for the first file that is no photo.
    """
    place = _place(form)
    return [
        GivenEvidence(
            photo=photo,
            place=place,
            accuracy_m=_number(form, "evidence_accuracy_m") if place else None,
            taken_at=_moment(_text(form, "evidence_taken_at")),
            from_camera=_text(form, "evidence_from_camera") in ("1", "yes", "true"),
        )
        for photo in read_photos(form, "evidence")
    ]


# For routes that want nothing else of the form: `given: EvidenceDep`.
def _evidence(form: WholeFormDep) -> list[GivenEvidence]:
    return read_evidence(form)


EvidenceDep = Annotated[list[GivenEvidence], Depends(_evidence)]


def read_photos(form: FormData, field: str) -> list[StoredPhoto]:
    """The photos of a field, checked and kept; an empty file field sends a nameless file."""
    uploads = [one for one in form.getlist(field) if isinstance(one, UploadFile) and one.filename]
    return [_kept(upload, field) for upload in uploads]


def _kept(upload: UploadFile, field: str) -> StoredPhoto:
    try:
        return photo_store.keep(upload.file.read(), upload.filename or "")
    except Refused as refusal:
        raise Invalid(refusal.sentence, field=field, **refusal.facts) from refusal


def _place(form: FormData) -> LonLat | None:
    lon, lat = _number(form, "evidence_lon"), _number(form, "evidence_lat")
    with suppress(Refused):
        return LonLat(lon, lat) if lon is not None and lat is not None else None
    return None


def _number(form: FormData, field: str) -> float | None:
    with suppress(ValueError):
        found = float(_text(form, field))
        return found if -WORST_ACCURACY_M <= found <= WORST_ACCURACY_M else None
    return None


def _moment(typed: str) -> datetime | None:
    with suppress(ValueError):
        found = datetime.fromisoformat(typed)
        return found if found.tzinfo else None
    return None


def _text(form: FormData, field: str) -> str:
    said: Sequence[object] = form.getlist(field)
    return said[-1] if said and isinstance(said[-1], str) else ""
