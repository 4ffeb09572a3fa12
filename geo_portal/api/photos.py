"""The API's door for photos: uploaded on their own, so that a bad network repeats only those."""

from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile

from geo_portal import photo_store
from geo_portal.api.forms import photo_url

router = APIRouter(prefix="/api/v1", tags=["complaints"])


@router.post("/photos", status_code=201, summary="Upload a photo")
def upload(photo: Annotated[UploadFile, File(description="JPEG, PNG or WebP")]) -> dict[str, Any]:
    """Keeps the picture without its metadata and answers with the key to name in a complaint.

    A photo that no complaint names within a day is removed.
    """
    kept = photo_store.keep(photo.file.read(), photo.filename or "")
    return {
        "key": kept.key,
        "width": kept.width,
        "height": kept.height,
        "url": photo_url(kept.key, "large"),
    }
