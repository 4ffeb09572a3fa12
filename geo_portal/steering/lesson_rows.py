"""What people put right, as labelled texts: corrections, contests that were heard, hand-overs."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.geometry import LonLat
from geo_portal.routing.surroundings import Occasion

# More are neither needed nor learnt from within minutes; the newest count.
MOST_LESSONS = 2_000
# What went right teaches as well: that it should stay so.
MOST_STEADY = 1_000


class Taught(NamedTuple):
    """A report's words, where and when it was sent, and what is right; `at` is when that was said.

    `steady` ones were decided by the classifier, closed, and nobody objected.
    """

    text: str
    label: str
    occasion: Occasion
    at: datetime
    steady: bool = False


@dataclass(frozen=True)
class Lessons:
    """Labelled texts, newest first: categories, and who takes what."""

    categories: list[Taught]
    departments: list[Taught]

    def put_right(self, since: datetime | None = None) -> list[Taught]:
        """The categories that somebody put right, of those said after `since`."""
        return [
            one for one in self.categories if not one.steady and (since is None or one.at > since)
        ]


def lessons(session: Session, city: CityFacts, now: datetime) -> Lessons:
    """Everything there is to learn from until `now`, once per report.

    A contest counts when a person has looked at the report since, whatever they decided: anybody
    may contest, and nobody outside teaches the classifier alone.
    """
    right = _rows(session, city, _CORRECTED, MOST_LESSONS, now)
    steady = _rows(session, city, _STEADY, MOST_STEADY, now, steady=True)
    owners = _rows(session, city, _HANDED_OVER, MOST_LESSONS, now)
    return Lessons(
        [one for one in [*right, *steady] if one.label in city.open_categories],
        [one for one in owners if one.label in city.departments],
    )


def _rows(
    session: Session, city: CityFacts, query: str, limit: int, now: datetime, steady: bool = False
) -> list[Taught]:
    found = session.execute(text(query), {"limit": limit, "now": now})
    return [
        Taught(
            row.description,
            row.label,
            Occasion(LonLat(row.lon, row.lat), row.submitted_at.astimezone(city.timezone)),
            row.at,
            steady,
        )
        for row in found
    ]


_WHAT = """
    complaints.description, ST_X(complaints.point) AS lon, ST_Y(complaints.point) AS lat,
    complaints.submitted_at
"""
# Rejected reports may say anything at all.
_CORRECTED = f"""
    SELECT * FROM (
        SELECT DISTINCT ON (complaints.id) {_WHAT}, complaints.category_code AS label, lessons.at
        FROM lessons
        JOIN complaints ON complaints.id = lessons.complaint_id
        WHERE complaints.category_code IS NOT NULL AND complaints.status <> 'rejected'
            AND lessons.at <= :now
            AND (lessons.kind = 'correction' OR lessons.kind = 'contest' AND EXISTS (
                SELECT FROM events
                WHERE events.complaint_id = complaints.id AND events.kind = 'triaged'
                    AND events.by = 'department' AND events.at >= lessons.at
            ))
        ORDER BY complaints.id, lessons.at DESC
    ) AS newest
    ORDER BY at DESC LIMIT :limit
"""  # noqa: S608 — all parts are our own words
_STEADY = f"""
    SELECT {_WHAT}, complaints.category_code AS label, complaints.closed_at AS at
    FROM complaints
    WHERE complaints.closed_at <= :now AND complaints.light = 'done'
        AND complaints.category_by = 'classifier' AND complaints.category_code IS NOT NULL
        AND NOT EXISTS (SELECT FROM lessons WHERE lessons.complaint_id = complaints.id)
    ORDER BY complaints.closed_at DESC LIMIT :limit
"""  # noqa: S608 — as above
_HANDED_OVER = f"""
    SELECT * FROM (
        SELECT DISTINCT ON (complaints.id)
            {_WHAT}, complaints.department_code AS label, lessons.at
        FROM lessons
        JOIN complaints ON complaints.id = lessons.complaint_id
        WHERE complaints.department_code IS NOT NULL AND complaints.status <> 'rejected'
            AND lessons.at <= :now AND lessons.kind = 'transfer'
        ORDER BY complaints.id, lessons.at DESC
    ) AS newest
    ORDER BY at DESC LIMIT :limit
"""  # noqa: S608 — as above
