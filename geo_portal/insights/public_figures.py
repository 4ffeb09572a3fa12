"""What everybody may hold against the city: figures by department and area, and how sure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.day_records import KINDS, records
from geo_portal.insights.figures_before import figures_before
from geo_portal.insights.intervals import Share
from geo_portal.insights.kept_figures import kept_figures
from geo_portal.insights.outcomes import Outcomes, outcomes
from geo_portal.insights.quality import Rating
from geo_portal.insights.statistics import By, Figures, Span
from geo_portal.insights.survival import Curve


@dataclass(frozen=True)
class Line:
    """A department or an area; `answered` of the closed ones said how `satisfied` they were."""

    figures: Figures
    curve: Curve | None
    satisfied: Share
    answered: Share

    @property
    def solved(self) -> Share:
        """The fixed ones of all that were closed."""
        return Share(self.figures.fixed, self.figures.fixed + self.figures.unfixed)


@dataclass(frozen=True)
class PublicFigures:
    """`by_area` has the lines of each level; true `as_of` that moment."""

    whole: Line
    by_department: list[Line]
    by_area: dict[str, list[Line]]
    as_of: datetime


def public_figures(
    session: Session, wanted: ComplaintFilter, span: Span, now: datetime
) -> PublicFigures:
    """The figures of `span` for a filter that must have been `checked`."""
    asked = ("public", wanted.categories, span.first_day, span.last_day)
    return figures_before(session, asked, now, lambda: _found(session, wanted, span, now))


def _found(session: Session, wanted: ComplaintFilter, span: Span, now: datetime) -> PublicFigures:
    days = records(session, wanted, KINDS, span.first_day, span.last_day)
    groups: tuple[By, ...] = ("department", "area")
    counts = kept_figures(session, wanted, span, now, ("whole", *groups), days)
    became = outcomes(session, wanted, span, now, groups, days)
    rated = became.ratings
    areas = _areas(session)

    def areas_of(one: Rating) -> Iterable[Any]:
        return {areas[area] for area in one.area_ids}

    of_department = _added(rated, lambda one: (one.department_code,))
    of_area = _added(rated, areas_of)
    by_area: dict[str, list[Line]] = {}
    for one in counts["area"]:
        key = (one.level, one.code)
        by_area.setdefault(one.level or "", []).append(_line(one, key, became, of_area, "area"))
    return PublicFigures(
        _line(counts["whole"][0], None, became, _added(rated, lambda _: (None,)), "whole"),
        [_line(one, one.code, became, of_department, "department") for one in counts["department"]],
        by_area,
        became.as_of,
    )


def _areas(session: Session) -> dict[int, tuple[str, str]]:
    rows = session.execute(select(Jurisdiction.id, Jurisdiction.level, Jurisdiction.code))
    return {row.id: (row.level, row.code) for row in rows}


_Sums = dict[Any, tuple[int, int, int]]


def _added(rated: list[Rating], keys: Callable[[Rating], Iterable[Any]]) -> _Sums:
    sums: _Sums = {}
    for one in rated:
        for key in keys(one):
            closed, said, satisfied = sums.get(key, (0, 0, 0))
            sums[key] = (closed + one.closed, said + one.rated, satisfied + one.satisfied)
    return sums


def _line(one: Figures, key: Any, became: Outcomes, sums: _Sums, by: Any) -> Line:
    closed, rated, satisfied = sums.get(key, (0, 0, 0))
    curve = became.whole if by == "whole" else became.curves[by].get(key)
    return Line(one, curve, Share(satisfied, rated), Share(rated, closed))
