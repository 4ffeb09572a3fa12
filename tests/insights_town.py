"""Complaints for tests of maps and figures, put straight into the tiny town."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
_numbers = itertools.count(1)

_INSERT = text("""
    INSERT INTO complaints (code, description, point, edition_id, jurisdiction_ids, category_code,
        department_code, office_code, status, sensitive, submitted_at, due_at, closed_at,
        updated_at)
    SELECT :code, :description, pin, edition.id,
        ARRAY(SELECT area.id FROM jurisdictions AS area JOIN levels ON levels.code = area.level
              WHERE area.edition_id = edition.id AND ST_Covers(area.border, pin)
              ORDER BY levels.rank),
        :category, coalesce(:department, (SELECT department_code FROM categories
                                          WHERE code = :category)),
        :office, :status,
        coalesce((SELECT sensitive FROM categories WHERE code = :category), false),
        :at, :due_at, :closed_at, :at
    FROM (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS pin) AS place,
         (SELECT id FROM editions WHERE status = 'active') AS edition
""")


def complaint(
    session: Session,
    place: tuple[float, float],
    *,
    category: str | None = "road.pothole",
    department: str | None = None,
    office: str | None = None,
    status: str = "submitted",
    at: datetime = NOON,
    fixed_after: timedelta | None = None,
    due_after: timedelta | None = timedelta(days=3),
    description: str = "A hole in the road",
) -> str:
    """File one as it would be after routing; gives its code."""
    values: dict[str, Any] = {
        "code": f"N{next(_numbers):07d}",
        "lon": place[0],
        "lat": place[1],
        "category": category,
        "department": department,
        "office": office,
        "status": "resolved" if fixed_after else status,
        "at": at,
        "due_at": at + due_after if due_after else None,
        "closed_at": at + fixed_after if fixed_after else None,
        "description": description,
    }
    session.execute(_INSERT, values)
    return str(values["code"])
