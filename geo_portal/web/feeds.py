"""Feeds that readers and calendars subscribe to: /feeds/complaints.atom and .ics, with filters."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from geo_portal import clock
from geo_portal.complaints.find import ComplaintFilter, find
from geo_portal.complaints.public import public
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.notifications import feeds

router = APIRouter(include_in_schema=False)

MOST = 50
Chosen = Annotated[list[str], Query(max_length=20)]


@router.get("/feeds/complaints.{form}")
def feed(
    request: Request,
    form: Literal["atom", "ics"],
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    area: Chosen = [],  # noqa: B006  FastAPI copies it for each request.
    category: Chosen = [],  # noqa: B006
    department: Chosen = [],  # noqa: B006
) -> Response:
    """The newest of an area, category or department; `form` is atom or ics."""
    wanted = ComplaintFilter(
        areas=tuple(area), categories=tuple(category), departments=tuple(department)
    ).checked(session, city)
    found = [public(row) for row in find(session, wanted, limit=MOST).rows]
    title = " · ".join([city.name(words.lang), *area, *category, *department])
    if form == "ics":
        body, kind = feeds.ical(found, title, city, words, clock.now()), "text/calendar"
    else:
        address = f"{request.url.path}?{request.url.query}".rstrip("?")
        body = feeds.atom(found, address, title, city, words)
        kind = "application/atom+xml"
    return Response(body, media_type=kind, headers={"Cache-Control": "public, max-age=300"})
