"""Announcements: the public page and its feed, and the desk's form that makes them."""

from datetime import datetime, tzinfo
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, may
from geo_portal.city.facts import CityFacts, DepartmentFacts
from geo_portal.city.gazetteer import areas_of_level
from geo_portal.community.announcements import (
    NewAnnouncement,
    announce,
    holding,
    take_back,
    written_lately,
)
from geo_portal.errors import Invalid, Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.notifications.feeds import atom_of_announcements
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Form()]
FIELDS = ("title", "text", "area", "department", "ends")


@router.get("/announcements")
def announcement_list(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """Everything that is announced now."""
    found = holding(session, clock.now())
    return page(request, "announcements.html", lang=words.lang, city=city, announcements=found)


@router.get("/feeds/announcements.atom")
def announcement_feed(session: SessionDep, city: CityDep, words: ReaderDep) -> Response:
    """The same for feed readers."""
    body = atom_of_announcements(holding(session, clock.now()), city, words)
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(body, media_type="application/atom+xml", headers=headers)


@router.get("/desk/announcements")
def desk_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, me: StaffDep
) -> Response:
    """What was announced, and the form for more."""
    return _shown(request, session, city, words, me)


@router.post("/desk/announcements")
def make(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    me: StaffDep,
    title: Typed = "",
    text: Typed = "",
    area: Typed = "",
    department: Typed = "",
    begins: Typed = "",
    ends: Typed = "",
) -> Response:
    """Announce something, or show the form again with what is wrong."""
    typed = {"title": title, "text": text, "area": area, "department": department, "ends": ends}
    now = clock.now()
    level, _, code = area.partition(":")
    try:
        new = NewAnnouncement(
            title,
            text,
            _moment(begins, city.timezone) if begins.strip() else now,
            _moment(ends, city.timezone),
            department or None,
            (level, code) if area else None,
        )
        announce(session, city, me, new, now)
    except Invalid as mistake:
        return _shown(request, session, city, words, me, typed, mistake)
    return RedirectResponse("/desk/announcements", status_code=303)


@router.post("/desk/announcements/{number}/take-back")
def undo(number: int, session: SessionDep, city: CityDep, me: StaffDep) -> Response:
    """Show it no more."""
    take_back(session, city, me, number, clock.now())
    return RedirectResponse("/desk/announcements", status_code=303)


def _moment(typed: str, zone: tzinfo) -> datetime:
    """A moment as browsers write it, on the city's clock."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=zone).astimezone(clock.now().tzinfo)
    except (ValueError, OverflowError):
        raise Invalid("Please choose a day and a time.", field="ends_at") from None


def _shown(
    request: Request,
    session: SessionDep,
    city: CityFacts,
    words: ReaderDep,
    me: Person,
    typed: dict[str, str] | None = None,
    mistake: Refused | None = None,
) -> Response:
    return page(
        request,
        "desk/announcements.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        found=written_lately(session, me, clock.now()),
        departments=_departments(city, me),
        by_the_city=may(me, Operation.ANNOUNCE),
        areas=[(one.code, areas_of_level(session, city, one.code)) for one in city.levels],
        typed=typed or dict.fromkeys(FIELDS, ""),
        mistake=mistake,
    )


def _departments(city: CityFacts, me: Person) -> list[DepartmentFacts]:
    """In whose name the person may speak."""
    everybody = may(me, Operation.ANNOUNCE)
    known = [one for one in city.departments.values() if one.active]
    return [one for one in known if everybody or one.code in me.departments]
