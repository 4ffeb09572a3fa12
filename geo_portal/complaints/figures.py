"""Three honest figures and the latest fixes: what a home page or an area page tells at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.database import AnyRow

# Fewer than this say nothing about what is usual.
FEWEST_FOR_A_MEDIAN = 5


@dataclass(frozen=True)
class Figures:
    """Counts for a span of time; `usual_time` is the median from report to fix, None if unknown."""

    reported: int
    fixed: int
    open_now: int
    usual_time: timedelta | None


# Each count by itself, so that each can be read from an index of its own: newest first for what
# was reported, the one of open complaints for those.
_OF_THE_CITY = text("""
    SELECT
        (SELECT count(*) FROM complaints WHERE submitted_at >= :since) AS reported,
        (SELECT count(*) FROM complaints WHERE closed_at IS NULL) AS open_now,
        fixes.*
    FROM (
        SELECT count(*) AS fixed,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY closed_at - submitted_at) AS usual_time
        FROM complaints
        WHERE light = 'done' AND closed_at >= :since
    ) AS fixes
""")

# The index of areas finds an area's complaints, which are then looked at once.
_OF_AREAS = text("""
    SELECT
        count(*) FILTER (WHERE submitted_at >= :since) AS reported,
        count(*) FILTER (WHERE light = 'done' AND closed_at >= :since) AS fixed,
        count(*) FILTER (WHERE closed_at IS NULL) AS open_now,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY closed_at - submitted_at)
            FILTER (WHERE light = 'done' AND closed_at >= :since) AS usual_time
    FROM complaints
    WHERE jurisdiction_ids && CAST(:area_ids AS integer[])
      AND (submitted_at >= :since OR closed_at >= :since OR closed_at IS NULL)
""")

_FIXED = text("""
    SELECT complaint.code, complaint.category_code, complaint.closed_at, complaint.submitted_at,
           complaint.jurisdiction_ids,
           (SELECT key FROM photos WHERE complaint_id = complaint.id AND kind = 'report'
              AND NOT hidden ORDER BY position LIMIT 1) AS before_key,
           (SELECT key FROM photos JOIN evidence ON evidence.photo_id = photos.id
            WHERE photos.complaint_id = complaint.id AND evidence.accepted
              AND NOT photos.hidden ORDER BY position DESC LIMIT 1) AS after_key
    FROM complaints AS complaint
    WHERE complaint.light = 'done' AND complaint.closed_at >= :since AND NOT complaint.sensitive
    ORDER BY (EXISTS (SELECT FROM photos WHERE complaint_id = complaint.id)) DESC,
             complaint.closed_at DESC
    LIMIT :most
""")


def figures(
    session: Session, now: datetime, *, days: int = 30, area_ids: Sequence[int] | None = None
) -> Figures:
    """What was reported and fixed in the last `days`, in the whole city or in some areas."""
    since = now - timedelta(days=days)
    if area_ids is None:
        row = session.execute(_OF_THE_CITY, {"since": since}).one()
    else:
        row = session.execute(_OF_AREAS, {"since": since, "area_ids": list(area_ids)}).one()
    known = row.fixed >= FEWEST_FOR_A_MEDIAN
    return Figures(row.reported, row.fixed, row.open_now, row.usual_time if known else None)


def fixed_lately(session: Session, now: datetime, *, days: int = 7, most: int = 4) -> list[AnyRow]:
    """The latest fixes, those with photos first; sensitive ones are left out."""
    return list(session.execute(_FIXED, {"since": now - timedelta(days=days), "most": most}))
