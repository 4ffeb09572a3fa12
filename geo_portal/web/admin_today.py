"""The administrators' page of today: what is different, today or on a day to come."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts.permissions import Operation, require
from geo_portal.city.today import statuses, today_in
from geo_portal.errors import Invalid, Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.upkeep.today import enter_day, forget_day
from geo_portal.web.directory import SUBJECTS
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Form()]
DAYS_SHOWN = 31


@router.get("/admin/today")
def today_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, who: StaffDep
) -> Response:
    """What is entered for the coming month, and the form to enter more."""
    return _page(request, session, city, words, who)


@router.post("/admin/today")
def enter(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    day: Typed = "",
    subject: Typed = "",
    state: Typed = "",
    step: Typed = "enter",
    note_en: Typed = "",
    note_id: Typed = "",
    note_ur: Typed = "",
) -> Response:
    """Keep an entry, or take one back."""
    said = {"en": note_en, "id": note_id, "ur": note_ur}
    notes = {lang: note for lang, note in said.items() if lang in city.languages}
    try:
        when = _day(day)
        if step == "forget":
            forget_day(session, who, when, subject)
        else:
            enter_day(session, city, who, when, subject, state, notes, clock.now())
    except Refused as refusal:
        return _page(request, session, city, words, who, refusal)
    return RedirectResponse("/admin/today", status_code=303)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid("Choose today or a day of the coming year.", field="day") from None


def _page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    mistake: Refused | None = None,
) -> Response:
    require(who, Operation.SET_TODAY)
    first = today_in(city, clock.now())
    entered = [
        one
        for day in statuses(session, first, DAYS_SHOWN)
        for one in day
        if one.by_hand or one.state != "usual"
    ]
    return page(
        request,
        "admin/today.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        entered=entered,
        first=first,
        last=first + timedelta(days=366),
        subjects=SUBJECTS,
        mistake=mistake,
    )
