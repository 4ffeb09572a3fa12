"""The city's figures in the open: what was reported, what became of it, and how that is counted."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from geo_portal import clock
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.figures import FEWEST_FOR_A_MEDIAN
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.insights.alerts import FALSE_ALARMS
from geo_portal.insights.eta import FEWEST_KNOWN, LOOKED_BACK
from geo_portal.insights.public_figures import Line, PublicFigures, public_figures
from geo_portal.routing.reasons import department_name
from geo_portal.translation import Translator
from geo_portal.web.dashboard_filter import DashboardFilter
from geo_portal.web.dashboard_parts import span_words, spans
from geo_portal.web.dashboard_tiles import between
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Row:
    """A line of a table in words; `url` leads to more about it, or is empty."""

    name: str
    url: str
    line: Line
    satisfied: str


@dataclass(frozen=True)
class Table:
    """`first` heads the column of the names."""

    caption: str
    first: str
    rows: list[Row]


@router.get("/statistics")
def statistics_page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    asked: Annotated[DashboardFilter, Depends()],
) -> Response:
    """Received, fixed, outcome and satisfaction, by department and by area."""
    now = clock.now()
    span = asked.span(city.timezone, now)
    categories = (asked.category,) if asked.category else ()
    wanted = ComplaintFilter(categories=categories).checked(session, city)
    found = public_figures(session, wanted, span, now)
    return page(
        request,
        "statistics.html",
        lang=words.lang,
        city=city,
        asked=asked,
        span=span,
        span_words=span_words(span, words),
        spans=spans(asked, span, now, words),
        whole=_row("", "", found.whole, words),
        tables=_tables(found, city, words),
        as_of=found.as_of,
    )


@router.get("/statistics/method")
def method_page(request: Request, city: CityDep, words: ReaderDep) -> Response:
    """How each figure is counted, and what it cannot say."""
    return page(
        request,
        "statistics-method.html",
        lang=words.lang,
        city=city,
        fewest=FEWEST_FOR_A_MEDIAN,
        fewest_known=FEWEST_KNOWN,
        eta_days=LOOKED_BACK.days,
        false_alarms=FALSE_ALARMS,
    )


def _tables(found: PublicFigures, city: CityFacts, words: Translator) -> list[Table]:
    def department(line: Line) -> Row:
        code = line.figures.code
        url = f"/departments/{code}" if code else ""
        return _row(department_name(city, code, words.gettext, words.lang), url, line, words)

    def area(line: Line) -> Row:
        one = line.figures
        return _row(one.name or "", f"/areas/{one.level}/{one.code}", line, words)

    heading = words.gettext("By department")
    by_department = [department(one) for one in found.by_department]
    tables = [Table(heading, words.gettext("Department"), by_department)]
    for level in city.levels:
        lines = found.by_area.get(level.code, [])
        # The whole city stands above already.
        if len(lines) > 1 or (lines and level != city.levels[0]):
            name = level.name(words.lang)
            caption = words.gettext("By area: {level}").format(level=name)
            tables.append(Table(caption, name, [area(one) for one in lines]))
    return tables


def _row(name: str, url: str, line: Line, words: Translator) -> Row:
    known = line.satisfied.known
    if known is None or line.satisfied.of < FEWEST_FOR_A_MEDIAN:
        return Row(name, url, line, "")
    return Row(name, url, line, f"{words.percent(known)}, {between(line.satisfied, words)}")
