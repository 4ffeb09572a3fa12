"""What became of the reports of each cell: how long a fix takes, and how content people are."""

import math
from datetime import datetime
from typing import Any

from geoalchemy2.functions import ST_Transform
from sqlalchemy import CTE, Float, Integer, case, cast, func, select
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.case_tables import Feedback
from geo_portal.complaints.figures import FEWEST_FOR_A_MEDIAN
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint
from geo_portal.insights.heat_grid import numbers_of
from geo_portal.insights.heat_method import HeatMethod
from geo_portal.insights.heatmap import HeatCell

_DAY_S = 86_400
# 95 % of a normal distribution lie within so many standard deviations.
_Z = 1.959964
# A share that may be wrong by more than this says little.
_WIDEST = 0.25


def located(
    wanted: ComplaintFilter, city: CityFacts, method: HeatMethod, most: int, *columns: Any
) -> CTE:
    """At most `most` complaints, newest first, with x and y of their cell; no sensitive ones."""
    looked_at = (
        select(ST_Transform(Complaint.point, city.metric_srid).label("at"), *columns)
        .where(*wanted.conditions(), ~Complaint.sensitive)
        .order_by(Complaint.submitted_at.desc())
        .limit(most)
        .cte("looked_at")
    )
    x, y = numbers_of(method.shape, method.cell_m, looked_at.c.at)
    return select(looked_at, x.label("x"), y.label("y")).cte("located")


def days_until_fixed(
    session: Session,
    wanted: ComplaintFilter,
    city: CityFacts,
    now: datetime,
    method: HeatMethod,
    most: int,
) -> tuple[list[HeatCell], bool]:
    """The median days from report to fix per cell by Kaplan-Meier, and whether all were seen.

    Open reports, and those closed without a fix, count as "not fixed until then". Where half
    are not fixed yet, the longest wait so far stands instead; that and cells of fewer than
    `FEWEST_FOR_A_MEDIAN` fixes are unsure.
    """
    ended = func.coalesce(Complaint.closed_at, now)
    took = func.greatest(func.extract("epoch", ended - Complaint.submitted_at), 0)
    fixed = (Complaint.light == "done").label("fixed")
    seen = located(wanted, city, method, most, cast(took, Float).label("took_s"), fixed)
    cells, looked_at = [], 0
    for row in session.execute(_medians(seen)):
        looked_at += row.n
        value_s = row.longest_s if row.median_s is None else row.median_s
        unsure = row.median_s is None or row.fixes < FEWEST_FOR_A_MEDIAN
        cells.append(HeatCell(row.x, row.y, row.n, value_s / _DAY_S, unsure=unsure))
    return cells, looked_at < most


def _medians(seen: CTE) -> Any:
    place = (seen.c.x, seen.c.y)
    fixes = func.count().filter(seen.c.fixed)
    steps = (
        select(*place, seen.c.took_s, func.count().label("n"), fixes.label("fixes"))
        .group_by(*place, seen.c.took_s)
        .cte("steps")
    )
    at = (steps.c.x, steps.c.y)
    # Still unfixed just before this moment: all that ended then or later.
    at_risk = func.sum(steps.c.n).over(partition_by=at, order_by=steps.c.took_s.desc())
    risks = select(steps, cast(at_risk, Float).label("at_risk")).cte("risks")
    stays = func.ln(func.greatest(1 - risks.c.fixes / risks.c.at_risk, 1e-12))
    running = func.sum(stays).over(partition_by=(risks.c.x, risks.c.y), order_by=risks.c.took_s)
    lived = select(risks, running.label("log_unfixed")).cte("lived")
    half_fixed = lived.c.log_unfixed <= math.log(0.5) + 1e-9
    return select(
        lived.c.x,
        lived.c.y,
        cast(func.sum(lived.c.n), Integer).label("n"),
        cast(func.sum(lived.c.fixes), Integer).label("fixes"),
        func.min(case((half_fixed, lived.c.took_s))).label("median_s"),
        func.max(lived.c.took_s).label("longest_s"),
    ).group_by(lived.c.x, lived.c.y)


def satisfaction(
    session: Session, wanted: ComplaintFilter, city: CityFacts, method: HeatMethod, most: int
) -> tuple[list[HeatCell], bool]:
    """The per cent of answers that say "satisfied" per cell, with Wilson's 95 % interval.

    Only answers that count for ratings; a wide interval is unsure. Also whether all were seen.
    """
    seen = located(wanted, city, method, most, Complaint.id)
    happy = func.count().filter(Feedback.satisfied.is_(True))
    rows = session.execute(
        select(seen.c.x, seen.c.y, func.count().label("n"), happy.label("happy"))
        .join(Feedback, Feedback.complaint_id == seen.c.id)
        .where(Feedback.counted, Feedback.satisfied.is_not(None))
        .group_by(seen.c.x, seen.c.y)
    )
    cells = [_content(*row) for row in rows]
    looked_at = session.scalar(select(func.count()).select_from(seen)) or 0
    return cells, looked_at < most


def _content(x: int, y: int, n: int, happy: int) -> HeatCell:
    low, high = wilson(happy, n)
    unsure = n < FEWEST_FOR_A_MEDIAN or (high - low) / 2 > _WIDEST
    return HeatCell(x, y, n, 100 * happy / n, 100 * low, 100 * high, unsure)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share, which holds also for none, for all and for few."""
    middle = (hits + _Z**2 / 2) / (of + _Z**2)
    half = _Z / (of + _Z**2) * math.sqrt(hits * (of - hits) / of + _Z**2 / 4)
    return max(0.0, middle - half), min(1.0, middle + half)
