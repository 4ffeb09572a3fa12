"""The feed of photo cards, the widget for other sites, and their next pages."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import areas_of_level, finest_level
from geo_portal.community import feed as cards
from geo_portal.community.announcements import holding
from geo_portal.community.feed import KINDS, Card, Reader, Wanted
from geo_portal.community.incidents import emergencies
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.errors import Refused
from geo_portal.geometry import LonLat
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.settings import settings
from geo_portal.translation import N_, Translator
from geo_portal.web.own_browser import TokensDep
from geo_portal.web.pages import page
from geo_portal.web.shown import Shown, photo_url, shown

router = APIRouter(include_in_schema=False)

ANNOUNCED = 2

TITLES = {
    "newest": N_("Newest"),
    "near": N_("Near me"),
    "mine": N_("My areas"),
    "following": N_("Following"),
    "supported": N_("Most supported"),
    "fixed": N_("Fixed"),
}
EMBEDDED = 6

Code = Annotated[str, Query(max_length=100)]
Cursor = Annotated[str | None, Query(max_length=200)]


@dataclass(frozen=True)
class ShownCard:
    """A card in the reader's language; `before` and `after` are addresses of photos."""

    report: Shown
    supports: int
    comments: int
    before: str | None
    after: str | None


def _wanted(
    session: SessionDep,
    city: CityDep,
    show: Code = "newest",
    area: Code = "",
    category: Code = "",
    lon: Code = "",
    lat: Code = "",
) -> Wanted:
    near = None
    with suppress(ValueError, Refused):
        near = LonLat(float(lon), float(lat))
    narrowed = ComplaintFilter(
        areas=(area,) if area else (), categories=(category,) if category else ()
    )
    kind = show if show in KINDS else "newest"
    return Wanted(kind, near, narrowed.checked(session, city))


WantedDep = Annotated[Wanted, Depends(_wanted)]


def _only(chosen: tuple[str, ...]) -> str:
    return chosen[0] if chosen else ""


@router.get("/feed")
def feed_page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    asking: PersonDep,
    tokens: TokensDep,
    wanted: WantedDep,
    cursor: Cursor = None,
) -> Response:
    """One feed, a page at a time; with script the next page comes when its place is reached."""
    finest = finest_level(city)
    return page(
        request,
        "feed.html",
        lang=words.lang,
        city=city,
        kinds=TITLES,
        wanted=wanted,
        chosen={
            "area": _only(wanted.narrowed.areas),
            "category": _only(wanted.narrowed.categories),
        },
        asks_where=_asks_where(wanted),
        private=_is_private(city, wanted),
        signed_in=asking is not None,
        areas=areas_of_level(session, city, finest.code) if finest else [],
        cursor=cursor,
        emergencies=emergencies(session, clock.now()),
        announcements=holding(session, clock.now(), ANNOUNCED) if not cursor else [],
        **_page(session, city, words, wanted, asking, tokens, cursor),
    )


@router.get("/feed/more")
def more_cards(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    asking: PersonDep,
    tokens: TokensDep,
    wanted: WantedDep,
    cursor: Cursor = None,
) -> Response:
    """The next cards alone, for the page that is there already."""
    found = _page(session, city, words, wanted, asking, tokens, cursor)
    return page(
        request,
        "parts/feed-cards.html",
        lang=words.lang,
        city=city,
        emergencies=emergencies(session, clock.now()),
        **found,
    )


@router.get("/embed")
def widget(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    wanted: WantedDep,
) -> Response:
    """The newest cards for a frame on another site, as far as the setting allows it there."""
    # Whose frame it is knows neither where the reader is nor what they follow.
    kind = wanted.kind if wanted.kind in ("fixed", "supported") else "newest"
    anybodys = replace(wanted, kind=kind, near=None)
    found = cards.feed(session, anybodys, Reader(), clock.now(), limit=EMBEDDED)
    response = page(
        request,
        "embed.html",
        lang=words.lang,
        city=city,
        cards=_shown(session, found.cards, city, words),
        portal=settings().public_url.rstrip("/"),
    )
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors {settings().embed_ancestors}"
    )
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def _asks_where(wanted: Wanted) -> bool:
    """Without knowing where the reader is, or which area they mean, nothing is near them."""
    return wanted.kind == "near" and wanted.near is None and not wanted.narrowed.areas


def _is_private(city: CityFacts, wanted: Wanted) -> bool:
    """Of what is private there is no card, and to look for one would mean to look through all."""
    kinds = wanted.narrowed.categories
    return bool(kinds) and all(city.categories[kind].sensitive for kind in kinds)


def _page(
    session: Session,
    city: CityFacts,
    words: Translator,
    wanted: Wanted,
    asking: Person | None,
    tokens: tuple[str, ...],
    cursor: str | None,
) -> dict[str, Any]:
    if _asks_where(wanted) or _is_private(city, wanted):
        return {"cards": [], "next_cursor": None}
    found = cards.feed(session, wanted, Reader(asking, tokens), clock.now(), cursor=cursor)
    return {
        "cards": _shown(session, found.cards, city, words),
        "next_cursor": found.next_cursor,
    }


def _shown(
    session: Session, found: list[Card], city: CityFacts, words: Translator
) -> list[ShownCard]:
    reports = shown(session, [card.row for card in found], city, words, clock.now())
    return [
        ShownCard(
            report=report,
            supports=card.supports,
            comments=card.comments,
            before=photo_url(card.row.photo_key, "large"),
            after=photo_url(card.after_key, "large"),
        )
        for report, card in zip(reports, found, strict=True)
    ]
