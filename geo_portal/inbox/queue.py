"""The queue of an officer or head: what is most urgent first, a page at a time."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Subquery, and_, select, true, tuple_, union
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.tables import Account
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import listing
from geo_portal.complaints.tables import Complaint
from geo_portal.database import AnyRow, AnySelect
from geo_portal.errors import Invalid
from geo_portal.inbox.filters import QueueFilter
from geo_portal.inbox.reach import Branch, branches, may_work_on

PER_PAGE = 30
# Words are looked for in so many of the most urgent before their index is asked. A word that
# fills no page there is rare enough for the index: what stands in every text would be slow.
LOOKED_THROUGH = 400


@dataclass(frozen=True)
class QueuePage:
    """Some cases, most urgent first, and where the next ones begin (None at the end)."""

    rows: list[AnyRow]
    next_cursor: str | None


@dataclass(frozen=True)
class _Place:
    """After which row a page begins: its part of the queue, and its key in there."""

    part: int
    due_at: datetime | None = None
    id: int = 0


def page_of(
    session: Session,
    city: CityFacts,
    who: Person,
    wanted: QueueFilter,
    now: datetime,
    *,
    cursor: str | None = None,
    limit: int = PER_PAGE,
) -> QueuePage:
    """The person's open cases that `wanted` (which is `checked`) lets through.

    Urgent ones come first, then by due date. Each department's part is read in order from an
    index and no further than the page needs, so the cost does not grow with the number of
    complaints.
    """
    held = branches(session, city, who)
    begin = _read_cursor(cursor) if cursor else _Place(0)
    rows: list[AnyRow] = []
    conditions = wanted.conditions(who, now)
    for part in range(begin.part, len(_PARTS)):
        if len(rows) > limit or not held:
            break
        after = begin if cursor and part == begin.part else None
        every = [Complaint.closed_at.is_(None), *_PARTS[part], *conditions]
        if after:
            every.append(_later_than(after))
        keys = _keys(session, held, every, limit + 1 - len(rows), wanted)
        rows += session.execute(_details(keys))
    more = len(rows) > limit
    return QueuePage(rows[:limit], _cursor(rows[limit - 1]) if more else None)


# The queue's parts, one after the other: each is one walk along an index.
_PARTS: tuple[list[ColumnElement[bool]], ...] = (
    [Complaint.urgent == true()],
    [~Complaint.urgent, Complaint.due_at.is_not(None)],
    [~Complaint.urgent, Complaint.due_at.is_(None)],
)


def _keys(
    session: Session,
    held: list[Branch],
    every: list[ColumnElement[bool]],
    limit: int,
    wanted: QueueFilter,
) -> Subquery:
    """Number and due date of the next cases of all branches together."""
    has_words = wanted.has_words()
    if has_words is None:
        return _first(held, every, limit, wanted)
    near = _first(held, every, LOOKED_THROUGH, wanted)
    looked_at = session.execute(
        select(near.c.id, has_words.label("fits"))
        .join(Complaint, Complaint.id == near.c.id)
        .order_by(near.c.due_at, near.c.id)
    ).all()
    ids = [row.id for row in looked_at if row.fits][:limit]
    if len(ids) == limit or len(looked_at) < LOOKED_THROUGH:
        return select(Complaint.id, Complaint.due_at).where(Complaint.id.in_(ids)).subquery("keys")
    return _first_with(has_words, held, every, limit)


def _first(
    held: list[Branch], every: list[ColumnElement[bool]], limit: int, wanted: QueueFilter
) -> Subquery:
    """The soonest due, by walks along the indexes of due dates."""
    if wanted.holder == "mine":
        # The index on the assignee is narrower than any department's.
        mine = select(Complaint.id, Complaint.due_at).where(*every, may_work_on(held))
        return mine.order_by(Complaint.due_at, Complaint.id).limit(limit).subquery("keys")
    read = [walk(branch, every, limit) for branch in held]
    everything = union(*read).subquery()
    first = select(everything).order_by(everything.c.due_at, everything.c.id).limit(limit)
    return first.subquery("keys")


def _first_with(
    has_words: ColumnElement[bool],
    held: list[Branch],
    every: list[ColumnElement[bool]],
    limit: int,
) -> Subquery:
    """The soonest due of all that hold the words, by the index of words."""
    fitting = select(Complaint.id, Complaint.due_at).where(has_words, *every, may_work_on(held))
    # By itself the planner would walk along the due dates, hoping to meet one soon.
    apart = fitting.cte("fitting").prefix_with("MATERIALIZED", dialect="postgresql")
    first = select(apart.c.id, apart.c.due_at).order_by(apart.c.due_at, apart.c.id)
    return first.limit(limit).subquery("keys")


def walk(branch: Branch, conditions: list[ColumnElement[bool]], limit: int) -> AnySelect:
    """The first open complaints of each code of a branch by due date: `id` and `due_at`.

    A lateral join, so that each code's walk along the index ends by itself.
    """
    base = select(Complaint.id, Complaint.due_at).where(*branch.within(), *conditions)
    base = base.order_by(Complaint.due_at, Complaint.id).limit(limit)
    if branch.codes is None:
        alone = base.where(branch.column.is_(None)).subquery()
        return select(alone.c.id, alone.c.due_at)
    held = branch.code_table()
    each = base.where(branch.column == held.c.code).correlate(held).lateral()
    return select(each.c.id, each.c.due_at).select_from(held.join(each, true()))


def _later_than(after: _Place) -> ColumnElement[bool]:
    if after.due_at is None:
        return and_(Complaint.due_at.is_(None), Complaint.id > after.id)
    later: ColumnElement[bool] = tuple_(Complaint.due_at, Complaint.id) > (after.due_at, after.id)
    return later if after.part else later | Complaint.due_at.is_(None)


def case_columns() -> AnySelect:
    """What a row of the queue shows: a public list's columns, the whole words, how it stands."""
    return (
        listing()
        .add_columns(
            Complaint.version,
            Complaint.description,
            Complaint.hops,
            Complaint.assignee_id,
            Complaint.team,
            Complaint.paused_at,
            Complaint.pause_until,
            Complaint.snoozed_until,
            Complaint.escalation_step,
            Complaint.responded_at,
            Account.name.label("assignee"),
        )
        .outerjoin(Account, Account.id == Complaint.assignee_id)
    )


def _details(keys: Subquery) -> AnySelect:
    return case_columns().join(keys, keys.c.id == Complaint.id).order_by(keys.c.due_at, keys.c.id)


def _cursor(row: AnyRow) -> str:
    part = 0 if row.urgent else 1 if row.due_at else 2
    due = row.due_at.astimezone(UTC).isoformat() if row.due_at else None
    told = json.dumps([part, due, row.id])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> _Place:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        part, due, number = json.loads(base64.urlsafe_b64decode(padded))
        due_at = datetime.fromisoformat(due) if due is not None else None
        if part not in range(len(_PARTS)) or not 0 <= int(number) < 2**63:
            raise ValueError("no such row can exist")
        if (due_at is not None and due_at.tzinfo is None) or (part == 1) > (due_at is not None):
            raise ValueError("no such row can exist")
        return _Place(int(part), due_at, int(number))
    except (ValueError, TypeError, binascii.Error, UnicodeDecodeError):
        raise Invalid(
            "This page cursor is not one of ours; begin again without it.", field="cursor"
        ) from None
