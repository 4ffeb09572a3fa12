"""The city's directory: offices, facilities, today's calendar, and what serves one place."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.city import offices as places
from geo_portal.city.facts import Named
from geo_portal.city.given_place import given_place
from geo_portal.city.here import here as serves
from geo_portal.city.knowledge import articles
from geo_portal.city.today import statuses, today_in
from geo_portal.community.announcements import holding_at
from geo_portal.errors import Refused
from geo_portal.geometry import LonLat
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.translation import N_, Translator
from geo_portal.web.map_facts import map_facts
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

SUBJECTS = {
    "collection": (N_("Waste collection"), "trash-2"),
    "school": (N_("Schools"), "building-2"),
    "parking": (N_("Parking rules"), "map-pin"),
}
STATES = {
    "usual": N_("as usual"),
    "changed": N_("changed today"),
    "suspended": N_("not today"),
}
# What a place can have, as packs commonly write it; other words are shown as they stand.
FEATURES = (
    N_("wheelchair"),
    N_("toilets"),
    N_("water"),
    N_("shade"),
    N_("wifi"),
    N_("reading room"),
    N_("pharmacy"),
    N_("vaccination"),
    N_("beds"),
    N_("swings"),
    N_("paper"),
    N_("glass"),
    N_("metal"),
    N_("batteries"),
    N_("garden waste"),
)
DAYS_AHEAD = 7
Number = Annotated[str, Query(max_length=40)]
Code = Annotated[str, Query(max_length=80)]


@router.get("/offices")
def office_list(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    lon: Number = "",
    lat: Number = "",
) -> Response:
    """Every department and office with its hours; the nearest first once a place is given."""
    now = clock.now()
    place, mistake = _asked_place(session, lon, lat, words)
    found = places.offices(session, city, now, place)
    if place is None:
        found.sort(key=lambda one: (one.parent is not None, one.name(words.lang).casefold()))
    return page(
        request,
        "directory/offices.html",
        lang=words.lang,
        city=city,
        found=found,
        place=place,
        mistake=mistake,
        map_facts=map_facts(session, city),
    )


@router.get("/offices/{code}")
def office_page(
    request: Request, code: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """One office: when it is open, where it is, what it looks after and what to know first."""
    found = places.office(session, city, clock.now(), code)
    own = found.parent or code
    kinds = [one for one in city.open_categories.values() if one.department_code == own]
    return page(
        request,
        "directory/office.html",
        lang=words.lang,
        city=city,
        office=found,
        kinds=kinds,
        articles=articles(session, words.lang, [one.code for one in kinds]),
        parts=[one for one in city.departments.values() if one.parent_code == code and one.active],
        day_names=day_names(words),
        map_facts=map_facts(session, city),
    )


@router.get("/facilities")
def facility_list(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    kind: Code = "",
    lon: Number = "",
    lat: Number = "",
) -> Response:
    """Places to go: of one kind or all, the nearest first once a place is given."""
    place, mistake = _asked_place(session, lon, lat, words)
    found = places.facilities(session, city, clock.now(), place, kind)
    if place is None:
        found.sort(key=lambda one: (one.kind, one.name(words.lang).casefold()))
    known: list[Named] = places.kinds(session)
    return page(
        request,
        "directory/facilities.html",
        lang=words.lang,
        city=city,
        found=found,
        kinds=sorted(known, key=lambda one: one.name(words.lang).casefold()),
        kind=kind,
        place=place,
        mistake=mistake,
        map_facts=map_facts(session, city),
    )


@router.get("/here")
def here_page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    lon: Number = "",
    lat: Number = "",
) -> Response:
    """What serves a place; without one the question where."""
    now = clock.now()
    place, mistake = _asked_place(session, lon, lat, words)
    found = serves(session, city, place, now) if place else None
    return page(
        request,
        "directory/here.html",
        lang=words.lang,
        city=city,
        here=found,
        announcements=holding_at(session, found.place, now) if found else [],
        mistake=mistake,
        articles=articles(session, words.lang) if found and found.areas else [],
        subjects=SUBJECTS,
        states=STATES,
        day_names=day_names(words),
        map_facts=map_facts(session, city),
    )


@router.get("/today")
def today_page(request: Request, session: SessionDep, city: CityDep, words: ReaderDep) -> Response:
    """How collection, schools, parking and offices stand today and in the coming week."""
    today = today_in(city, clock.now())
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    return page(
        request,
        "directory/today.html",
        lang=words.lang,
        city=city,
        days=list(zip(days, statuses(session, today, DAYS_AHEAD), strict=True)),
        subjects=SUBJECTS,
        states=STATES,
        day_name=lambda day: words.date(day),
    )


def _asked_place(
    session: Session, lon: str, lat: str, words: Translator
) -> tuple[LonLat | None, str]:
    """The place in the address, and what is wrong with it; neither when none was given."""
    if not lon.strip() or not lat.strip():
        return None, ""
    try:
        numbers = [float(typed.replace(",", ".")) for typed in (lon, lat)]
    except ValueError:
        return None, words.gettext("These are not two numbers such as 108.0312 and -9.1032.")
    try:
        return given_place(session, *numbers), ""
    except Refused as refusal:
        return None, words.sentence(refusal)


def day_names(words: Translator) -> dict[str, str]:
    """The weekdays in the reader's language, by the code that packs use."""
    return words.weekdays()
