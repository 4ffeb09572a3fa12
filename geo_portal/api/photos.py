"""The API's door for photos: uploaded on their own, so that a bad network repeats only those."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile

from geo_portal import photo_store
from geo_portal.api.forms import moment, photo_url
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.seen import read_moment
from geo_portal.errors import Invalid
from geo_portal.http import CityDep
from geo_portal.photo_facts import FileFacts

router = APIRouter(prefix="/api/v1", tags=["complaints"])


@router.post("/photos", status_code=201, summary="Upload a photo")
def upload(
    photo: Annotated[UploadFile, File(description="JPEG, PNG or WebP")], city: CityDep
) -> dict[str, Any]:
    """Keeps the picture without its metadata and answers with the key to name in a complaint.

    `told` is when and where it was taken, as its file says: not kept, but handed back so that you
    can ask the reporter whether to use it. A photo that no complaint names within a day is removed.
    """
    kept = photo_store.keep(photo.file.read(), photo.filename or "")
    told = kept.told or FileFacts()
    return {
        "key": kept.key,
        "width": kept.width,
        "height": kept.height,
        "url": photo_url(kept.key, "large"),
        "told": {
            "taken_at": _taken_at(told, city),
            "lon": told.place.lon if told.place else None,
            "lat": told.place.lat if told.place else None,
        },
    }


def _taken_at(told: FileFacts, city: CityFacts) -> str | None:
    # What a camera writes need be no time at all.
    with suppress(Invalid):
        return moment(read_moment(told.time_said, city.timezone))
    return None
