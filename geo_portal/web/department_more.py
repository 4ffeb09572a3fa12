"""What belongs to a department's dashboard: its table as a file, its chart, its lasting worries."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from geo_portal import clock
from geo_portal.bulk.table_cells import guarded
from geo_portal.city.facts import CityFacts, DepartmentFacts
from geo_portal.errors import NotFound
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.insights.department import Dashboard, dashboard
from geo_portal.insights.outcomes import outcomes
from geo_portal.insights.recurring import MONTHS, recurring_spots
from geo_portal.insights.staffing import load_of, what_if
from geo_portal.insights.statistics import Figures
from geo_portal.routing.reasons import category_name, department_name
from geo_portal.translation import Translator
from geo_portal.web.dashboard_filter import DashboardFilter
from geo_portal.web.drawn import waiting_chart
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

Asked = Annotated[DashboardFilter, Depends()]
COLUMNS = (
    *("by", "level", "code", "name", "received", "fixed", "closed_without_fix", "open", "overdue"),
    *("half_fixed_within_hours", "8_of_10_within_hours", "9_of_10_within_hours"),
)


def known_department(city: CityFacts, code: str) -> DepartmentFacts:
    """The department; raises `NotFound`."""
    if code not in city.departments:
        raise NotFound("This city has no department “{code}”.", code=code[:40])
    return city.departments[code]


@router.get("/departments/{code}/figures.csv")
def figures_file(
    code: str, session: SessionDep, city: CityDep, words: ReaderDep, asked: Asked
) -> Response:
    """The figures of the dashboard as a table for a spreadsheet, with the same filters."""
    now = clock.now()
    known_department(city, code)
    span = asked.span(city.timezone, now)
    found = dashboard(session, asked.complaints(code, span).checked(session, city), span, now)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in row] for row in _rows(found, city, words))
    name = f"{code}-{span.first_day}-{span.last_day}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _rows(found: Dashboard, city: CityFacts, words: Translator) -> Iterator[list[Any]]:
    def kind(one: Figures) -> str:
        return category_name(city, one.code, words.gettext, words.lang)

    def office(one: Figures) -> str:
        return department_name(city, one.code, words.gettext, words.lang) if one.code else ""

    yield _row("whole", found.whole, "")
    for level in found.by_area.values():
        yield from (_row("area", one, one.name or "") for one in level)
    yield from (_row("category", one, kind(one)) for one in found.by_category)
    yield from (_row("office", one, office(one)) for one in found.by_office)
    yield from (_row(found.step, one, "") for one in found.periods)


def _row(by: str, one: Figures, name: str) -> list[Any]:
    times = ("" if s is None else round(s / 3600, 1) for s in (one.median_s, one.p80_s, one.p90_s))
    counts = (one.received, one.fixed, one.unfixed, one.open, one.overdue)
    return [by, one.level, one.code, name, *counts, *times]


@router.get("/departments/{code}/waiting.svg")
def waiting_picture(
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    asked: Asked,
    dark: Annotated[str, Query(max_length=1)] = "",
) -> Response:
    """How many still wait after so many days: the curve behind the usual time."""
    now = clock.now()
    known_department(city, code)
    span = asked.span(city.timezone, now)
    wanted = asked.complaints(code, span).checked(session, city)
    drawn = waiting_chart(outcomes(session, wanted, span, now).whole, words, dark=bool(dark))
    headers = {"Cache-Control": "max-age=300", "Vary": "Accept-Language, Cookie"}
    return Response(drawn, media_type="image/svg+xml", headers=headers)


@router.get("/departments/{code}/spots")
def spots_page(
    request: Request, code: str, session: SessionDep, city: CityDep, words: ReaderDep, asked: Asked
) -> Response:
    """Places where the same thing is reported again and again."""
    now = clock.now()
    department = known_department(city, code)
    wanted = asked.complaints(code, asked.span(city.timezone, now)).checked(session, city)
    return page(
        request,
        "department-spots.html",
        lang=words.lang,
        city=city,
        department=department,
        spots=recurring_spots(session, wanted, city, now),
        months=MONTHS,
    )


@router.get("/departments/{code}/staffing")
def staffing_page(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    asked: Asked,
    crews: Annotated[int | None, Query(ge=1, le=500)] = None,
    more: Annotated[int, Query(ge=-90, le=500)] = 0,
) -> Response:
    """What more or fewer crews, or more reports, would do to the wait."""
    now = clock.now()
    department = known_department(city, code)
    span = asked.span(city.timezone, now)
    wanted = asked.complaints(code, span).checked(session, city)
    found = load_of(session, wanted, span, now, crews)
    return page(
        request,
        "department-staffing.html",
        lang=words.lang,
        city=city,
        department=department,
        load=found,
        more=more,
        outlooks=what_if(found, more / 100) if found else [],
    )
