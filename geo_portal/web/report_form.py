"""The report form as it was filled in: every word kept as typed, and read once for its meaning."""

import uuid
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import Depends, File, Form, UploadFile

from geo_portal import photo_store
from geo_portal.errors import Refused
from geo_portal.photo_store import StoredPhoto

LONGEST_CONTACT = 200
Typed = Annotated[str, Form()]


@dataclass(frozen=True)
class ReportForm:
    """What stands in the fields; texts as typed, photos as kept on disk."""

    key: str = ""
    description: str = ""
    category: str = ""
    contact: str = ""
    lon: str = ""
    lat: str = ""
    accuracy_m: str = ""
    q: str = ""
    area: str = ""
    street: str = ""
    place_answer: str = ""
    show_personal: str = ""
    # Where a photo was taken, as its file says; offered, and used only when somebody says so.
    photo_lon: str = ""
    photo_lat: str = ""
    # The same of when: the photo's time by the camera's clock, and the time that the citizen gives.
    photo_time: str = ""
    seen_at: str = ""
    step: str = "send"
    photos: tuple[StoredPhoto, ...] = ()
    refused_photos: tuple[Refused, ...] = field(default=(), compare=False)
    # To the category's questions, by code.
    answers: dict[str, list[str]] = field(default_factory=dict)

    def swapped(self) -> "ReportForm":
        """The same with longitude and latitude the other way round."""
        return replace(self, lon=self.lat, lat=self.lon)

    def at_photo(self) -> "ReportForm":
        """The same with the place that the photo names."""
        return replace(
            self, lon=self.photo_lon, lat=self.photo_lat, accuracy_m="", area="", street=""
        )


def empty_form() -> ReportForm:
    """A new form; its key makes sure that it is filed once, however often it is sent."""
    return ReportForm(key=new_key())


def new_key() -> str:
    return uuid.uuid4().hex


def read_form(
    description: Typed = "",
    category: Typed = "",
    other_category: Typed = "",
    contact: Typed = "",
    lon: Typed = "",
    lat: Typed = "",
    accuracy_m: Typed = "",
    q: Typed = "",
    area: Typed = "",
    street: Typed = "",
    place_answer: Typed = "",
    show_personal: Typed = "",
    photo_lon: Typed = "",
    photo_lat: Typed = "",
    photo_time: Typed = "",
    seen_at: Typed = "",
    key: Typed = "",
    step: Typed = "send",
    kept: Annotated[list[str], Form()] = [],  # noqa: B006  FastAPI copies it for each request.
    photos: Annotated[list[UploadFile], File()] = [],  # noqa: B006
) -> ReportForm:
    """The form as sent; photos are checked and kept at once, so that a mistake loses none."""
    known = [photo for one in kept if (photo := photo_store.find(one))]
    new, refused = _kept_photos(photos)
    told = next((one.told.place for one in new if one.told and one.told.place), None)
    if told is not None:
        photo_lon, photo_lat = f"{told.lon:.6f}", f"{told.lat:.6f}"
    times = (one.told.time_said for one in new if one.told)
    photo_time = next((time for time in times if time), photo_time)
    return ReportForm(
        key=key[:64] or new_key(),
        description=description,
        # The longer list wins: whoever opens it means it.
        category=(other_category or category)[:80],
        contact=contact.replace("\0", "").strip(),
        lon=lon.strip()[:40],
        lat=lat.strip()[:40],
        accuracy_m=accuracy_m.strip()[:20],
        q=q.replace("\0", "").strip()[:100],
        area=area.replace("\0", "")[:100],
        street=street[:20],
        place_answer=place_answer.replace("\0", "")[:120],
        show_personal=show_personal[:5],
        photo_lon=photo_lon.strip()[:40],
        photo_lat=photo_lat.strip()[:40],
        photo_time=photo_time.strip()[:40],
        seen_at=seen_at.strip()[:40],
        step=step,
        photos=tuple(known + new),
        refused_photos=tuple(refused),
    )


ReportFormDep = Annotated[ReportForm, Depends(read_form)]


def _kept_photos(uploads: list[UploadFile]) -> tuple[list[StoredPhoto], list[Refused]]:
    kept, refused = [], []
    # A file field left empty still sends a nameless file.
    for upload in (one for one in uploads if one.filename):
        try:
            kept.append(photo_store.keep(upload.file.read(), upload.filename or ""))
        except Refused as refusal:
            refused.append(refusal)
    return kept, refused
