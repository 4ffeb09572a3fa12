"""The page that says how the history of reports is held, and shows the daily roots."""

from fastapi import APIRouter, Request, Response

from geo_portal import clock
from geo_portal.complaints.roots import roots
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

SHOWN = 60


@router.get("/audit")
def audit_page(request: Request, session: SessionDep, city: CityDep, words: ReaderDep) -> Response:
    """The method in plain words, and the newest roots."""
    found = roots(session, limit=SHOWN)
    return page(request, "audit.html", lang=words.lang, city=city, roots=found, now=clock.now())
