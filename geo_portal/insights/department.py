"""What a department's dashboard shows: its figures, their course, and what waits longest."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from geo_portal.complaints.find import ComplaintFilter, listing
from geo_portal.complaints.tables import Complaint
from geo_portal.database import AnyRow
from geo_portal.insights.cells import counted
from geo_portal.insights.day_records import KINDS, records
from geo_portal.insights.figures_before import figures_before
from geo_portal.insights.kept_figures import answers, kept_figures
from geo_portal.insights.outcomes import Outcomes, outcomes
from geo_portal.insights.statistics import By, Figures, Span, first_of, statistics
from geo_portal.insights.survival import Curve

# What can still be told apart as columns of a chart.
_DAILY_UP_TO = timedelta(days=45)
_WEEKLY_UP_TO = timedelta(days=400)
_TIMED: tuple[By, ...] = ("category", "office", "area")


@dataclass(frozen=True)
class Dashboard:
    """A department in a span of time; `periods` are days, weeks or months, as `step` says.

    The times to a fix are those of the reports received in the span, as of `outcomes.as_of`.
    """

    whole: Figures
    by_category: list[Figures]
    by_office: list[Figures]
    by_area: dict[str, list[Figures]]
    step: By
    periods: list[Figures]
    outcomes: Outcomes
    until_now: bool = True
    last_is_over: bool = True

    @property
    def finished(self) -> list[Figures]:
        """The periods that are over: a week of two days would look like a fall."""
        return self.periods if self.last_is_over else self.periods[:-1]

    @property
    def open_course(self) -> list[int]:
        """How many were open at the end of each period; empty for a span that ended earlier."""
        if not self.until_now:
            return []
        still, course = self.whole.open, []
        for period in reversed(self.periods):
            course.append(still)
            still += period.fixed + period.unfixed - period.received
        return course[::-1]


def dashboard(session: Session, wanted: ComplaintFilter, span: Span, now: datetime) -> Dashboard:
    """The figures of the complaints `wanted`, which must have been `checked`, in whole days."""
    if not answers(wanted):
        return _dashboard(session, wanted, span, now)
    asked = ("dashboard", replace(wanted, since=None, until=None), span.first_day, span.last_day)
    return figures_before(session, asked, now, lambda: _dashboard(session, wanted, span, now))


def _dashboard(session: Session, wanted: ComplaintFilter, span: Span, now: datetime) -> Dashboard:
    step = step_of(span)
    groups: tuple[By, ...] = ("whole", "category", "office", "area", step)
    if answers(wanted):
        days = records(session, wanted, KINDS, span.first_day, span.last_day)
        found = kept_figures(session, wanted, span, now, groups, days)
        became = outcomes(session, wanted, span, now, _TIMED, days)
    else:
        found = statistics(session, wanted, span, now, groups)
        became = outcomes(session, wanted, span, now, _TIMED)
    by_area: dict[str, list[Figures]] = {}
    for area in _timed(found["area"], became.curves["area"]):
        by_area.setdefault(area.level or "", []).append(area)
    return Dashboard(
        whole=_with_times(next(iter(found["whole"]), Figures()), became.whole),
        by_category=_timed(found["category"], became.curves["category"]),
        by_office=_timed(found["office"], became.curves["office"]),
        by_area=by_area,
        step=step,
        periods=_without_gaps(found[step], step, span),
        outcomes=became,
        until_now=span.until >= now,
        last_is_over=_next(first_of(span.last_day, step), step) <= span.day_after,
    )


def _timed(found: list[Figures], curves: dict[Any, Curve]) -> list[Figures]:
    return [
        _with_times(one, curves.get((one.level, one.code) if one.level else one.code))
        for one in found
    ]


def _with_times(one: Figures, curve: Curve | None) -> Figures:
    half, p80, p90 = (curve.after(share) if curve else None for share in (0.5, 0.8, 0.9))
    return replace(one, median_s=_seconds(half), p80_s=_seconds(p80), p90_s=_seconds(p90))


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def step_of(span: Span) -> By:
    """The period by which a span is told: days, weeks or months."""
    if span.length <= _DAILY_UP_TO:
        return "day"
    return "week" if span.length <= _WEEKLY_UP_TO else "month"


def oldest_open(session: Session, wanted: ComplaintFilter, most: int) -> list[AnyRow]:
    """The complaints that have waited longest for a fix, whenever they were reported."""
    query = listing().where(
        *replace(wanted, since=None, until=None).conditions(), Complaint.closed_at.is_(None)
    )
    return list(session.execute(query.order_by(Complaint.submitted_at, Complaint.id).limit(most)))


def _without_gaps(periods: list[Figures], step: By, span: Span) -> list[Figures]:
    """The same with the periods in which nothing happened, from the first to the span's end."""
    if not periods:
        return []
    by_day = {one.code: one for one in periods}
    first = date.fromisoformat(min(code for code in by_day if code))
    if step != "month":
        first = min(first, first_of(span.since.astimezone(span.zone).date(), step))
    last = max(code for code in by_day if code)
    end = max(
        last, (span.until - timedelta(microseconds=1)).astimezone(span.zone).date().isoformat()
    )
    found = []
    while first.isoformat() <= end:
        found.append(by_day.get(first.isoformat(), Figures(first.isoformat())))
        first = _next(first, step)
    return found


def _next(day: date, step: By) -> date:
    if step == "month":
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day + timedelta(days=7 if step == "week" else 1)


_STANDING = counted("""
    SELECT slice, light, sum(n)::integer AS n FROM counted GROUP BY 1, 2
""")


@dataclass(frozen=True)
class Standing:
    """How many complaints a department has ever had, by where they stand."""

    waiting: int = 0
    progress: int = 0
    done: int = 0
    closed: int = 0

    @property
    def open(self) -> int:
        return self.waiting + self.progress


def standings(session: Session, codes: Iterable[str]) -> dict[str, Standing]:
    """The same for many departments and offices at once, from the kept counts."""
    slices = {f"department={code}": code for code in codes}
    found: dict[str, dict[str, int]] = {code: {} for code in slices.values()}
    asked = {"slices": list(slices), "grid": "whole", "west": 0, "east": 0, "north": 0, "south": 0}
    for row in session.execute(_STANDING, asked):
        found[slices[row.slice]][row.light] = row.n
    return {code: Standing(**by_light) for code, by_light in found.items()}
