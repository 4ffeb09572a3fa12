"""Pictures of a report for other sites and for cards without a photo, drawn once and kept."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.city.facts import CityFacts
from geo_portal.community.share_picture import ShareWords, keep, kept, place_card, share_picture
from geo_portal.complaints.find import by_code
from geo_portal.errors import NotFound
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.settings import settings
from geo_portal.translation import Translator
from geo_portal.web.given_code import given_code
from geo_portal.web.lights import WORDS
from geo_portal.web.pages import STATIC
from geo_portal.web.shown import Shown, shown

router = APIRouter(include_in_schema=False)

# Goes up when the picture itself is drawn differently, so that kept ones are drawn anew.
DRAWN_AS = 2
FONTS = STATIC / "vendor" / "fonts"


def share_facts(report: Shown) -> dict[str, str]:
    """The addresses that a page tells other sites, whole as they want them."""
    page = f"{settings().public_url.rstrip('/')}{report.url}"
    return {"page": page, "picture": f"{page}/share.jpg"}


@router.get("/c/{code}/share.jpg")
def share(code: str, session: SessionDep, city: CityDep, words: ReaderDep) -> FileResponse:
    """The picture for a link to the report; anew when what it shows has changed."""
    report = _report(session, city, words, code)
    seen = report.seen
    told = _words(report, city, words)
    path = kept(f"share-{report.code}", _digest(DRAWN_AS, vars(told), seen.photo_key, seen.place))
    return _served(path, lambda: share_picture(session, told, seen.photo_key, seen.place))


@router.get("/c/{code}/place.jpg")
def place(code: str, session: SessionDep, city: CityDep, words: ReaderDep) -> FileResponse:
    """The map of the place; there is none of a private report."""
    seen = _report(session, city, words, code).seen
    here = seen.place
    if here is None:
        raise NotFound("There is nothing at this address.")
    path = kept(f"place-{seen.code}", _digest(here, seen.light))
    return _served(path, lambda: place_card(session, here, seen.light))


def _report(session: Session, city: CityFacts, words: Translator, code: str) -> Shown:
    row = by_code(session, given_code(code))
    return shown(session, [row], city, words, clock.now())[0]


def _words(report: Shown, city: CityFacts, words: Translator) -> ShareWords:
    return ShareWords(
        light=report.light,
        light_word=words.gettext(WORDS[report.light]),
        title=report.category,
        place=report.area,
        city=city.name(words.lang),
        right_to_left=words.direction == "rtl",
        fonts=FONTS,
    )


def _digest(*shows: object) -> str:
    return hashlib.sha256(repr(shows).encode()).hexdigest()


def _served(path: Path, draw: Callable[[], bytes]) -> FileResponse:
    if not path.exists():
        keep(path, draw())
    headers = {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Language, Cookie"}
    return FileResponse(path, headers=headers, media_type="image/jpeg")
