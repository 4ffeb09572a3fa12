"""Unusual weeks: where far more was reported than usual, and who wants to hear of it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.city.gazetteer import areas_of_level
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.insights.alert_letters import names_of, sentence
from geo_portal.insights.alerts import FALSE_ALARMS, hear_no_more, hear_of, newest, wishes
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Form(max_length=100)]


@router.get("/alerts")
def alerts_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, asking: PersonDep
) -> Response:
    """The latest alerts, and what the reader wants to hear of."""
    found = newest(session)
    names = names_of(session, found)
    areas = {level.code: areas_of_level(session, city, level.code) for level in city.levels}
    return page(
        request,
        "alerts.html",
        lang=words.lang,
        city=city,
        alerts=[(one, sentence(one, city, names, words)) for one in found],
        wishes=wishes(session, asking),
        signed_in=asking is not None,
        area_groups=[(city.level_name(code, words.lang), known) for code, known in areas.items()],
        area_names={
            f"{one.level}:{one.code}": one.name for known in areas.values() for one in known
        },
        false_alarms=FALSE_ALARMS,
    )


@router.post("/alerts")
def want(
    session: SessionDep,
    words: ReaderDep,
    asking: PersonDep,
    category: Typed = "",
    area: Typed = "",
) -> Response:
    """Hear of a kind of problem in an area from now on."""
    hear_of(session, asking, category, area, words.lang, clock.now())
    return RedirectResponse("/alerts", status_code=303)


@router.post("/alerts/{number}/leave")
def leave(number: int, session: SessionDep, asking: PersonDep) -> Response:
    """Hear no more of it."""
    hear_no_more(session, asking, number)
    return RedirectResponse("/alerts", status_code=303)
