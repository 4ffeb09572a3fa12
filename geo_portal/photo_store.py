"""Photos: checked, turned upright, stripped of what they tell about the person, kept."""

import hashlib
import io
import re
import secrets
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import imagehash
import pillow_heif
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from geo_portal import photo_files
from geo_portal.errors import Invalid, NotFound, Refused
from geo_portal.photo_facts import FileFacts, facts_of
from geo_portal.settings import settings

# What iPhones send is HEIF; its reader registers itself with Pillow.
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
pillow_heif.register_heif_opener()
LARGE_PX = 2048
SMALL_PX = 480
KEY = re.compile(r"[a-z0-9]{32}")
LOOKS = b"looks="
LARGE, SMALL, WEBP = FILES = ("large.jpg", "small.jpg", "small.webp")
COVER = "#17201e"
# An upload that never became part of a complaint is swept away after a day.
ORPHAN_AFTER_S = 24 * 3600


class NotAPhoto(Invalid):
    """The file is no picture that we can show."""


class PhotoTooLarge(Invalid):
    """The file or the picture in it is larger than the settings allow."""


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A photo whose files are safely kept; width and height in pixels of the large one.

    `looks` is a perceptual hash of 64 bits, as a signed number: pictures that look alike differ
    in few bits. `told` is what the file said before it was stripped; only `keep` knows that.
    """

    key: str
    width: int
    height: int
    taken_at: datetime | None = None
    looks: int | None = None
    told: FileFacts | None = None


def facts_in(content: bytes, name: str = "") -> FileFacts:
    """What a picture's file says of itself, without keeping anything; raises as `keep` does."""
    _refuse_heavy(content, name)
    return _decode(content, name)[1]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of a picture, in hundredths of its width and height from the upper left corner."""

    left: float
    top: float
    width: float
    height: float


def keep(content: bytes, name: str = "") -> StoredPhoto:
    """Check a picture, strip its metadata, and write it and its thumbnails.

    The thumbnail is there as WebP for pages and as JPEG for mail and for other sites.

    Pixels are decoded and encoded anew, so nothing of the file survives but the picture: no
    EXIF, no position, no hidden payload. What is written into the new file is how it looks, so
    that nobody has to decode it again to know. Raises `NotAPhoto` or `PhotoTooLarge`; then
    nothing has been written.
    """
    _refuse_heavy(content, name)
    picture, told = _decode(content, name)
    kept = _keep(picture, looks_of(_shrink(picture, SMALL_PX)))
    return StoredPhoto(kept.key, kept.width, kept.height, told.taken_at, kept.looks, told)


@dataclass(frozen=True, slots=True)
class Painted:
    """A photo of which parts were painted over, and the SHA-256 of both large pictures."""

    before_key: str
    after: StoredPhoto
    sha256_before: str
    sha256_after: str


def cover(key: str, rectangles: Sequence[Rectangle]) -> Painted:
    """Paint over parts of a kept photo; what comes of it is a new photo under a new key.

    Under the paint is nothing any more: pixels are exchanged and encoded anew. The new file says
    that it looks like the old one, so that who sends the same picture again is still found.
    Raises `NotFound`; the old files stay as they are.
    """
    before = find(key)
    if before is None:
        raise NotFound("There is no such photo.")
    with Image.open(io.BytesIO(photo_files.read(file_name(key, LARGE)))) as opened:
        picture = opened.convert("RGB")
    drawing = ImageDraw.Draw(picture)
    for one in rectangles:
        drawing.rectangle(_pixels(one, picture), fill=COVER)
    after = _keep(picture, before.looks)
    return Painted(key, after, _digest(key), _digest(after.key))


def _digest(key: str) -> str:
    return hashlib.sha256(read(key, LARGE)).hexdigest()


def _pixels(one: Rectangle, picture: Image.Image) -> tuple[int, int, int, int]:
    """Its corners; Pillow paints the last line and column too, so nothing peeps out."""
    wide, high = picture.width / 100, picture.height / 100
    right, bottom = one.left + one.width, one.top + one.height
    return int(one.left * wide), int(one.top * high), int(right * wide), int(bottom * high)


def _keep(picture: Image.Image, looks: int | None) -> StoredPhoto:
    key = secrets.token_hex(16)
    large, small = _shrink(picture, LARGE_PX), _shrink(picture, SMALL_PX)
    written = io.BytesIO()
    small.save(written, "WEBP", quality=76, method=4)
    photo_files.write(file_name(key, WEBP), written.getvalue())
    photo_files.write(file_name(key, SMALL), _jpeg(small, looks))
    # Last, because a photo is there when its large file is.
    photo_files.write(file_name(key, LARGE), _jpeg(large, looks))
    return StoredPhoto(key, large.width, large.height, looks=looks)


def looks_of(picture: Image.Image) -> int:
    """The perceptual hash of a picture: 64 bits as a signed number, as the database keeps it."""
    bits = imagehash.phash(picture).hash.flatten()
    unsigned = sum(1 << place for place, bit in enumerate(bits) if bit)
    return unsigned - 2**64 if unsigned >= 2**63 else unsigned


def find(key: str) -> StoredPhoto | None:
    """A photo that was kept earlier; None when there is none of that key."""
    try:
        content = read(key, LARGE)
    except FileNotFoundError:
        return None
    with Image.open(io.BytesIO(content)) as picture:
        return StoredPhoto(key, picture.width, picture.height, looks=_written_looks(picture))


def _written_looks(picture: Image.Image) -> int | None:
    """What `keep` wrote into the file; None for a photo from before it did."""
    said = picture.info.get("comment", b"")
    return int(said.removeprefix(LOOKS)) if said.startswith(LOOKS) else None


def has(key: str, file: str) -> bool:
    """Whether there is such a file of such a photo."""
    return KEY.fullmatch(key) is not None and photo_files.exists(file_name(key, file))


def read(key: str, file: str) -> bytes:
    """One of the `FILES` of a photo; raises `FileNotFoundError`, also for what is no key."""
    if not KEY.fullmatch(key):
        raise FileNotFoundError(key)
    return photo_files.read(file_name(key, file))


def file_name(key: str, file: str) -> str:
    """Where a file of a photo lies in its store; 256 folders keep listings short."""
    return f"{key[:2]}/{key}.{file}"


def path(key: str, size: str) -> Path:
    """Where the `large` or `small` picture lies, for a store on this machine's disk."""
    folder = photo_files.disk()
    if folder is None:
        raise FileNotFoundError("The photos do not lie on this machine's disk.")
    return folder / file_name(key, f"{size}.jpg")


