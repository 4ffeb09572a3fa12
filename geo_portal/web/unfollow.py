"""Stopping the messages about a report: by a page with a button, or by one click in the mail."""

from fastapi import APIRouter, Request, Response

from geo_portal import clock
from geo_portal.complaints.followers import code_followed, leave
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/follow/{token}/leave")
def leave_page(
    request: Request, token: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """Asks first: programs that look at every link in a mail must not end anything."""
    code = code_followed(session, token)
    return page(request, "unfollow.html", lang=words.lang, city=city, code=code, left=False)


@router.post("/follow/{token}/leave")
def leave_now(
    request: Request, token: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """Also what mail programs send by themselves (RFC 8058)."""
    code = leave(session, token, clock.now())
    return page(request, "unfollow.html", lang=words.lang, city=city, code=code, left=True)
