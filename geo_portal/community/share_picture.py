"""The picture that other sites show of a report: photo and map, what it is, where it stands."""

import io
import os
import re
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps
from sqlalchemy.orm import Session

from geo_portal import photo_store
from geo_portal.community.place_picture import PINS, place_picture
from geo_portal.geometry import LonLat
from geo_portal.settings import settings

WIDTH, HEIGHT = 1200, 630
PHOTO_HEIGHT = 430
PLACE_WIDTH, PLACE_HEIGHT = 600, 450
PAPER, INK, SOFT = "#ffffff", "#17201e", "#47524f"
SIDE = 40
ARABIC = re.compile(r"[\u0600-\u06ff]")


@dataclass(frozen=True)
class ShareWords:
    """What stands on it, in one language; `fonts` is the folder with the portal's own fonts."""

    light: str
    light_word: str
    title: str
    place: str
    city: str
    right_to_left: bool
    fonts: Path


def share_picture(
    session: Session, words: ShareWords, photo_key: str | None, place: LonLat | None
) -> bytes:
    """A JPEG of 1200 × 630 pixels; private reports come without photo and place."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    parts = _parts(session, words.light, photo_key, place)
    for number, part in enumerate(parts):
        picture.paste(part, (number * WIDTH // max(1, len(parts)), 0))
    drawing = ImageDraw.Draw(picture)
    top = PHOTO_HEIGHT if parts else HEIGHT // 4
    drawing.rectangle((0, top, WIDTH, top + 8), fill=PINS[words.light])
    _write(drawing, words, top + 8)
    return _encoded(picture)


def place_card(session: Session, place: LonLat, light: str) -> bytes:
    """The map alone, for cards without a photo: a JPEG of 600 × 450 pixels."""
    size = {"width": PLACE_WIDTH, "height": PLACE_HEIGHT}
    return _encoded(place_picture(session, place, light, **size, across_m=700))


def kept(name: str, digest: str) -> Path:
    """Where a drawn picture is kept; `digest` changes with what it shows."""
    return settings().data_dir.absolute() / "drawn" / digest[:2] / f"{name}-{digest[:24]}.jpg"


def keep(path: Path, content: bytes) -> None:
    """Whole or not at all: two who draw the same picture at once do each other no harm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _parts(
    session: Session, light: str, photo_key: str | None, place: LonLat | None
) -> list[Image.Image]:
    """Photo and map side by side; whichever there is takes the whole width alone."""
    has_photo = photo_key is not None and photo_store.has(photo_key, photo_store.LARGE)
    wide = WIDTH // 2 if has_photo and place else WIDTH
    parts = []
    if photo_key is not None and has_photo:
        with Image.open(io.BytesIO(photo_store.read(photo_key, photo_store.LARGE))) as photo:
            parts.append(ImageOps.fit(photo.convert("RGB"), (wide, PHOTO_HEIGHT)))
    if place is not None:
        across = 600.0 * wide / (WIDTH // 2)
        size = {"width": wide, "height": PHOTO_HEIGHT}
        parts.append(place_picture(session, place, light, **size, across_m=across))
    return parts


def _write(drawing: ImageDraw.ImageDraw, words: ShareWords, top: int) -> None:
    big = _font(words, words.title, 52)
    middle, small = _font(words, words.light_word, 34), _font(words, words.city, 28)
    below = _font(words, words.place, 34)
    x, anchor = (WIDTH - SIDE, "rm") if words.right_to_left else (SIDE, "lm")
    other, far = (SIDE, "lm") if words.right_to_left else (WIDTH - SIDE, "rm")
    title = _fitting(words.title, big, WIDTH - 2 * SIDE)
    drawing.text((x, top + 52), title, font=big, fill=INK, anchor=anchor)
    place = _fitting(words.place, below, WIDTH - 500)
    drawing.text((x, top + 128), place, font=below, fill=SOFT, anchor=anchor)
    drawing.text((other, top + 148), words.city, font=small, fill=SOFT, anchor=far)
    drawing.text(
        (other, top + 102), words.light_word, font=middle, fill=PINS[words.light], anchor=far
    )
    beside = middle.getlength(words.light_word) + 34
    _shape(drawing, words.light, SIDE + beside if far == "lm" else WIDTH - SIDE - beside, top + 104)


def _shape(drawing: ImageDraw.ImageDraw, light: str, x: float, y: float) -> None:
    """The status as a shape beside its word, for who cannot tell the colours apart."""
    colour, box = PINS[light], (x - 13, y - 13, x + 13, y + 13)
    if light == "done":
        drawing.line((x - 12, y, x - 3, y + 10, x + 13, y - 11), fill=colour, width=6)
        return
    drawing.ellipse(box, outline=colour, width=5, fill=colour if light == "waiting" else None)
    if light == "progress":
        drawing.pieslice(box, 90, 270, fill=colour)
    elif light != "waiting":
        drawing.line((x - 9, y + 9, x + 9, y - 9), fill=colour, width=5)


def _font(words: ShareWords, said: str, size: int) -> ImageFont.FreeTypeFont:
    """By the letters of what is said: the face for Urdu has none for a name in Latin ones."""
    if words.right_to_left and ARABIC.search(said):
        return ImageFont.truetype(str(words.fonts / "nastaliq-700.woff2"), round(size * 0.7))
    found = ImageFont.truetype(str(words.fonts / "sans-latin.woff2"), size)
    found.set_variation_by_axes([650])
    return found


def _fitting(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """The text, cut with an ellipsis where it is wider than `width` pixels."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _encoded(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=84, optimize=True)
    return written.getvalue()
