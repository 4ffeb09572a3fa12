"""What changed since: the public events in order, a page at a time, with a cursor to go on from."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.complaints.tables import Complaint, Event
from geo_portal.errors import Invalid

MOST_PER_PAGE = 1_000
# Numbers are given before a transaction ends, so a later number may show first. What is older
# than a transaction can be has no gap behind it.
SETTLED_AFTER = timedelta(seconds=20)


@dataclass(frozen=True)
class Change:
    """A public event: of which report, what kind, when, by which side, at which office."""

    id: int
    code: str
    kind: str
    at: datetime
    by: str
    office: str | None
    status: str


@dataclass(frozen=True)
class ChangePage:
    """Changes in order; `next` is the cursor behind the last of them, also when there are none."""

    changes: list[Change]
    next: str
    more: bool


def changes_since(session: Session, cursor: str | None, limit: int, now: datetime) -> ChangePage:
    """The public events behind `cursor`, from the very first without one.

    Events of the last seconds wait for the next call, so that none is ever passed over. `status`
    is the report's present one. Raises `Invalid` for a cursor that this feed did not give.
    """
    after = _read(cursor)
    asked = (
        select(
            *(Event.id, Complaint.code, Event.kind, Event.at, Event.by, Event.office_code),
            Complaint.status,
        )
        .join(Complaint, Complaint.id == Event.complaint_id)
        .where(Event.id > after, ~Event.internal, Event.at <= now - SETTLED_AFTER)
        .order_by(Event.id)
        .limit(limit + 1)
    )
    rows = [Change(*row) for row in session.execute(asked)]
    page = rows[:limit]
    return ChangePage(page, str(page[-1].id if page else after), len(rows) > limit)


def _read(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 18:
        raise Invalid("This cursor is not one that the feed gave.", field="cursor")
    return int(cursor)
