"""What became of the reports of a span, in time and quality; kept an hour where many were read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.hourly import for_the_hour
from geo_portal.insights.quality import Quality, quality
from geo_portal.insights.statistics import By, Span
from geo_portal.insights.survival import Curve, watched

# Reading this many reports takes longer than a page should; fewer are read anew each time.
MANY = 1_500
_PLACE: dict[By, int] = {"department": 0, "office": 1, "category": 2}


@dataclass(frozen=True)
class Outcomes:
    """`curves` by group and code, an area's by its level and code; true `as_of` that moment."""

    whole: Curve
    curves: dict[By, dict[Any, Curve]]
    quality: Quality
    as_of: datetime


def outcomes(session: Session, wanted: ComplaintFilter, span: Span, now: datetime) -> Outcomes:
    """Times of the reports received in `span`, quality of those closed in it, by group.

    `wanted` must have been `checked`. What was read from many reports may be up to an hour old.
    """
    wanted = replace(wanted, since=None, until=None, lights=())
    return for_the_hour(
        session,
        ("outcomes", wanted, span.first_day, span.last_day),
        now,
        lambda: _found(session, wanted, span, now),
        lambda found: found.whole.known + found.quality.answered.of >= MANY,
    )


def _found(session: Session, wanted: ComplaintFilter, span: Span, now: datetime) -> Outcomes:
    received = watched(session, replace(wanted, since=span.since, until=span.until), now)
    rows = session.execute(select(Jurisdiction.id, Jurisdiction.level, Jurisdiction.code))
    areas = {row.id: (row.level, row.code) for row in rows}
    curves: dict[By, dict[Any, Curve]] = {
        "area": received.by(lambda group: {areas[one] for one in group[3]})
    }
    for by, place in _PLACE.items():
        curves[by] = received.by(_at(place))
    return Outcomes(received.curve, curves, quality(session, wanted, span), now)


def _at(place: int) -> Callable[[Any], tuple[Any]]:
    return lambda group: (group[place],)
