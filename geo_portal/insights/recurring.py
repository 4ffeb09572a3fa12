"""Places where the same thing is reported again and again, and how long repairs there last."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from geoalchemy2.functions import ST_X, ST_Y, ST_Transform
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint
from geo_portal.geometry import LonLat

MONTHS = 9
_LOOKED_BACK = timedelta(days=274)
# A pin is rarely nearer than this to the hole it means.
REACH_M = 20.0
FEWEST = 3
MOST_SPOTS = 50
# The newest so many are looked at: a page must not read the history of a large city.
MOST_LOOKED_AT = 20_000


@dataclass(frozen=True)
class Spot:
    """One kind of problem at one place; `lasts` is the median from a fix to the next report.

    None where no report followed a fix. `codes` are the reports, newest first.
    """

    category: str
    place: LonLat
    count: int
    fixed: int
    open: int
    lasts: timedelta | None
    newest_at: datetime
    codes: tuple[str, ...]


def recurring_spots(
    session: Session, wanted: ComplaintFilter, city: CityFacts, now: datetime
) -> list[Spot]:
    """Spots of the filter with at least `FEWEST` reports in `MONTHS` months, most first.

    Reports of one kind belong together when a chain of steps of at most `REACH_M` metres joins
    them. `wanted` must have been `checked`; its time is not looked at, and sensitive reports are
    left out: a spot names a place.
    """
    seen = (
        select(
            Complaint.code,
            Complaint.category_code,
            Complaint.submitted_at,
            Complaint.closed_at,
            Complaint.light,
            Complaint.point,
        )
        .where(
            *replace(wanted, since=now - _LOOKED_BACK, until=None, lights=()).conditions(),
            ~Complaint.sensitive,
            Complaint.category_code.is_not(None),
            Complaint.status != "merged",
        )
        .order_by(Complaint.submitted_at.desc())
        .limit(MOST_LOOKED_AT)
        .cte("seen")
    )
    metres = ST_Transform(seen.c.point, city.metric_srid)
    spot = func.ST_ClusterDBSCAN(metres, REACH_M, FEWEST).over(partition_by=seen.c.category_code)
    near = select(seen, spot.label("spot")).cte("near")
    along = func.lag(near.c.closed_at).over(
        partition_by=(near.c.category_code, near.c.spot), order_by=near.c.submitted_at
    )
    was_fixed = func.lag(near.c.light).over(
        partition_by=(near.c.category_code, near.c.spot), order_by=near.c.submitted_at
    )
    told = (
        select(near, along.label("before_at"), was_fixed.label("before_light"))
        .where(near.c.spot.is_not(None))
        .cte("told")
    )
    lasted = func.extract("epoch", told.c.submitted_at - told.c.before_at)
    lasting = (told.c.before_light == "done") & (told.c.before_at < told.c.submitted_at)
    count = func.count().label("reports")
    rows = session.execute(
        select(
            told.c.category_code,
            func.avg(ST_X(told.c.point)).label("lon"),
            func.avg(ST_Y(told.c.point)).label("lat"),
            count,
            func.count().filter(told.c.light == "done").label("fixed"),
            func.count().filter(told.c.closed_at.is_(None)).label("open"),
            func.percentile_cont(0.5).within_group(lasted).filter(lasting).label("lasted_s"),
            func.max(told.c.submitted_at).label("newest_at"),
            func.array_agg(told.c.code).label("codes"),
        )
        .group_by(told.c.category_code, told.c.spot)
        .having(func.count() >= FEWEST)
        .order_by(count.desc(), func.max(told.c.submitted_at).desc())
        .limit(MOST_SPOTS)
    )
    return [
        Spot(
            row.category_code,
            LonLat(row.lon, row.lat),
            row.reports,
            row.fixed,
            row.open,
            None if row.lasted_s is None else timedelta(seconds=float(row.lasted_s)),
            row.newest_at,
            tuple(row.codes),
        )
        for row in rows
    ]
