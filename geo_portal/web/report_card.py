"""Answers, while a report is still being written, where it would go."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import streets_in
from geo_portal.city.place_search import search_places
from geo_portal.complaints.tables import LONGEST_DESCRIPTION
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.translation import Translator
from geo_portal.web.card import card
from geo_portal.web.pages import page
from geo_portal.web.report_form import ReportForm, ReportFormDep

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Query(max_length=100)]


@router.post("/report/where")
def card_for_form(
    request: Request, form: ReportFormDep, session: SessionDep, city: CityDep, words: ReaderDep
) -> HTMLResponse:
    """For a form that is being filled in; by POST, so that nobody's words end up in a log."""
    return _answer(request, form, session, city, words)


@router.get("/report/where")
def card_for_link(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    lon: Typed = "",
    lat: Typed = "",
    category: Typed = "",
    description: Annotated[str, Query(max_length=LONGEST_DESCRIPTION)] = "",
) -> HTMLResponse:
    """For a link."""
    form = ReportForm(description=description, category=category, lon=lon, lat=lat)
    return _answer(request, form, session, city, words)


def _answer(
    request: Request, form: ReportForm, session: Session, city: CityFacts, words: Translator
) -> HTMLResponse:
    found = card(session, city, words, form, clock.now())
    return page(request, "report/answer.html", lang=words.lang, city=city, card=found, form=form)


@router.get("/report/places")
def found_places(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, q: Typed = ""
) -> HTMLResponse:
    """Places called like `q`, to choose from."""
    name = q.replace("\0", "").strip()
    found = search_places(session, name)
    return page(request, "parts/places.html", lang=words.lang, city=city, choices=found, asked=name)


@router.get("/report/streets")
def streets(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, area: Typed = ""
) -> HTMLResponse:
    """The streets and landmarks of an area, as the options of a list."""
    level, _, code = area.partition(":")
    found = streets_in(session, city, level, code)
    return page(request, "parts/streets.html", lang=words.lang, city=city, streets=found, chosen="")
