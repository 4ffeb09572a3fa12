"""Photos on disk: checked, turned upright, stripped of what they tell about the person, kept."""

import io
import os
import re
import secrets
import time
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import imagehash
import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from geo_portal.errors import Invalid, Refused
from geo_portal.photo_facts import FileFacts, facts_of
from geo_portal.settings import settings

# What iPhones send is HEIF; its reader registers itself with Pillow.
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
pillow_heif.register_heif_opener()
LARGE_PX = 2048
SMALL_PX = 480
KEY = re.compile(r"[a-z0-9]{32}")
LOOKS = b"looks="
# An upload that never became part of a complaint is swept away after a day.
ORPHAN_AFTER_S = 24 * 3600


class NotAPhoto(Invalid):
    """The file is no picture that we can show."""


class PhotoTooLarge(Invalid):
    """The file or the picture in it is larger than the settings allow."""


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A photo whose files are safely on disk; width and height in pixels of the large one.

    `looks` is a perceptual hash of 64 bits, as a signed number: pictures that look alike differ
    in few bits. `told` is what the file said before it was stripped; only `keep` knows that.
    """

    key: str
    width: int
    height: int
    taken_at: datetime | None = None
    looks: int | None = None
    told: FileFacts | None = None


def keep(content: bytes, name: str = "") -> StoredPhoto:
    """Check a picture, strip its metadata, and write it and a thumbnail to disk.

    Pixels are decoded and encoded anew, so nothing of the file survives but the picture: no
    EXIF, no position, no hidden payload. What is written into the new file is how it looks, so
    that nobody has to decode it again to know. Raises `NotAPhoto` or `PhotoTooLarge`; then
    nothing has been written.
    """
    limit_mb = settings().max_photo_mb
    if len(content) > limit_mb * 1_000_000:
        raise PhotoTooLarge(
            "“{name}” has {size} MB; a photo may have {limit} MB at most.",
            field="photos",
            name=name,
            size=round(len(content) / 1_000_000),
            limit=round(limit_mb),
        )
    picture, told = _decode(content, name)
    key = secrets.token_hex(16)
    large, small = _shrink(picture, LARGE_PX), _shrink(picture, SMALL_PX)
    looks = looks_of(small)
    _write(path(key, "large"), _jpeg(large, looks))
    _write(path(key, "small"), _jpeg(small, looks))
    return StoredPhoto(key, large.width, large.height, told.taken_at, looks, told)


def looks_of(picture: Image.Image) -> int:
    """The perceptual hash of a picture: 64 bits as a signed number, as the database keeps it."""
    bits = imagehash.phash(picture).hash.flatten()
    unsigned = sum(1 << place for place, bit in enumerate(bits) if bit)
    return unsigned - 2**64 if unsigned >= 2**63 else unsigned


def find(key: str) -> StoredPhoto | None:
    """A photo that was kept earlier; None when there is none of that key."""
    if not KEY.fullmatch(key) or not path(key, "large").exists():
        return None
    with Image.open(path(key, "large")) as picture:
        return StoredPhoto(key, picture.width, picture.height, looks=_written_looks(picture))


def _written_looks(picture: Image.Image) -> int | None:
    """What `keep` wrote into the file; None for a photo from before it did."""
    said = picture.info.get("comment", b"")
    return int(said.removeprefix(LOOKS)) if said.startswith(LOOKS) else None


def path(key: str, size: str) -> Path:
    """Where the `large` or `small` picture of a key lies; 256 folders keep listings short."""
    return settings().data_dir.absolute() / "photos" / key[:2] / f"{key}.{size}.jpg"


def sweep(known_keys: set[str], now_s: float | None = None) -> int:
    """Remove photos that are a day old and in no complaint; returns how many."""
    moment = time.time() if now_s is None else now_s
    removed = 0
    for large in (settings().data_dir.absolute() / "photos").glob("*/*.large.jpg"):
        key = large.name.split(".")[0]
        if key not in known_keys and large.stat().st_mtime < moment - ORPHAN_AFTER_S:
            path(key, "small").unlink(missing_ok=True)
            large.unlink()
            removed += 1
    return removed


def _decode(content: bytes, name: str) -> tuple[Image.Image, FileFacts]:
    refusal = NotAPhoto(
        "“{name}” is not a photo we can read. JPEG, PNG, WebP and HEIC work.",
        field="photos",
        name=name,
    )
    try:
        with warnings.catch_warnings():
            # Pillow only warns up to twice its limit; for us a warning is enough.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                _check_pixels(picture, name)
                told = facts_of(picture, content)
                return ImageOps.exif_transpose(picture).convert("RGB"), told
    except Refused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise _too_many_pixels(name) from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as unreadable:
        raise refusal from unreadable


def _check_pixels(picture: Image.Image, name: str) -> None:
    """Look at the size that the header states, before a single pixel is decoded."""
    if picture.width * picture.height > settings().max_photo_megapixels * 1_000_000:
        raise _too_many_pixels(name)
    if min(picture.size) < 1:
        raise NotAPhoto("“{name}” is an empty picture.", field="photos", name=name)


def _too_many_pixels(name: str) -> PhotoTooLarge:
    return PhotoTooLarge(
        "“{name}” has too many pixels; a photo may have {limit} million at most.",
        field="photos",
        name=name,
        limit=round(settings().max_photo_megapixels),
    )


def _shrink(picture: Image.Image, longest_px: int) -> Image.Image:
    smaller = picture.copy()
    smaller.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    return smaller


def _jpeg(picture: Image.Image, looks: int) -> bytes:
    written = io.BytesIO()
    comment = LOOKS + str(looks).encode()
    picture.save(written, "JPEG", quality=82, optimize=True, progressive=True, comment=comment)
    return written.getvalue()


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: a reader never sees half a photo, and a crash leaves none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
