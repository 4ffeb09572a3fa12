"""Following a place or a kind no more, by the link in a message: by a button, or by one click."""

from fastapi import APIRouter, Request, Response

from geo_portal import clock
from geo_portal.community.follows import behind_token, leave_by_token
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/follows/{number}/{token}/leave")
def leave_page(
    request: Request,
    number: int,
    token: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
) -> Response:
    """Asks first: programs that look at every link in a mail must not end anything."""
    name = behind_token(session, number, token)
    return page(request, "unfollow.html", lang=words.lang, city=city, name=name, left=False)


@router.post("/follows/{number}/{token}/leave")
def leave_now(
    request: Request,
    number: int,
    token: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
) -> Response:
    """Also what mail programs send by themselves (RFC 8058)."""
    name = leave_by_token(session, number, token, clock.now())
    return page(request, "unfollow.html", lang=words.lang, city=city, name=name, left=True)
