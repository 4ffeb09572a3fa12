"""What became of complaints in a span of time: how many, how long, and by what one likes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Date,
    Float,
    String,
    and_,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.figures import FEWEST_FOR_A_MEDIAN
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint
from geo_portal.database import AnyRow, AnySelect

By = Literal["whole", "department", "office", "category", "area", "day", "week", "month"]
PERIODS: tuple[By, ...] = ("day", "week", "month")
_COUNTED = ("received", "fixed", "unfixed", "open", "overdue")
_KNOWN = ("category_code", "department_code", "office_code", "jurisdiction_ids")
_Key = tuple[str | None, str | None]


@dataclass(frozen=True)
class Span:
    """The time that is asked about, [since, until); `zone` says where a day begins."""

    since: datetime
    until: datetime
    zone: ZoneInfo

    @property
    def length(self) -> timedelta:
        return self.until - self.since

    @property
    def first_day(self) -> date:
        return self.since.astimezone(self.zone).date()

    @property
    def last_day(self) -> date:
        return (self.until - timedelta(microseconds=1)).astimezone(self.zone).date()

    @property
    def day_after(self) -> date:
        """The day in which it ends, or that begins when it does."""
        return self.until.astimezone(self.zone).date()

    def holds(self, at: Any) -> ColumnElement[bool]:
        """The condition that a moment lies in the span."""
        return and_(at >= self.since, at < self.until)


@dataclass(frozen=True)
class Figures:
    """What became of one group of complaints.

    `received`, `fixed` and `unfixed` (closed without a fix) happened in the span; `open` and
    `overdue` are as of now, whenever they were reported. `median_s` and `p80_s` are the seconds
    from report to fix of those fixed in the span, None for fewer than `FEWEST_FOR_A_MEDIAN`;
    on a dashboard they and `p90_s` are of those received in it, with the open ones (`survival`).
    `code` is that of a department, a category or an area, or a period's first day (ISO); None
    where nobody knows it. `level` and `name` are an area's.
    """

    code: str | None = None
    received: int = 0
    fixed: int = 0
    unfixed: int = 0
    open: int = 0
    overdue: int = 0
    median_s: float | None = None
    p80_s: float | None = None
    p90_s: float | None = None
    level: str | None = None
    name: str | None = None

    @property
    def median(self) -> timedelta | None:
        return None if self.median_s is None else timedelta(seconds=self.median_s)

    @property
    def p80(self) -> timedelta | None:
        return None if self.p80_s is None else timedelta(seconds=self.p80_s)

    @property
    def p90(self) -> timedelta | None:
        return None if self.p90_s is None else timedelta(seconds=self.p90_s)


def statistics(
    session: Session, wanted: ComplaintFilter, span: Span, now: datetime, groups: Sequence[By]
) -> dict[By, list[Figures]]:
    """The figures of the complaints `wanted` in each of `groups`, without groups of nothing.

    `wanted` must have been `checked`; its own time is not looked at. However many groups there
    are, complaints are read once. Periods come in their order, all others busiest first.
    """
    seen = _looked_at(wanted, span, now)
    alike = _alike(seen)
    parts = [part for by in groups for part in _parts(by, seen, alike, span)]
    sums: dict[By, dict[_Key, Figures]] = {by: {} for by in groups}
    for row in session.execute(union_all(*parts)):
        key = (row.level, row.code)
        sums[row.by][key] = _added(sums[row.by].get(key), row)
    return {by: ordered(by, found.values()) for by, found in sums.items()}


def first_of(day: date, by: By) -> date:
    """The first day of the period (a week begins on Monday) in which a day lies."""
    if by == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if by == "week" else day


def ordered(by: By, found: Iterable[Figures]) -> list[Figures]:
    """Periods in their order, all others busiest first."""
    return sorted(found, key=_order(by))


def _looked_at(wanted: ComplaintFilter, span: Span, now: datetime) -> CTE:
    """Every complaint that counts for something, and what for."""
    received, closed = span.holds(Complaint.submitted_at), span.holds(Complaint.closed_at)
    is_open = Complaint.closed_at.is_(None)
    is_done = Complaint.light == "done"
    counts_for = {
        "received": received,
        "fixed": closed & is_done,
        "unfixed": closed & ~is_done,
        "open": is_open,
        # While it waits for somebody the clock stands still.
        "overdue": is_open
        & (Complaint.due_at < now)
        & (Complaint.paused_at.is_(None) | (Complaint.due_at < Complaint.paused_at)),
    }
    return (
        select(
            *(getattr(Complaint, column) for column in _KNOWN),
            Complaint.submitted_at,
            Complaint.closed_at,
            *(func.coalesce(counts_for[kind], false()).label(kind) for kind in _COUNTED),
        )
        .where(
            *replace(wanted, since=None, until=None).conditions(), or_(received, closed, is_open)
        )
        .cte("looked_at")
    )


def _alike(seen: CTE) -> CTE:
    """How many there are of each kind, place and office: few rows to add up, whatever for."""
    known = [seen.c[column] for column in _KNOWN]
    return select(*known, *_counts(seen)).group_by(*known).cte("alike")


def _parts(by: By, seen: CTE, alike: CTE, span: Span) -> list[AnySelect]:
    """Rows to be added up: first the counts of each group, then the times of its fixes."""
    if by in PERIODS:
        came = _period(by, seen.c.submitted_at, span)
        went = _period(by, seen.c.closed_at, span)
        return [
            _part(by, [came], _counts(seen, "received", "open", "overdue")).where(seen.c.received),
            _part(by, [went], _counts(seen, "fixed", "unfixed"), _times(seen)).where(
                seen.c.fixed | seen.c.unfixed
            ),
        ]
    sums = [func.sum(alike.c[kind]).label(kind) for kind in _COUNTED]
    return [
        _placed(by, alike, _part(by, _group(by, alike), sums)),
        _placed(by, seen, _part(by, _group(by, seen), [], _times(seen)).where(seen.c.fixed)),
    ]


def _group(by: By, rows: CTE) -> list[ColumnElement[Any]]:
    """What a row is grouped by: its code and, for an area, the level."""
    codes: dict[By, list[Any]] = {
        "whole": [null()],
        "department": [rows.c.department_code],
        "office": [rows.c.office_code],
        "category": [rows.c.category_code],
        "area": [Jurisdiction.code, Jurisdiction.level, func.max(Jurisdiction.name)],
    }
    return codes[by]


def _placed(by: By, rows: CTE, query: AnySelect) -> AnySelect:
    """For areas: each complaint once in every area it lies in, whichever edition knew it."""
    if by != "area":
        return query
    inside = func.unnest(rows.c.jurisdiction_ids).table_valued("area_id").render_derived()
    return (
        query.select_from(rows)
        .join(inside, true())
        .join(Jurisdiction, Jurisdiction.id == inside.c.area_id)
    )


def _period(by: By, at: ColumnElement[Any], span: Span) -> ColumnElement[Any]:
    """The first day of the period in which a moment lies."""
    return cast(func.date_trunc(by, func.timezone(str(span.zone), at)), Date)


def _counts(seen: CTE, *kinds: str) -> list[ColumnElement[Any]]:
    return [func.count().filter(seen.c[kind]).label(kind) for kind in kinds or _COUNTED]


def _times(seen: CTE) -> ColumnElement[Any]:
    """The median and the 80th percentile from report to fix, in seconds."""
    took_s = func.extract("epoch", seen.c.closed_at - seen.c.submitted_at)
    in_time = func.percentile_cont(cast([0.5, 0.8], ARRAY(Float)))
    return in_time.within_group(cast(func.greatest(took_s, 0), Float)).filter(seen.c.fixed)


def _part(
    by: By,
    group: Sequence[ColumnElement[Any]],
    counts: Sequence[ColumnElement[Any]],
    times: ColumnElement[Any] | None = None,
) -> AnySelect:
    """A query whose columns are the same for all parts; what it does not count is 0."""
    known = {column.name: column for column in counts}
    code, level, name = [*group, null(), null()][:3]
    query = select(
        literal(by).label("by"),
        cast(code, String).label("code"),
        cast(level, String).label("level"),
        cast(name, String).label("name"),
        *(known.get(kind, literal(0).label(kind)) for kind in _COUNTED),
        cast(null() if times is None else times, ARRAY(Float)).label("times"),
    )
    return query.group_by(*(part for part in group[:2] if part is not null()))


def _added(known: Figures | None, row: AnyRow) -> Figures:
    known = known or Figures(row.code, level=row.level, name=row.name)
    counts = {kind: getattr(known, kind) + int(getattr(row, kind) or 0) for kind in _COUNTED}
    found = replace(known, **counts)
    if row.times and found.fixed >= FEWEST_FOR_A_MEDIAN:
        return replace(found, median_s=row.times[0], p80_s=row.times[1])
    return found


def _order(by: By) -> Callable[[Figures], Any]:
    if by in PERIODS:
        return lambda one: one.code or ""
    return lambda one: (-one.open, -one.received, one.code or "")
