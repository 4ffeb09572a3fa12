"""Photos of what was wrong and of what was mended, and people who say whether it is."""

import io
import random
from collections.abc import Callable
from datetime import datetime

import pytest
from PIL import ExifTags, Image, ImageDraw, ImageFilter
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.complaints.evidence import GivenEvidence
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.geometry import LonLat
from geo_portal.photo_store import StoredPhoto, keep
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY

AT_THE_HARBOUR = LonLat(*HARBOUR)
DONE = Said(remark="The hole is filled.", outcome="fixed")


def scene(seed: int) -> Image.Image:
    """A picture like no other of another seed: soft light, and a dozen shapes."""
    chance = random.Random(seed)
    drawn = Image.effect_noise((160, 120), 20).convert("RGB")
    brush = ImageDraw.Draw(drawn)
    for _ in range(12):
        x, y = chance.randrange(160), chance.randrange(120)
        size = chance.randrange(15, 60)
        colour = tuple(chance.randrange(256) for _ in range(3))
        brush.ellipse((x - size, y - size // 2, x + size, y + size // 2), fill=colour)
    return drawn.resize((640, 480), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(3))


def jpeg(picture: Image.Image, quality: int = 90, exif: Image.Exif | None = None) -> bytes:
    """The picture as a file."""
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality, exif=exif or Image.Exif())
    return written.getvalue()


def camera_data(
    at: datetime, place: LonLat | None = None, software: str | None = None
) -> Image.Exif:
    """What a phone writes into its files; `at` with its zone."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Phone"
    if software:
        exif[ExifTags.Base.Software] = software
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    detail[ExifTags.Base.DateTimeOriginal] = f"{at:%Y:%m:%d %H:%M:%S}"
    detail[ExifTags.Base.OffsetTimeOriginal] = "+00:00"
    if place:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef] = "S" if place.lat < 0 else "N"
        gps[ExifTags.GPS.GPSLatitude] = (abs(place.lat), 0.0, 0.0)
        gps[ExifTags.GPS.GPSLongitudeRef] = "W" if place.lon < 0 else "E"
        gps[ExifTags.GPS.GPSLongitude] = (abs(place.lon), 0.0, 0.0)
    return exif


Shoot = Callable[..., GivenEvidence]


@pytest.fixture
def shoot() -> Shoot:
    """Takes a photo with the page's camera: at the harbour, of a new scene, at `at`."""

    def take(
        at: datetime,
        *,
        seed: int = 1,
        place: LonLat | None = AT_THE_HARBOUR,
        content: bytes | None = None,
    ) -> GivenEvidence:
        photo: StoredPhoto = keep(content or jpeg(scene(seed)))
        return GivenEvidence(photo, place, 8.0 if place else None, at, from_camera=True)

    return take


@pytest.fixture
def closed(session: Session, pothole, rina):
    """The pothole at the harbour, closed by Rina as fixed on Monday at eleven."""
    make_move(session, rina, pothole.code, "resolve", DONE, MONDAY.replace(hour=4))
    return pothole


@pytest.fixture
def proof_needed(session: Session, city: object) -> None:
    """The city asks for a photo of every mended pothole."""
    session.execute(text("UPDATE categories SET evidence = true WHERE code = 'road.pothole'"))
    session.execute(text("UPDATE city SET facts_version = facts_version + 1"))
