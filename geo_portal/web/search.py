"""The one box: search as you type for articles, services, offices, places and reports."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal.city.search import Found
from geo_portal.city.search_index import ARTICLE, FACILITY, OFFICE, SERVICE
from geo_portal.complaints.one_box import propose
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.inquiries.ask import known_code
from geo_portal.translation import N_
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

# In this order; what people want to know comes before whom it concerns.
KINDS = {
    ARTICLE: (N_("Good to know"), "file-text"),
    SERVICE: (N_("Report it"), "map-pin"),
    FACILITY: (N_("Places to go"), "map-pinned"),
    OFFICE: (N_("Offices"), "building-2"),
}
AT_ONCE = 3
Typed = Annotated[str, Query(max_length=500)]


@router.get("/search")
def search_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, q: Typed = ""
) -> Response:
    """All that is found; the code of a report or a question leads straight there."""
    found = propose(session, q, words.lang)
    if found.code:
        return RedirectResponse(f"/c/{found.code}", status_code=303)
    if code := known_code(session, q):
        return RedirectResponse(f"/ask/{code}", status_code=303)
    return page(
        request,
        "search.html",
        lang=words.lang,
        city=city,
        found=found,
        kinds=KINDS,
        address=address_of,
        place_address=place_address,
    )


@router.get("/search/found")
def found_so_far(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, q: Typed = ""
) -> Response:
    """The first few of each kind, for the list under the box while somebody types."""
    return page(
        request,
        "parts/found.html",
        lang=words.lang,
        city=city,
        found=propose(session, q, words.lang, most=AT_ONCE),
        kinds=KINDS,
        address=address_of,
        place_address=place_address,
    )


def address_of(one: Found) -> str:
    """The page of something that was found."""
    pages = {
        ARTICLE: f"/help/{one.ref}",
        SERVICE: f"/report?{urlencode({'category': one.ref})}",
        OFFICE: f"/offices/{one.ref}",
        FACILITY: f"/facilities#{one.ref}",
    }
    return pages[one.kind]


def place_address(lon: float, lat: float) -> str:
    """What serves a place."""
    return f"/here?lon={lon:.6f}&lat={lat:.6f}"
