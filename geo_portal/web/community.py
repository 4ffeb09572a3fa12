"""What people do under a report: stand behind it, write, keep it at hand."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts.permissions import NotSignedIn
from geo_portal.community import bookmarks
from geo_portal.community.comments import Author, comment, mark_helpful
from geo_portal.community.supports import Supported, support, take_back
from geo_portal.community.verify import Sight, verify
from geo_portal.complaints.cases import take
from geo_portal.complaints.followers import ADDRESS, follow_by_mail
from geo_portal.errors import Refused
from geo_portal.geometry import LonLat
from geo_portal.http import LanguageDep, PersonDep, SessionDep, StaffDep
from geo_portal.web.community_part import supporter_of
from geo_portal.web.evidence_form import WholeFormDep, read_photos
from geo_portal.web.given_code import given_code
from geo_portal.web.own_browser import device_of, keep_device, new_device
from geo_portal.web.report_form import ReportFormDep

router = APIRouter(include_in_schema=False)


@router.post("/c/{code}/support")
def support_report(
    request: Request, code: str, form: WholeFormDep, session: SessionDep, asking: PersonDep
) -> Response:
    """Stand behind a report, perhaps with a photo; with `back` no longer."""
    known = given_code(code)
    device, cookie = _device(request)
    who = supporter_of(request, asking, device)
    if form.get("back") == "yes":
        take_back(session, known, who)
        return _to(known, "supported=back")
    photo = next(iter(read_photos(form, "photos")), None)
    done = support(session, known, who, clock.now(), photo=photo)
    return _known_again(_to(done.code, f"supported={_how(done)}"), cookie)


@router.post("/report/same/{code}")
def join_report(
    request: Request,
    code: str,
    form: ReportFormDep,
    session: SessionDep,
    asking: PersonDep,
    lang: LanguageDep,
) -> Response:
    """A report that was being written becomes a support of another: nothing of it is lost.

    The words go to the office, the first photo to the report, the address is asked for a yes.
    """
    device, cookie = _device(request)
    who, now = supporter_of(request, asking, device), clock.now()
    photo = form.photos[0] if form.photos else None
    done = support(session, given_code(code), who, now, photo=photo, words=form.description[:2000])
    if asking is None and ADDRESS.fullmatch(form.contact):
        follow_by_mail(session, take(session, done.code), form.contact, lang, who.network, now)
    return _known_again(_to(done.code, "supported=report"), cookie)


@router.post("/c/{code}/comments")
def write_comment(
    request: Request,
    code: str,
    session: SessionDep,
    asking: PersonDep,
    words: Annotated[str, Form()] = "",
) -> Response:
    """Write under a report; who has to wait for a moderator is told so."""
    known = given_code(code)
    who = supporter_of(request, asking)
    author = Author(who.person, who.device_hash, who.network)
    made = comment(session, known, author, words, clock.now())
    return _to(known, f"held={made.held_because}" if made.held_because else "", "#comments")


@router.post("/c/{code}/comments/{number}/helpful")
def thank(code: str, number: int, session: SessionDep, asking: StaffDep) -> Response:
    """The office says that a comment helped."""
    mark_helpful(session, asking, number, clock.now())
    return _to(given_code(code), "", "#comments")


@router.post("/c/{code}/verify")
def verify_report(
    request: Request, code: str, form: WholeFormDep, session: SessionDep, asking: PersonDep
) -> Response:
    """What a neighbour saw at the place, with a photo or from the place itself."""
    known = given_code(code)
    here = None
    with suppress(ValueError, Refused):
        here = LonLat(float(str(form.get("lon", ""))), float(str(form.get("lat", ""))))
    photo = next(iter(read_photos(form, "photos")), None)
    saw = Sight(str(form.get("verdict", "")), photo, here, device_of(request))
    verify(session, asking, known, saw, clock.now())
    return _to(known, "supported=seen")


@router.post("/c/{code}/keep")
def keep(
    code: str, session: SessionDep, asking: PersonDep, back: Annotated[str, Form()] = ""
) -> Response:
    """Keep a report at hand, or no longer."""
    if asking is None:
        raise NotSignedIn("Please sign in first.")
    known = given_code(code)
    if back == "yes":
        bookmarks.drop(session, asking, known)
    else:
        bookmarks.keep(session, asking, known, clock.now())
    return _to(known, "", "#support")


def _how(done: Supported) -> str:
    return "new" if done.new else "again"


def _device(request: Request) -> tuple[str, str | None]:
    """The browser's digest, and the cookie that it gets when it has none yet."""
    known = device_of(request)
    if known is not None:
        return known, None
    cookie, device = new_device()
    return device, cookie


def _known_again(response: Response, cookie: str | None) -> Response:
    if cookie:
        keep_device(response, cookie)
    return response


def _to(code: str, query: str, part: str = "#support") -> RedirectResponse:
    asked = f"?{query}" if query else ""
    return RedirectResponse(f"/c/{code}{asked}{part}", status_code=303)
