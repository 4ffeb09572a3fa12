"""What everybody may see of a complaint; for sensitive categories neither words nor place."""

from dataclasses import dataclass
from datetime import datetime

from geo_portal.database import AnyRow
from geo_portal.geometry import LonLat


@dataclass(frozen=True)
class PublicComplaint:
    """A complaint as strangers see it; `description` and `place` are None when withheld."""

    code: str
    description: str | None
    place: LonLat | None
    accuracy_m: float | None
    category: str | None
    department: str | None
    office: str | None
    status: str
    outcome: str | None
    light: str
    sensitive: bool
    submitted_at: datetime
    respond_by: datetime | None
    due_at: datetime | None
    paused_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime
    photo_key: str | None
    area_ids: tuple[int, ...]

    def is_overdue(self, now: datetime) -> bool:
        """Open, and past the moment by which it should have been mended.

        While it waits for somebody the clock stands still.
        """
        hand = self.paused_at or now
        return self.closed_at is None and self.due_at is not None and self.due_at < hand


def public(row: AnyRow) -> PublicComplaint:
    """The public side of a row of `complaints.find.listing`."""
    hidden = row.sensitive
    return PublicComplaint(
        code=row.code,
        description=None if hidden else row.public_words,
        place=None if hidden else LonLat(row.lon, row.lat),
        accuracy_m=None if hidden else row.accuracy_m,
        category=row.category_code,
        department=row.department_code,
        office=row.office_code,
        status=row.status,
        outcome=row.outcome,
        light=row.light,
        sensitive=hidden,
        submitted_at=row.submitted_at,
        respond_by=row.respond_by,
        due_at=row.due_at,
        paused_at=row.paused_at,
        closed_at=row.closed_at,
        updated_at=row.updated_at,
        photo_key=None if hidden else row.photo_key,
        area_ids=tuple(row.jurisdiction_ids),
    )
