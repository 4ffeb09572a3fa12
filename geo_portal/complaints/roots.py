"""One digest a day over all that was sealed, for everybody to keep: who has it has a witness."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import LargeBinary, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from geo_portal.complaints.case_tables import DailyRoot, EventSeal
from geo_portal.database import AnyRow

ONE_DAY = timedelta(days=1)
# What was sealed just before midnight may be committed a little later.
SETTLED_AFTER = timedelta(hours=1)
AT_ONCE = 10_000


@dataclass(frozen=True)
class Recount:
    """What the seals of a day come to now."""

    root: bytes
    events: int
    last_event_id: int | None


def make_roots(session: Session, now: datetime) -> list[DailyRoot]:
    """Add the root of every past day (UTC) that has none, in order; days without events too."""
    return [make_root(session, day, now) for day in _days_without(session, now)]


def make_root(session: Session, day: date, now: datetime) -> DailyRoot:
    """Add the root of a day that is over; the day before must have its own already."""
    found = recount(session, day, root_before(session, day))
    made = DailyRoot(
        day=day,
        root=found.root,
        events=found.events,
        last_event_id=found.last_event_id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def root_before(session: Session, day: date) -> bytes:
    """The newest root of an earlier day; nothing before the first."""
    asked = select(DailyRoot.root).where(DailyRoot.day < day).order_by(DailyRoot.day.desc())
    return session.scalars(asked.limit(1)).first() or b""


def recount(session: Session, day: date, before: bytes) -> Recount:
    """SHA-256 over the root before and all seals of the day (UTC), in the order of the events."""
    digest, events, last = hashlib.sha256(before), 0, None
    for some in _seals_of(session, day):
        digest.update(some.seals)
        events, last = events + some.events, some.last
    return Recount(digest.digest(), events, last)


def roots(session: Session, *, limit: int | None = None) -> list[DailyRoot]:
    """The roots, newest first."""
    return list(session.scalars(select(DailyRoot).order_by(DailyRoot.day.desc()).limit(limit)))


def published(rows: Iterable[DailyRoot]) -> list[dict[str, object]]:
    """Roots as they are given away and kept."""
    return [
        {"day": row.day.isoformat(), "root": row.root.hex(), "events": row.events} for row in rows
    ]


def _seals_of(session: Session, day: date) -> Iterator[AnyRow]:
    """The seals of a day, some thousands joined together at a time: it may have millions."""
    begins = datetime.combine(day, time(), UTC)
    group = EventSeal.event_id // AT_ONCE
    in_order = aggregate_order_by(literal(b"", LargeBinary), EventSeal.event_id)
    asked = (
        select(
            func.max(EventSeal.event_id).label("last"),
            func.count().label("events"),
            func.string_agg(EventSeal.seal, in_order, type_=LargeBinary).label("seals"),
        )
        .where(EventSeal.sealed_at >= begins, EventSeal.sealed_at < begins + ONE_DAY)
        .group_by(group)
        .order_by(group)
    )
    yield from session.execute(asked, execution_options={"yield_per": 10})


def _days_without(session: Session, now: datetime) -> list[date]:
    last = session.scalar(select(func.max(DailyRoot.day)))
    first_sealed = None if last else session.scalar(select(func.min(EventSeal.sealed_at)))
    if last:
        first = last + ONE_DAY
    elif first_sealed:
        first = first_sealed.astimezone(UTC).date()
    else:
        return []
    days = ((now - SETTLED_AFTER).astimezone(UTC).date() - first).days
    return [first + ONE_DAY * number for number in range(days)]
