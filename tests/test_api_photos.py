"""Photos over the API: real pictures, and files that only say they are."""

import io
import struct
import zlib
from datetime import datetime

import pillow_heif
import pytest
from PIL import Image

from geo_portal import photo_store
from tests.city_fixtures import HILLTOP


def jpeg(width=640, height=480, **save) -> bytes:
    """A picture as a camera would write it."""
    written = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(written, "JPEG", **save)
    return written.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be an enormous picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def upload(portal, content, name="hole.jpg", kind="image/jpeg"):
    return portal.post("/api/v1/photos", files={"photo": (name, content, kind)})


def test_a_photo_comes_with_the_complaint(portal):
    key = upload(portal, jpeg()).json()["key"]

    filed = portal.post(
        "/api/v1/complaints",
        json={
            "description": "hole",
            "category": "road.pothole",
            "lon": HILLTOP[0],
            "lat": HILLTOP[1],
            "photos": [key],
        },
    ).json()

    assert [photo["key"] for photo in filed["photos"]] == [key]
    seen = portal.get(filed["photos"][0]["small_url"])
    assert seen.headers["content-type"] == "image/jpeg"
    assert max(Image.open(io.BytesIO(seen.content)).size) <= photo_store.SMALL_PX


def test_nothing_of_where_and_who_survives_in_the_file(portal):
    exif = Image.Exif()
    exif[0x010E] = "taken by Asha"
    exif.get_ifd(0x8825)[2] = (6.0, 12.0, 0.0)
    exif.get_ifd(0x8769)[0x9003] = "2026:01:31 12:00:00"
    exif.get_ifd(0x8769)[0x9011] = "+07:00"

    kept = photo_store.keep(jpeg(exif=exif), "hole.jpg")

    large = photo_store.path(kept.key, "large").read_bytes()
    assert not Image.open(io.BytesIO(large)).getexif()
    assert b"Asha" not in large
    assert kept.taken_at == datetime.fromisoformat("2026-01-31T12:00:00+07:00")


def test_a_photo_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    kept = photo_store.keep(jpeg(400, 300, exif=exif), "hole.jpg")

    assert (kept.width, kept.height) == (300, 400)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "empty.jpg", "not a photo"),
        (b"%PDF-1.4 not a picture", "bill.pdf", "not a photo"),
        (b"<svg onload='alert(1)'/>", "x.svg", "not a photo"),
        (jpeg()[:2000], "half.jpg", "not a photo"),
        (b"GIF89a" + b"\0" * 50, "moving.gif", "not a photo"),
        (huge_png(30_000, 30_000), "wall.png", "too many pixels"),
        (b"\xff\xd8" + b"\0" * 40_000_000, "film.jpg", "40 MB"),
    ],
)
def test_what_is_no_photo_is_refused_by_name_and_leaves_no_file(portal, content, name, says):
    before = set((photo_store.path("00", "x").parents[1]).rglob("*.jpg"))

    reply = upload(portal, content, name)

    assert reply.status_code == 422
    assert name in reply.json()["detail"]
    assert says in reply.json()["detail"]
    assert set((photo_store.path("00", "x").parents[1]).rglob("*.jpg")) == before


def test_more_than_could_ever_be_taken_is_not_even_read(portal):
    reply = portal.post(
        "/api/v1/photos",
        content=(b"x" * 1_000_000 for _ in range(150)),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )

    assert reply.status_code == 413
    assert reply.headers["content-type"] == "application/problem+json"


def test_an_upload_that_no_complaint_names_is_swept_away():
    kept = photo_store.keep(jpeg(), "hole.jpg")
    used = photo_store.keep(jpeg(), "used.jpg")
    written_s = photo_store.path(kept.key, "large").stat().st_mtime

    photo_store.sweep({used.key}, written_s + 3600)
    assert photo_store.find(kept.key) is not None
    photo_store.sweep({used.key}, written_s + 25 * 3600)
    assert photo_store.find(kept.key) is None
    assert photo_store.find(used.key) is not None


def test_a_photo_of_an_iphone_is_kept_as_a_jpeg():
    pillow_heif.register_heif_opener()
    written = io.BytesIO()
    Image.new("RGB", (640, 480), "grey").save(written, "HEIF")

    kept = photo_store.keep(written.getvalue(), "IMG_1.HEIC")

    with Image.open(photo_store.path(kept.key, "large")) as picture:
        assert (picture.format, picture.size) == ("JPEG", (640, 480))
