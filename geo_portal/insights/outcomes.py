"""What became of the reports of a span, in time and quality."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.day_records import KINDS, Record, records
from geo_portal.insights.kept_figures import answers
from geo_portal.insights.kept_quality import Closed, kept_quality, kept_ratings
from geo_portal.insights.many_curves import WatchedDays, watched_days
from geo_portal.insights.quality import Quality, Rating, quality, ratings
from geo_portal.insights.statistics import By, Span
from geo_portal.insights.survival import Curve, Watched, watched

_PLACE: dict[By, int] = {"department": 0, "office": 1, "category": 2}


@dataclass(frozen=True)
class Outcomes:
    """`curves` by group and code, an area's by its level and code; `ratings` are to be added up."""

    whole: Curve
    curves: dict[By, dict[Any, Curve]]
    quality: Quality
    ratings: list[Rating]
    as_of: datetime


def outcomes(
    session: Session,
    wanted: ComplaintFilter,
    span: Span,
    now: datetime,
    groups: Sequence[By] = (),
    days: dict[str, Record] | None = None,
) -> Outcomes:
    """Times of the reports received in `span`, in each of `groups` too, and the quality of those
    closed in it.

    `wanted` must have been `checked`; its time and lights are not looked at. The days are those
    that were packed, unless only the reports themselves know what the filter asks; `days` are
    these where they are known already.
    """
    wanted = replace(wanted, since=None, until=None, lights=())
    if not answers(wanted):
        received = watched(session, replace(wanted, since=span.since, until=span.until), now)
        found = quality(session, wanted, span)
        curves = _curves(session, received, groups)
        return Outcomes(received.curve, curves, found, ratings(session, wanted, span), now)
    days = days or records(session, wanted, KINDS, span.first_day, span.last_day)
    closed, packed = Closed(days["closed"]), watched_days(days["received"], now)
    found = kept_quality(closed, days["reopened"])
    curves = _curves(session, packed, groups)
    return Outcomes(packed.curve, curves, found, kept_ratings(closed), now)


def _curves(
    session: Session, received: Watched | WatchedDays, groups: Sequence[By]
) -> dict[By, dict[Any, Curve]]:
    rows = session.execute(select(Jurisdiction.id, Jurisdiction.level, Jurisdiction.code))
    areas = {row.id: (row.level, row.code) for row in rows}
    return {
        by: received.by(_of(by) if by in _PLACE else lambda group: {areas[one] for one in group[3]})
        for by in groups
    }


def _of(by: By) -> Callable[[Any], tuple[Any]]:
    return lambda group: (group[_PLACE[by]],)