def remove(key: str) -> None:
    """Take all files of a photo away for good; doing it twice does no harm."""
    for file in FILES:
        photo_files.remove(file_name(key, file))


def sweep(known_keys: set[str], now_s: float | None = None) -> int:
    """Remove photos that are a day old and in no complaint; returns how many."""
    moment = time.time() if now_s is None else now_s
    removed = 0
    for name in list(photo_files.names(f".{LARGE}")):
        key = name.rpartition("/")[2].split(".")[0]
        if key not in known_keys and photo_files.changed_s(name) < moment - ORPHAN_AFTER_S:
            remove(key)
            removed += 1
    return removed


def _refuse_heavy(content: bytes, name: str) -> None:
    limit_mb = settings().max_photo_mb
    if len(content) > limit_mb * 1_000_000:
        raise PhotoTooLarge(
            "“{name}” has {size} MB; a photo may have {limit} MB at most.",
            field="photos",
            name=name,
            size=round(len(content) / 1_000_000),
            limit=round(limit_mb),
        )


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


def _jpeg(picture: Image.Image, looks: int | None) -> bytes:
    written = io.BytesIO()
    comment = b"" if looks is None else LOOKS + str(looks).encode()
    picture.save(written, "JPEG", quality=82, optimize=True, progressive=True, comment=comment)
    return written.getvalue()
