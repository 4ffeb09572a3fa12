"""The heat map's form: what can be chosen, what is, and the way to the month before and after."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from fastapi import Depends, Query
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, DepartmentFacts
from geo_portal.city.gazetteer import areas_of_level
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.states import LIGHTS
from geo_portal.errors import Invalid
from geo_portal.http import CityDep, SessionDep
from geo_portal.insights.days import Month, first_day, last_day, moment, whole_month
from geo_portal.insights.heat_grid import Shape
from geo_portal.insights.heat_method import MEASURES, SHAPE_NAMES, HeatMethod
from geo_portal.insights.heatmap import USUAL_M
from geo_portal.translation import Translator

SIZES_M = (100, 250, 500, 1_000, 2_000, 5_000)

Codes = Annotated[str, Query(max_length=2000)]
Code = Annotated[str, Query(max_length=20)]
Day = Annotated[str, Query(max_length=40)]


@dataclass(frozen=True)
class HeatAsked:
    """What the address of the page, or of a file of it, asks for."""

    wanted: ComplaintFilter
    method: HeatMethod
    as_of: datetime | None = None


def heat_asked(
    session: SessionDep,
    city: CityDep,
    category: Codes = "",
    department: Codes = "",
    area: Codes = "",
    light: Codes = "",
    since: Day = "",
    until: Day = "",
    q: Annotated[str, Query(max_length=200)] = "",
    measure: Code = "",
    shape: Code = "",
    cell_m: Code = "",
    bandwidth_m: Code = "",
    as_of: Day = "",
) -> HeatAsked:
    """Read from the query; several codes go by comma, an empty field is no wish.

    Raises `Invalid` for what the city does not have, and for what is no day and no number.
    """
    wanted = ComplaintFilter(
        categories=_listed(category),
        departments=_listed(department),
        areas=_listed(area),
        lights=_listed(light),
        since=moment(since, city.timezone, "since"),
        until=moment(until, city.timezone, "until", end_of_day=True),
        words=q.strip() or None,
    ).checked(session, city)
    method = HeatMethod(
        measure or "count",
        USUAL_M if (size := _metres(cell_m)) is None else size,
        cast("Shape", shape or "square"),
        _metres(bandwidth_m),
    ).checked()
    return HeatAsked(wanted, method, moment(as_of, city.timezone, "as_of"))


HeatAskedDep = Annotated[HeatAsked, Depends(heat_asked, scope="function")]


def _listed(codes: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in codes.split(",") if code.strip())


def _metres(typed: str) -> int | None:
    if not typed.strip():
        return None
    try:
        return int(typed)
    except ValueError:
        raise Invalid("“{typed}” is not a whole number of metres.", typed=typed) from None


def chosen(asked: HeatAsked, zone: ZoneInfo) -> dict[str, Any]:
    """What the fields of the form hold."""
    wanted = asked.wanted
    return {
        "category": ",".join(wanted.categories),
        "department": ",".join(wanted.departments),
        "area": ",".join(wanted.areas),
        "light": ",".join(wanted.lights),
        "since": first_day(wanted, zone) or "",
        "until": last_day(wanted, zone) or "",
        "q": wanted.words or "",
        "measure": asked.method.measure,
        "shape": asked.method.shape,
        "cell_m": asked.method.cell_m,
        "bandwidth_m": asked.method.bandwidth_m or "",
    }


def choices(session: Session, city: CityFacts) -> dict[str, Any]:
    """What its lists offer; an area for each level, a department with its offices."""
    return {
        "levels": [(level, areas_of_level(session, city, level.code)) for level in city.levels],
        "departments": _departments(city),
        "lights": LIGHTS,
        "measures": MEASURES,
        "shapes": SHAPE_NAMES,
        "sizes_m": SIZES_M,
    }


def _departments(city: CityFacts) -> list[tuple[DepartmentFacts, list[DepartmentFacts]]]:
    active = [known for known in city.departments.values() if known.active]
    offices: dict[str | None, list[DepartmentFacts]] = {}
    for known in active:
        offices.setdefault(known.parent_code, []).append(known)
    return [(head, offices.get(head.code, [])) for head in offices.get(None, [])]


@dataclass(frozen=True)
class MonthStep:
    """A month that the page can be turned to: its name, and both days for the address."""

    name: str
    since: str
    until: str


@dataclass(frozen=True)
class Slider:
    """Months from old to new, and the place of the one that is shown."""

    months: list[MonthStep]
    at: int

    def as_json(self) -> str:
        return json.dumps([asdict(month) for month in self.months], ensure_ascii=False)


def months(
    wanted: ComplaintFilter, city: CityFacts, words: Translator, now: datetime
) -> dict[str, MonthStep | None]:
    """The month `shown` (None when the span is no month), the one `before` and the one `after`.

    Without a month shown, `before` is the present one: the way into the months.
    """
    present = Month.of(now.astimezone(city.timezone).date())
    shown = whole_month(wanted, city.timezone)
    if shown is None:
        return {"before": _step(present, words), "shown": None, "after": None}
    after = shown.moved(1)
    return {
        "before": _step(shown.moved(-1), words) if shown.year > 1 else None,
        "shown": _step(shown, words),
        "after": _step(after, words) if after <= present else None,
    }


MONTHS_ON_THE_SLIDER = 24


def slider(wanted: ComplaintFilter, city: CityFacts, words: Translator, now: datetime) -> Slider:
    """The last two years by month, and which of them is shown (the present one for none)."""
    present = Month.of(now.astimezone(city.timezone).date())
    months = [present.moved(back) for back in range(1 - MONTHS_ON_THE_SLIDER, 1)]
    shown = whole_month(wanted, city.timezone)
    at = months.index(shown) if shown in months else len(months) - 1
    return Slider([_step(month, words) for month in months], at)


def _step(month: Month, words: Translator) -> MonthStep:
    name = format_skeleton("yMMMM", month.first, locale=words.locale)
    return MonthStep(name, month.first.isoformat(), month.last.isoformat())
