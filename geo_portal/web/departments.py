"""A department's dashboard: its map, its figures, and the cases behind them."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from geo_portal import clock
from geo_portal.city.facts import DepartmentFacts
from geo_portal.city.gazetteer import areas_of_level
from geo_portal.complaints.find import find
from geo_portal.complaints.states import LIGHTS
from geo_portal.database import AnyRow
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.insights.department import dashboard, oldest_open, standings
from geo_portal.insights.officers import by_officer, may_see_officers
from geo_portal.web.dashboard_filter import DashboardFilter
from geo_portal.web.dashboard_parts import (
    STEP_NAMES,
    chosen,
    comparisons,
    course,
    layers,
    span_words,
    spans,
    tables,
)
from geo_portal.web.dashboard_tiles import compared, more_tiles, tiles
from geo_portal.web.department_more import known_department
from geo_portal.web.map_facts import map_facts
from geo_portal.web.pages import page
from geo_portal.web.shown import shown

router = APIRouter(include_in_schema=False)

LISTED = 10
TABLE_ROWS = 10
OLDEST = 5
# Shares of the reports fixed, for the table beside the curve.
SHARES = (0.25, 0.5, 0.8, 0.9)


@router.get("/departments")
def department_list(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """Every department with what it has open, and the way to its dashboard."""
    departments = [known for known in city.departments.values() if not known.parent_code]
    return page(
        request,
        "departments.html",
        lang=words.lang,
        city=city,
        departments=sorted(departments, key=lambda one: one.name(words.lang)),
        standings=standings(session, [one.code for one in departments]),
        now=clock.now(),
    )


@router.get("/departments/{code}")
def department_page(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    asking: PersonDep,
    asked: Annotated[DashboardFilter, Depends()],
) -> Response:
    """One department's or office's dashboard."""
    now = clock.now()
    department = known_department(city, code)
    span = asked.span(city.timezone, now)
    wanted = asked.complaints(code, span).checked(session, city)
    found = find(session, wanted, cursor=asked.cursor, limit=LISTED)
    figures = dashboard(session, wanted, span, now)
    other_span = asked.other_span(span)
    other = dashboard(session, wanted, other_span, now) if other_span else None
    officers = may_see_officers(asking, wanted)
    areas = {level.code: areas_of_level(session, city, level.code) for level in city.levels}
    chart, periods = course(figures, words)
    return page(
        request,
        "department.html",
        lang=words.lang,
        city=city,
        now=now,
        department=department,
        asked=asked,
        span=span,
        span_words=span_words(span, words),
        spans=spans(asked, span, now, words),
        comparisons=comparisons(asked, words),
        chosen=chosen(asked, _area_name(asked, areas), city, words),
        layers=layers(asked, lambda level: len(areas[level]) > 1, city, words),
        lights=LIGHTS,
        area_groups=[
            (city.level_name(code, words.lang), of_level) for code, of_level in areas.items()
        ],
        key_figures=compared(tiles, figures, other, words),
        more_figures=compared(more_tiles, figures, other, words),
        other_words=span_words(other_span, words) if other_span else "",
        officers=by_officer(session, asking, wanted, span, now) if officers else [],
        curve=figures.outcomes.whole,
        shares=SHARES,
        times_as_of=figures.outcomes.as_of,
        with_query=f"?{request.url.query}" if request.url.query else "",
        tables=tables(figures, request, city, words),
        at_once=TABLE_ROWS,
        chart=chart,
        periods=periods,
        last_is_over=figures.last_is_over,
        step_name=words.gettext(STEP_NAMES[figures.step]),
        map_facts=map_facts(session, city),
        filters=asked.query(code, span),
        border=_border(asked, department),
        reports=shown(session, found.rows, city, words, now),
        next_cursor=found.next_cursor,
        oldest=shown(session, oldest_open(session, wanted, OLDEST), city, words, now),
    )


def _area_name(asked: DashboardFilter, areas: dict[str, list[AnyRow]]) -> str:
    level, _, code = asked.area.partition(":")
    return next((area.name for area in areas.get(level, []) if area.code == code), asked.area)


def _border(asked: DashboardFilter, department: DepartmentFacts) -> dict[str, str]:
    """The area to be lit on the map: the one chosen, else the one the office works for."""
    level, _, code = asked.area.partition(":")
    if not asked.area:
        level, code = department.area_level or "", department.area_code or ""
    return {"address": f"/api/v1/areas/{quote(level)}.geojson" if level else "", "code": code}
