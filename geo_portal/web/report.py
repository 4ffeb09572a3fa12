"""The report page: where, what, send, in any order, with script or without."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import areas_of_level, finest_level, streets_in
from geo_portal.city.given_place import LooksSwapped
from geo_portal.city.place_search import FoundPlace
from geo_portal.community.incidents import emergencies
from geo_portal.complaints.once import (
    OtherUseOfKey,
    earlier_use,
    fingerprint,
    remember,
    sent_just_now,
)
from geo_portal.complaints.reporters import reporter_token
from geo_portal.complaints.seen import read_moment, refuse_odd_time
from geo_portal.complaints.submit import NewComplaint, checked, submit
from geo_portal.errors import Invalid, ManyInvalid, Refused
from geo_portal.geometry import LonLat
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.translation import Translator
from geo_portal.web.card import card
from geo_portal.web.map_facts import map_facts
from geo_portal.web.own_browser import device_of, keep_device, keep_token, new_device
from geo_portal.web.pages import page
from geo_portal.web.report_form import (
    LONGEST_CONTACT,
    ReportForm,
    ReportFormDep,
    empty_form,
    new_key,
)
from geo_portal.web.report_photo import offer, offer_time
from geo_portal.web.report_place import Meant, Sought, sought
from geo_portal.web.report_questions import AnswersDep, asking, with_answers

router = APIRouter(include_in_schema=False)

ANYWHERE = LonLat(0.0, 0.0)


@router.get("/report")
def report_page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    lon: str = "",
    lat: str = "",
    category: str = "",
) -> Response:
    """An empty form, or one for a place or category that a link names."""
    form = replace(empty_form(), lon=lon[:40], lat=lat[:40], category=category[:80])
    return _form_page(request, session, city, words, form)


@router.post("/report")
def send(
    request: Request,
    form: ReportFormDep,
    typed: AnswersDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: PersonDep,
) -> Response:
    """File the report, or show the form again with every mistake in words and nothing lost."""
    form = with_answers(city, form, typed)
    if form.step == "swap":
        return _form_page(request, session, city, words, form.swapped())
    if form.step == "photo":
        return _form_page(request, session, city, words, form.at_photo())
    where = sought(session, city, form)
    if form.step != "send":
        looked_for = [where.mistake] if where.mistake and form.step == "find" else []
        return _form_page(request, session, city, words, form, looked_for, where.choices)
    mistakes = _mistakes(form, where, city)
    if not mistakes and where.meant:
        try:
            return _filed(request, session, city, form, where.meant, person, words.lang)
        except OtherUseOfKey as again:
            form, mistakes = replace(form, key=new_key()), [again]
        except ManyInvalid as several:
            mistakes = several.mistakes
        except Invalid as mistake:
            mistakes = [mistake]
    return _form_page(request, session, city, words, form, mistakes, where.choices)


def _mistakes(form: ReportForm, where: Sought, city: CityFacts) -> list[Refused]:
    """Everything that keeps the form from being filed, so that all is mended in one go."""
    found: list[Refused] = [where.mistake] if where.mistake else []
    found.extend(form.refused_photos)
    try:
        checked(NewComplaint(form.description, ANYWHERE, photos=form.photos))
    except Invalid as mistake:
        found.append(mistake)
    try:
        refuse_odd_time(_seen_at(form, city), clock.now())
    except Invalid as mistake:
        found.append(mistake)
    if len(form.contact) > LONGEST_CONTACT:
        found.append(
            Invalid(
                "The contact may have {limit} characters at most.",
                field="contact",
                limit=LONGEST_CONTACT,
            )
        )
    return found


def _filed(
    request: Request,
    session: Session,
    city: CityFacts,
    form: ReportForm,
    meant: Meant,
    person: Person | None,
    lang: str,
) -> Response:
    """On to the next page; the browser keeps that the report is its own."""
    device, cookie = device_of(request), None
    if device is None:
        cookie, device = new_device()
    new = replace(
        _new_complaint(form, meant),
        reporter_id=person.id if person else None,
        device_hash=device,
        lang=lang,
        seen_at=_seen_at(form, city),
    )
    code = _file(session, form, new, clock.now())
    response = RedirectResponse(f"/c/{code}/thanks", status_code=303)
    keep_token(request, response, reporter_token(code))
    if cookie:
        keep_device(response, cookie)
    return response


def _seen_at(form: ReportForm, city: CityFacts) -> datetime | None:
    return read_moment(form.seen_at, city.timezone) if form.seen_at else None


def _file(session: Session, form: ReportForm, new: NewComplaint, now: datetime) -> str:
    """The code of the new complaint, or of the one that this very form has filed before."""
    # Photos sent again get new names on disk, so only what was written tells forms apart.
    told = fingerprint({"description": form.description, "lon": form.lon, "lat": form.lat})
    earlier = earlier_use(session, f"form:{form.key}", told)
    if earlier:
        return str(earlier.reply["code"])
    if again := sent_just_now(session, new, now):
        return again
    done = submit(session, new, now)
    reply = {"code": done.code}
    remember(session, f"form:{form.key}", told, done.id, reply, now)
    return done.code


def _new_complaint(form: ReportForm, meant: Meant) -> NewComplaint:
    return NewComplaint(
        description=form.description,
        place=meant.place,
        accuracy_m=meant.accuracy_m,
        category=form.category or None,
        contact=form.contact or None,
        photos=form.photos,
        address=meant.address,
        side=form.place_answer or meant.area,
        show_personal=form.show_personal == "yes",
        channel="WEB",
        answers=form.answers,
    )


def _form_page(
    request: Request,
    session: Session,
    city: CityFacts,
    words: Translator,
    form: ReportForm,
    mistakes: list[Refused] | None = None,
    choices: tuple[FoundPlace, ...] = (),
) -> Response:
    level, _, code = form.area.partition(":")
    finest = finest_level(city)
    known = card(session, city, words, form, clock.now())
    return page(
        request,
        "report.html",
        lang=words.lang,
        city=city,
        status=422 if mistakes else 200,
        form=form,
        mistakes=by_field(mistakes or [], words),
        can_swap=any(isinstance(mistake, LooksSwapped) for mistake in mistakes or []),
        choices=choices,
        emergencies=emergencies(session, clock.now()),
        card=known,
        offer=offer(form.photo_lon, form.photo_lat, form.lon, form.lat),
        photo_time=form.photo_time,
        taken=offer_time(form.photo_time, city.timezone, clock.now()),
        seen_at=form.seen_at,
        asking=asking(session, city, form, known, words.lang),
        map_facts=map_facts(session, city),
        areas=areas_of_level(session, city, finest.code) if finest else [],
        streets=streets_in(session, city, level, code) if code else [],
    )


# Several fields give the place; a mistake in any of them is shown beside the place.
_PLACE_FIELDS = ("place_answer", "lon", "lat", "accuracy_m", "q", "area", "street")


def by_field(mistakes: list[Refused], words: Translator) -> dict[str, list[str]]:
    """Sentences by the part of the form that they belong to."""
    said: dict[str, list[str]] = {}
    for mistake in mistakes:
        part: Any = "place" if mistake.field in _PLACE_FIELDS else mistake.field
        said.setdefault(part or "form", []).append(words.sentence(mistake))
    return said
