"""The API's door to figures: how many complaints came, were fixed or wait, and how long it took."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from geo_portal import clock
from geo_portal.api.moments import Moment
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.errors import Invalid
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.insights.statistics import By, Figures, Span, statistics
from geo_portal.routing.reasons import category_name, department_name
from geo_portal.translation import Translator

router = APIRouter(prefix="/api/v1", tags=["statistics"])

USUAL = timedelta(days=90)
GroupedBy = Literal["department", "area", "category", "month"]

EXAMPLE: dict[str, Any] = {
    "since": "2026-04-01T00:00:00+00:00",
    "until": "2026-06-30T00:00:00+00:00",
    "as_of": "2026-06-30T00:00:00+00:00",
    "by": "department",
    "groups": [
        {
            "code": "LIGHT",
            "name": "Street Lighting",
            "received": 41,
            "resolved": 37,
            "closed_without_fix": 2,
            "open": 6,
            "overdue": 1,
            "median_s": 172800.0,
            "p80_s": 345600.0,
        }
    ],
}
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"example": EXAMPLE}}}
}


def _one(what: str, example: str) -> Any:
    return Query(max_length=100, description=f"Only of one {what}", examples=[example])


@router.get(
    "/statistics", summary="Figures by department, area, category or month", responses=ANSWER
)
def figures(
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    by: Annotated[GroupedBy, Query(description="What is counted together")] = "department",
    department: Annotated[str | None, _one("department or office, by code", "LIGHT")] = None,
    area: Annotated[str | None, _one("area, written level:code", "ward:W01")] = None,
    category: Annotated[str | None, _one("category, by code", "light.out")] = None,
    since: Annotated[
        Moment | None, Query(description="From this moment; usually 90 days before `until`")
    ] = None,
    until: Annotated[
        Moment | None, Query(description="Up to, not including, this moment; usually now")
    ] = None,
) -> dict[str, Any]:
    """Counts and times of the complaints received or closed in [since, until).

    `received`, `resolved` (as fixed) and `closed_without_fix` happened in that time; `open` and
    `overdue` are as of now, whenever they were reported (by month: of those received in it).
    `median_s` and `p80_s` are seconds from report to fix of those resolved in that time, null
    for fewer than five. An area's groups hold those of all levels.
    """
    now = clock.now()
    wanted = ComplaintFilter(
        departments=(department,) if department else (),
        areas=(area,) if area else (),
        categories=(category,) if category else (),
    ).checked(session, city)
    span = _span(since, until, city, now)
    groups = statistics(session, wanted, span, now, (by,))[by]
    return {
        "since": span.since.isoformat(),
        "until": span.until.isoformat(),
        "as_of": now.isoformat(timespec="seconds"),
        "by": by,
        "groups": [_group(one, by, city, words) for one in groups],
    }


def _span(since: datetime | None, until: datetime | None, city: CityFacts, now: datetime) -> Span:
    until = until or now
    # A time span may end in the year 1, before which there is no day to begin.
    earliest = datetime.min.replace(tzinfo=until.tzinfo)
    since = since or until - min(USUAL, until - earliest)
    if since > until:
        raise Invalid("The time span ends before it begins.", field="until")
    return Span(since, until, city.timezone)


def _group(one: Figures, by: By, city: CityFacts, words: Translator) -> dict[str, Any]:
    return {
        "code": f"{one.level}:{one.code}" if one.level else one.code,
        "name": _name(one, by, city, words),
        "received": one.received,
        "resolved": one.fixed,
        "closed_without_fix": one.unfixed,
        "open": one.open,
        "overdue": one.overdue,
        "median_s": one.median_s,
        "p80_s": one.p80_s,
    }


def _name(one: Figures, by: By, city: CityFacts, words: Translator) -> str:
    if by == "department":
        return department_name(city, one.code, words.gettext, words.lang)
    if by == "category":
        return category_name(city, one.code, words.gettext, words.lang)
    return one.name or (one.code or "")[: len("2026-06")]
