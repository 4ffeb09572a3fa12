"""The feed: what people report and what becomes of it, as cards, page by page by key."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from geoalchemy2.functions import ST_Covers
from sqlalchemy import ColumnElement, func, or_, select, tuple_, union
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.sessions import token_hash
from geo_portal.community.tables import Bookmark, Comment, Subscription, SupportCount
from geo_portal.complaints.case_tables import Evidence, Follower
from geo_portal.complaints.find import ComplaintFilter, listing
from geo_portal.complaints.tables import Complaint, Photo
from geo_portal.database import AnyRow, AnySelect
from geo_portal.errors import Invalid
from geo_portal.geometry import Box, LonLat

NEWEST, NEAR, MINE, FOLLOWING, SUPPORTED, FIXED = KINDS = (
    "newest",
    "near",
    "mine",
    "following",
    "supported",
    "fixed",
)
PER_PAGE = 12
NEAR_KM = 1.5
# Own areas may be small: the walk from the newest backwards has to end somewhere.
MINE_SINCE = timedelta(days=60)
KM_PER_DEGREE = 111.0


@dataclass(frozen=True)
class Reader:
    """Who looks: signed in or not, with the tokens that the browser holds."""

    person: Person | None = None
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """Which feed: one of `KINDS`; `near` is where the reader is, `narrowed` is checked."""

    kind: str = NEWEST
    near: LonLat | None = None
    narrowed: ComplaintFilter = field(default_factory=ComplaintFilter)


@dataclass(frozen=True)
class Card:
    """A row of `find.listing` and what a card shows beside it; `after_key` is a proved result."""

    row: AnyRow
    supports: int
    comments: int
    after_key: str | None


@dataclass(frozen=True)
class Page:
    """Some cards, and where the next ones begin; None at the end."""

    cards: list[Card]
    next_cursor: str | None


def feed(
    session: Session,
    wanted: Wanted,
    reader: Reader,
    now: datetime,
    *,
    cursor: str | None = None,
    limit: int = PER_PAGE,
) -> Page:
    """A page of a feed; private reports are in none. Raises `Invalid` for a foreign cursor.

    Every page costs the same, and a new report never shifts a card to the next page.
    """
    order = _ORDERS.get(wanted.kind, _BY_ARRIVAL)
    asked = _asked(wanted, reader, now)
    if cursor:
        asked = asked.where(tuple_(*order) < _read_cursor(cursor, wanted.kind))
    asked = asked.order_by(*(column.desc() for column in order)).limit(limit + 1)
    # The key of the page is read along, whatever it is.
    keys = (column.label(f"k{n}") for n, column in enumerate(order))
    rows = list(session.execute(asked.add_columns(*keys, _SUPPORTS, _COMMENTS)))
    more = len(rows) > limit
    cards = _cards(session, rows[:limit])
    last = rows[limit - 1] if more else None
    return Page(cards, cursor_of(wanted.kind, last.k0, last.k1) if last else None)


_Order = tuple[ColumnElement[object], ColumnElement[object]]
_BY_ARRIVAL: _Order = (Complaint.submitted_at, Complaint.id)  # type: ignore[assignment]
_ORDERS: dict[str, _Order] = {
    SUPPORTED: (SupportCount.number, SupportCount.complaint_id),  # type: ignore[dict-item]
    FIXED: (Complaint.closed_at, Complaint.id),  # type: ignore[dict-item]
    FOLLOWING: (Complaint.updated_at, Complaint.id),  # type: ignore[dict-item]
}


# Of the rows of one page alone: what a list shows is worked out once its limit is reached.
_SUPPORTS = (
    select(SupportCount.number)
    .where(SupportCount.complaint_id == Complaint.id)
    .correlate(Complaint)
    .scalar_subquery()
    .label("supports")
)
_COMMENTS = (
    select(func.count())
    .where(Comment.complaint_id == Complaint.id, Comment.state == "shown")
    .correlate(Complaint)
    .scalar_subquery()
    .label("comments")
)


def _asked(wanted: Wanted, reader: Reader, now: datetime) -> AnySelect:
    asked = listing().where(~Complaint.sensitive, *wanted.narrowed.conditions())
    if wanted.kind == SUPPORTED:
        asked = asked.join(SupportCount, SupportCount.complaint_id == Complaint.id)
        return asked.where(SupportCount.number > 0, Complaint.closed_at.is_(None))
    if wanted.kind == FIXED:
        asked = asked.where(Complaint.light == "done", Complaint.closed_at.is_not(None))
    # Who names an area means that one, wherever they are; both together would fit hardly anything.
    if wanted.kind in (NEAR, FIXED) and wanted.near and not wanted.narrowed.areas:
        asked = asked.where(*ComplaintFilter(box=around(wanted.near)).conditions())
    if wanted.kind == FOLLOWING:
        asked = asked.where(Complaint.id.in_(_followed(reader)))
    if wanted.kind == MINE:
        asked = asked.where(_in_own_areas(reader), Complaint.submitted_at > now - MINE_SINCE)
    if wanted.kind not in (FIXED, FOLLOWING):
        # What was joined with another is one card, the other's.
        asked = asked.where(Complaint.merged_into_id.is_(None))
    return asked


def around(place: LonLat) -> Box:
    """The box that “near me” means: `NEAR_KM` to each side; a degree shrinks to the poles."""
    lat = NEAR_KM / KM_PER_DEGREE
    lon = lat * 2 if abs(place.lat) > 45 else lat * 1.2
    return Box(place.lon - lon, place.lat - lat, place.lon + lon, place.lat + lat)


def _followed(reader: Reader) -> AnySelect:
    """What somebody reported, follows or keeps: by account, and by what the browser holds."""
    keys = [token_hash(token) for token in reader.tokens]
    active = Follower.confirmed_at.is_not(None) & Follower.left_at.is_(None)
    parts: list[AnySelect] = [
        select(Follower.complaint_id).where(Follower.token_hash.in_(keys), active),
        select(Complaint.id).where(Complaint.reporter_token_hash.in_(keys)),
    ]
    if reader.person is not None:
        mine = reader.person.id
        parts += [
            select(Follower.complaint_id).where(Follower.person_id == mine, active),
            select(Complaint.id).where(Complaint.reporter_id == mine),
            select(Bookmark.complaint_id).where(Bookmark.person_id == mine),
        ]
    return select(union(*parts).subquery())


def _in_own_areas(reader: Reader) -> ColumnElement[bool]:
    person_id = reader.person.id if reader.person else None
    wish = select(Subscription.id).where(
        Subscription.person_id == person_id,
        Subscription.left_at.is_(None),
        or_(
            Subscription.category_code.is_(None),
            Subscription.category_code == Complaint.category_code,
        ),
        or_(Subscription.shape.is_(None), ST_Covers(Subscription.shape, Complaint.point)),
    )
    return wish.exists()


def _cards(session: Session, rows: Sequence[AnyRow]) -> list[Card]:
    after = _results(session, [row.id for row in rows if row.light == "done"])
    return [Card(row, row.supports or 0, row.comments, after.get(row.id)) for row in rows]


def _results(session: Session, numbers: list[int]) -> dict[int, str]:
    """The newest photo of the result that has held up, by complaint."""
    if not numbers:
        return {}
    asked = (
        select(Photo.complaint_id, Photo.key)
        .join(Evidence, Evidence.photo_id == Photo.id)
        .where(Photo.complaint_id.in_(numbers), Evidence.accepted.is_(True))
        .where(~Photo.hidden)
        .order_by(Photo.position)
    )
    return dict(session.execute(asked).all())


def cursor_of(kind: str, first: datetime | int, number: int) -> str:
    """Where the page after a card begins: the two keys that its feed is ordered by."""
    key = first.isoformat() if isinstance(first, datetime) else first
    told = json.dumps([kind, key, number])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, kind: str) -> tuple[datetime | int, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        meant, first, number = json.loads(base64.urlsafe_b64decode(padded))
        key = int(first) if kind == SUPPORTED else datetime.fromisoformat(first)
        known = meant == kind and 0 <= int(number) < 2**63
        if not known or (isinstance(key, datetime) and key.tzinfo is None):
            raise ValueError("not a key of this feed")
        if isinstance(key, int) and not 0 <= key < 2**31:
            raise ValueError("nobody counts so far")
        return key, int(number)
    except (ValueError, TypeError, binascii.Error, UnicodeDecodeError):
        raise Invalid(
            "This page cursor is not one of ours; begin again without it.", field="cursor"
        ) from None
