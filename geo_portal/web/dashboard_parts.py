"""What the parts of a dashboard say: names for figures, links that narrow it, and its choices."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from babel.dates import format_skeleton
from fastapi import Request

from geo_portal.city.facts import CityFacts
from geo_portal.insights.department import Dashboard
from geo_portal.insights.statistics import Figures, Span
from geo_portal.routing.reasons import category_name, department_name
from geo_portal.translation import N_, Translator
from geo_portal.web.charts import Columns, columns
from geo_portal.web.dashboard_filter import CASES, USUAL, DashboardFilter
from geo_portal.web.lights import WORDS
from geo_portal.web.pages import same_page

STEP_NAMES = {"day": N_("Per day"), "week": N_("Per week"), "month": N_("Per month")}
_SPANS = (
    (timedelta(days=30), N_("30 days")),
    (USUAL, N_("90 days")),
    (timedelta(days=365), N_("A year")),
)


@dataclass(frozen=True)
class Row:
    """A line of a table; `url` narrows the dashboard to it, or is empty."""

    name: str
    url: str
    figures: Figures


@dataclass(frozen=True)
class Table:
    """Figures by something; `first` heads the column of the names."""

    caption: str
    first: str
    rows: list[Row]


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen; `without` are the parameters that take it away again."""

    name: str
    code: str = ""
    chosen: bool = False
    without: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True)
class Period:
    """A day, week or month of the chart, by its first day."""

    short: str
    long: str
    figures: Figures


def tables(found: Dashboard, request: Request, city: CityFacts, words: Translator) -> list[Table]:
    """By area on every level that has several, by kind and by office; tables of one row say
    nothing more than the whole."""
    made = [_areas(level.code, found, request, city, words) for level in reversed(city.levels)]
    made += [_kinds(found, request, city, words), _offices(found, city, words)]
    return [table for table in made if len(table.rows) > 1]


def _areas(
    level: str, found: Dashboard, request: Request, city: CityFacts, words: Translator
) -> Table:
    name = city.level_name(level, words.lang)
    rows = [
        Row(one.name or "", _narrowed(request, area=f"{level}:{one.code}"), one)
        for one in found.by_area.get(level, [])
    ]
    return Table(words.gettext("By area: {level}").format(level=name), name, rows)


def _kinds(found: Dashboard, request: Request, city: CityFacts, words: Translator) -> Table:
    rows = [
        Row(
            category_name(city, one.code, words.gettext, words.lang),
            _narrowed(request, category=one.code) if one.code else "",
            one,
        )
        for one in found.by_category
    ]
    return Table(words.gettext("By kind of problem"), words.gettext("Kind of problem"), rows)


def _offices(found: Dashboard, city: CityFacts, words: Translator) -> Table:
    rows = [
        Row(
            department_name(city, one.code, words.gettext, words.lang)
            if one.code
            else words.gettext("No office of its own"),
            f"/departments/{one.code}" if one.code else "",
            one,
        )
        for one in found.by_office
    ]
    return Table(words.gettext("By office"), words.gettext("Office"), rows)


def _narrowed(request: Request, **to: str) -> str:
    return same_page(request, cursor=None, **to)


def course(found: Dashboard, words: Translator) -> tuple[Columns, list[Period]]:
    """The chart of what came and what was fixed, and its periods in words."""
    series = {
        "received": [one.received for one in found.periods],
        "fixed": [one.fixed for one in found.periods],
    }
    return columns(series), [_period(one, found.step, words) for one in found.periods]


def _period(figures: Figures, step: str, words: Translator) -> Period:
    day = datetime.combine(date.fromisoformat(figures.code or ""), time())
    short, long = ("yMMM", "yMMMM") if step == "month" else ("MMMd", "yMMMd")

    def said(skeleton: str) -> str:
        return str(format_skeleton(skeleton, day, locale=words.locale))

    return Period(said(short), said(long), figures)


def spans(asked: DashboardFilter, span: Span, now: datetime, words: Translator) -> list[Choice]:
    """The usual lengths of time up to now, each by its first day."""
    today = now.astimezone(span.zone).date()
    return [
        Choice(
            words.gettext(name),
            (today - length).isoformat(),
            not asked.until and span.first_day == today - length,
        )
        for length, name in _SPANS
    ]


def comparisons(asked: DashboardFilter, words: Translator) -> list[Choice]:
    """The times that figures can be compared with."""
    offered = {
        "": words.gettext("Nothing"),
        "before": words.gettext("The time before"),
        "year": words.gettext("A year earlier"),
    }
    return [Choice(name, code, code == asked.compare) for code, name in offered.items()]


def chosen(
    asked: DashboardFilter, area_name: str, city: CityFacts, words: Translator
) -> list[Choice]:
    """What narrows the dashboard at present."""
    translate = words.gettext
    lights = {"open": translate("Open")} | {code: translate(w) for code, w in WORDS.items()}
    found = {
        "category": category_name(city, asked.category, translate, words.lang),
        "area": area_name,
        "light": lights.get(asked.light, asked.light),
    }
    return [
        Choice(name, without={part: None}) for part, name in found.items() if getattr(asked, part)
    ]


def layers(
    asked: DashboardFilter, several: Callable[[str], bool], city: CityFacts, words: Translator
) -> list[Choice]:
    """What the map can show: cases, those at risk, heat, and levels that have several areas."""
    found = [
        Choice(words.gettext("Cases"), CASES),
        Choice(words.gettext("At risk"), "risk"),
        Choice(words.gettext("Heat"), "heat"),
    ]
    found += [
        Choice(level.name(words.lang), f"areas:{level.code}")
        for level in city.levels
        if several(level.code)
    ]
    known = asked.layer if asked.layer in {one.code for one in found} else CASES
    return [replace(one, chosen=one.code == known) for one in found]


def span_words(span: Span, words: Translator) -> str:
    """The time that the figures are about, in words."""
    first, last = (
        format_skeleton("yMMMd", datetime.combine(day, time()), locale=words.locale)
        for day in (span.first_day, span.last_day)
    )
    return words.gettext("{first} to {last}").format(first=first, last=last)
