"""Following a report: asked for on its page, said yes to and left by links in messages."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts.limits import network
from geo_portal.complaints.cases import take
from geo_portal.complaints.followers import (
    code_followed,
    confirm,
    follow_by_mail,
    follow_signed_in,
    leave,
)
from geo_portal.http import CityDep, LanguageDep, PersonDep, ReaderDep, SessionDep
from geo_portal.web.given_code import given_code
from geo_portal.web.own_browser import keep_token
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)


@router.post("/c/{code}/follow")
def follow(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    lang: LanguageDep,
    asking: PersonDep,
    email: Annotated[str, Form()] = "",
) -> Response:
    """Send the message that asks for a yes; who is signed in follows at once."""
    complaint = take(session, given_code(code))
    now = clock.now()
    if asking is not None and not email.strip():
        follow_signed_in(session, complaint, asking, now)
        return _said(request, city, words, complaint.code, "following")
    here = network(request.client.host) if request.client else ""
    follow_by_mail(session, complaint, email, lang, here, now)
    return _said(request, city, words, complaint.code, "asked")


@router.get("/follow/{token}")
def ask_to_confirm(
    request: Request, token: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """A button, because mail programs open links by themselves."""
    code = code_followed(session, token)
    return _said(request, city, words, code, "confirm", token)


@router.post("/follow/{token}")
def say_yes(request: Request, token: str, session: SessionDep) -> Response:
    """From now on the address hears of every change, and the browser may say if it is fixed."""
    code = confirm(session, token, clock.now())
    response = RedirectResponse(f"/c/{code}?following=yes", status_code=303)
    keep_token(request, response, token)
    return response


@router.get("/follow/{token}/leave")
def ask_to_leave(
    request: Request, token: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """A button again."""
    code = code_followed(session, token)
    return _said(request, city, words, code, "leave", token)


@router.post("/follow/{token}/leave")
def say_no(
    request: Request, token: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """No further message."""
    code = leave(session, token, clock.now())
    return _said(request, city, words, code, "left")


def _said(
    request: Request, city: CityDep, words: ReaderDep, code: str, what: str, token: str = ""
) -> Response:
    return page(
        request, "follow.html", lang=words.lang, city=city, code=code, what=what, token=token
    )
