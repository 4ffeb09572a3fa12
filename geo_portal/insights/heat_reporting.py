"""Adjusts counts for who reports: repeats of a known problem reveal how readily people report.

After Liu, Bhandaram and Garg, arXiv:2204.08620. How many problems there are and how many of them
are reported cannot be told apart by counts. But once a problem is known to be there, each repeat
of it was made at the rate at which people of that area report, and that rate can be counted.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from geoalchemy2.functions import ST_X, ST_Y
from scipy.stats import gamma
from sqlalchemy import Float, case, cast, func, select
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint
from geo_portal.database import AnyRow, AnySelect
from geo_portal.insights.heat_lived import located
from geo_portal.insights.heat_method import HeatMethod
from geo_portal.insights.heatmap import HeatCell

# Reports of one kind within one such square, while the first is open, are about one problem.
SAME_SPOT_M = 50
# Of a problem that stays this long it is asked how likely somebody is to report it.
STAYS_DAYS = 30
_WIDEST_TIMES = 2.0
_FEWEST = 5
# How strongly an area with few repeats is drawn to the rate of the whole city, in repeats.
_PRIOR_REPEATS = 5.0
_SURE_OF = 0.90


@dataclass(frozen=True)
class ReportingRate:
    """Repeats per problem and day of one area: likeliest, and the 90 % interval."""

    rate: float
    low: float
    high: float

    @staticmethod
    def share_reported(per_day: float) -> float:
        """The part of problems that somebody reports within `STAYS_DAYS`."""
        return float(-np.expm1(-per_day * STAYS_DAYS))


def adjusted(
    session: Session,
    wanted: ComplaintFilter,
    city: CityFacts,
    now: datetime,
    method: HeatMethod,
    most: int,
) -> tuple[list[HeatCell], bool]:
    """Estimated problems per cell, reported or not, with 90 % interval; whether all were seen.

    Unsure where the interval's ends differ by more than twice, or fewer than five problems are
    known. Without any repeat in the whole choice there is nothing to estimate from: no cells.
    """
    rows = list(session.execute(_problems(wanted, city, now, method, most)))
    rates = rates_by_area(rows)
    if not rates:
        return [], True
    cells: dict[tuple[int, int], list[tuple[int, ReportingRate]]] = {}
    for row in rows:
        if row.problems:
            cells.setdefault((row.x, row.y), []).append((row.problems, rates[row.area_id]))
    made = [_estimated(x, y, parts) for (x, y), parts in cells.items()]
    return made, sum(row.reports for row in rows) < most


def rates_by_area(rows: list[AnyRow]) -> dict[int | None, ReportingRate]:
    """The rate of each area, drawn to the city's where it has seen few repeats."""
    repeats: dict[int | None, float] = {}
    days: dict[int | None, float] = {}
    for row in rows:
        repeats[row.area_id] = repeats.get(row.area_id, 0) + row.repeats
        days[row.area_id] = days.get(row.area_id, 0) + row.days
    if not sum(repeats.values()) or not sum(days.values()):
        return {}
    of_city = sum(repeats.values()) / sum(days.values())
    found = {}
    for area_id, known in repeats.items():
        shape = known + _PRIOR_REPEATS
        rate = days[area_id] + _PRIOR_REPEATS / of_city
        low, high = gamma.interval(_SURE_OF, shape, scale=1 / rate)
        found[area_id] = ReportingRate(shape / rate, float(low), float(high))
    return found


def _estimated(x: int, y: int, parts: list[tuple[int, ReportingRate]]) -> HeatCell:
    def sum_at(end: str) -> float:
        return sum(
            known / ReportingRate.share_reported(getattr(rate, end)) for known, rate in parts
        )

    known = sum(problems for problems, _ in parts)
    # A low rate means that much stays unreported, so the ends swap.
    low, high = sum_at("high"), sum_at("low")
    unsure = known < _FEWEST or high > low * _WIDEST_TIMES
    return HeatCell(x, y, known, sum_at("rate"), low, high, unsure)


def _problems(
    wanted: ComplaintFilter, city: CityFacts, now: datetime, method: HeatMethod, most: int
) -> AnySelect:
    """Per cell and finest area: reports, problems, their repeats and the days they were open."""
    ids = Complaint.jurisdiction_ids
    seen = located(
        wanted,
        city,
        method,
        most,
        Complaint.id,
        Complaint.category_code,
        Complaint.submitted_at,
        func.coalesce(Complaint.closed_at, now).label("ended_at"),
        ids[func.cardinality(ids)].label("area_id"),
        Complaint.merged_into_id.is_not(None).label("is_repeat"),
    )
    spot = (
        seen.c.category_code,
        func.floor(ST_X(seen.c.at) / SAME_SPOT_M),
        func.floor(ST_Y(seen.c.at) / SAME_SPOT_M),
    )
    in_turn = (seen.c.submitted_at, seen.c.id)
    earlier = func.max(seen.c.ended_at).over(partition_by=spot, order_by=in_turn, rows=(None, -1))
    told = select(seen, earlier.label("open_until")).cte("told")
    is_new = ~told.c.is_repeat & (
        told.c.open_until.is_(None) | (told.c.open_until <= told.c.submitted_at)
    )
    open_days = func.extract("epoch", told.c.ended_at - told.c.submitted_at) / 86_400
    return select(
        told.c.x,
        told.c.y,
        told.c.area_id,
        func.count().label("reports"),
        func.count().filter(is_new).label("problems"),
        func.count().filter(~is_new).label("repeats"),
        cast(func.sum(case((is_new, func.greatest(open_days, 0)), else_=0)), Float).label("days"),
    ).group_by(told.c.x, told.c.y, told.c.area_id)
