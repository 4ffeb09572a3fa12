"""The call centre: filing what somebody tells on the telephone, with the article beside."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, may, require
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import by_code
from geo_portal.complaints.on_behalf import CHANNELS, callers_reports, file_on_behalf
from geo_portal.complaints.submit import NewComplaint
from geo_portal.errors import ManyInvalid, Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.inquiries.ask import NewInquiry, ask
from geo_portal.inquiries.callers import callers_questions
from geo_portal.translation import N_, Translator
from geo_portal.web.card import card
from geo_portal.web.pages import page
from geo_portal.web.report import by_field
from geo_portal.web.report_form import ReportForm, ReportFormDep, empty_form
from geo_portal.web.report_place import NoPlace, sought
from geo_portal.web.report_questions import AnswersDep, asking, with_answers
from geo_portal.web.shown import shown

router = APIRouter(include_in_schema=False)

CHANNEL_WORDS = {
    "PHONE": N_("Telephone"),
    "COUNTER": N_("Counter"),
    "EMAIL": N_("E-mail"),
    "SMS": N_("Text message"),
    "WHATSAPP": N_("WhatsApp"),
}
Typed = Annotated[str, Form()]


@router.get("/desk/calls")
def calls(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    filed: str = "",
) -> Response:
    """An empty form; after a report was filed its code, to be read out."""
    require(who, Operation.FILE_ON_BEHALF)
    done = by_code(session, filed[:20]) if filed and not filed.startswith("Q-") else None
    asked = filed if filed.startswith("Q-") else ""
    return _page(request, session, city, words, who, empty_form(), done=done, asked=asked[:20])


@router.post("/desk/calls")
def file(
    request: Request,
    form: ReportFormDep,
    typed: AnswersDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    channel: Typed = "PHONE",
    language: Typed = "",
) -> Response:
    """File a report or a question for the caller; a mistake loses nothing of what was written."""
    form, now = with_answers(city, form, typed), clock.now()
    known = language if language in city.languages else words.lang
    try:
        if form.step == "ask":
            code = _asked(session, city, who, form, channel, known, now)
        else:
            code = _filed(session, city, who, form, channel, known, now)
    except Refused as refusal:
        several = refusal.mistakes if isinstance(refusal, ManyInvalid) else [refusal]
        return _page(request, session, city, words, who, form, mistakes=several, channel=channel)
    return RedirectResponse(f"/desk/calls?filed={code}", status_code=303)


@router.post("/desk/calls/caller")
def caller(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: StaffDep,
    who: Typed = "",
) -> Response:
    """What this caller reported and asked before; by POST, so that no log keeps the number."""
    typed, now = who.replace("\0", "")[:200], clock.now()
    try:
        sought_by, rows = callers_reports(session, person, typed, now)
    except Refused as refusal:
        empty = empty_form()
        return _page(request, session, city, words, person, empty, mistakes=[refusal], who=typed)
    questions = callers_questions(session, person, typed) if sought_by == "contact" else []
    form = ReportForm(key=empty_form().key, contact=typed if sought_by == "contact" else "")
    reports = shown(session, rows, city, words, now)
    found = {"reports": reports, "questions": questions}
    return _page(request, session, city, words, person, form, who=typed, history=found)


def _filed(
    session: Session,
    city: CityFacts,
    who: Person,
    form: ReportForm,
    channel: str,
    language: str,
    now: datetime,
) -> str:
    where = sought(session, city, form)
    if where.meant is None:
        raise where.mistake or NoPlace("Please say where it is.", field="place")
    new = NewComplaint(
        description=form.description,
        place=where.meant.place,
        accuracy_m=where.meant.accuracy_m,
        category=form.category or None,
        contact=form.contact or None,
        address=where.meant.address,
        answers=form.answers,
        lang=language,
    )
    return file_on_behalf(session, who, new, channel, now).code


def _asked(
    session: Session,
    city: CityFacts,
    who: Person,
    form: ReportForm,
    channel: str,
    language: str,
    now: datetime,
) -> str:
    require(who, Operation.FILE_ON_BEHALF)
    kept = channel if channel in CHANNELS else "PHONE"
    new = NewInquiry(form.description, language, form.contact, channel=kept)
    return ask(session, city, new, now, by=who.id).code


def _page(
    request: Request,
    session: Session,
    city: CityFacts,
    words: Translator,
    person: Person,
    form: ReportForm,
    *,
    mistakes: list[Refused] | None = None,
    channel: str = "PHONE",
    who: str = "",
    **more: Any,
) -> Response:
    require(person, Operation.FILE_ON_BEHALF)
    known = card(session, city, words, form, clock.now())
    nothing: dict[str, Any] = {"done": None, "asked": "", "history": None}
    return page(
        request,
        "desk/calls.html",
        lang=words.lang,
        city=city,
        status=422 if mistakes else 200,
        form=form,
        sentences=[words.sentence(one) for one in mistakes or []],
        mistakes=by_field(mistakes or [], words),
        asking=asking(session, city, form, known, words.lang),
        channel=channel,
        channels=CHANNEL_WORDS,
        who=who,
        may_look_up=may(person, Operation.LOOK_UP_CALLER),
        **(nothing | more),
    )
