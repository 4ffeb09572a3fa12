"""Figures of whole days, added up from the kept counts: a dashboard never scans complaints."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from threading import Lock
from typing import Any

import numpy as np
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.database import AnyRow
from geo_portal.insights.day_counts import CHANGED, COUNTED, KEPT
from geo_portal.insights.day_groups import Group, group
from geo_portal.insights.day_records import Numbers, Record, Some, records
from geo_portal.insights.kept_quality import Closed
from geo_portal.insights.statistics import PERIODS, By, Figures, Span, first_of, ordered

_WANTED = """
    (CAST(:department AS varchar) IS NULL OR department_code = :department)
    AND (CAST(:office AS varchar) IS NULL OR office_code = :office)
    AND (CAST(:categories AS varchar[]) IS NULL OR category_code = ANY(:categories))
    AND (CAST(:areas AS integer[]) IS NULL OR jurisdiction_ids && CAST(:areas AS integer[]))
"""
_WAITING = """
    WITH counted AS ({counted})
    SELECT department_code, office_code, category_code, jurisdiction_ids,
        sum(n) AS open, sum(n) FILTER (WHERE day < :today) AS overdue
    FROM counted
    WHERE {wanted} AND kind = 'open'
    GROUP BY 1, 2, 3, 4
"""
# Named department by department, the open ones are found without passing by all that ever came.
_KEPT_OPEN = f"""{KEPT}
    WHERE kind = 'open'
      AND department_code = ANY(ARRAY(SELECT code FROM departments UNION ALL SELECT ''))
"""  # noqa: S608
# The counts know the day that something is due; of today's it matters whether the hour has come.
_DUE_TODAY = text(f"""
    SELECT coalesce(department_code, '') AS department_code,
        coalesce(office_code, '') AS office_code, coalesce(category_code, '') AS category_code,
        jurisdiction_ids, 0 AS open, count(*) AS overdue
    FROM complaints
    WHERE {_WANTED} AND closed_at IS NULL AND due_at >= :midnight AND due_at < :now
      AND (paused_at IS NULL OR due_at < paused_at)
    GROUP BY 1, 2, 3, 4
""")  # noqa: S608
_VERSION = text("SELECT version FROM day_state")
# An entry has a row for each kind, office and finest area: a few thousand in a large city.
_MOST_REMEMBERED = 60
_remembered: OrderedDict[Any, tuple[Any, list[AnyRow]]] = OrderedDict()
_one_at_a_time = Lock()
_COUNTED = ("received", "fixed", "unfixed", "open", "overdue")


def answers(wanted: ComplaintFilter) -> bool:
    """Whether the kept counts know enough for a filter, whose own time is not looked at."""
    only_complaints_know = wanted.box or wanted.statuses or wanted.lights or wanted.words
    return not only_complaints_know and not wanted.overdue_at and len(wanted.departments) < 2


def kept_figures(
    session: Session,
    wanted: ComplaintFilter,
    span: Span,
    now: datetime,
    groups: Sequence[By],
    days: dict[str, Record] | None = None,
) -> dict[By, list[Figures]]:
    """What `statistics` gives, for the whole days of `span` and without the times to a fix.

    `wanted` must have been `checked`, and `answers` must be true of it. `days` are the span's
    records of what was received and closed, where they are known already.
    """
    asked = _asked(wanted, span, now)
    days = days or records(session, wanted, ("received", "closed"), span.first_day, span.last_day)
    moved = {"received": (days["received"], None), **_closed(days["closed"])}
    waiting = [*_rows(session, _WAITING, asked), *session.execute(_DUE_TODAY, asked)]
    counts = _counts(moved, waiting)
    found: dict[By, list[Figures]] = {}
    for by in groups:
        of = _periods(by, moved, span) if by in PERIODS else _grouped(session, by, counts)
        found[by] = ordered(by, of)
    return found


_Moved = tuple[Record, Some | None]


def _closed(record: Record) -> dict[str, _Moved]:
    fixed = Closed(record).fixed
    return {"fixed": (record, fixed), "unfixed": (record, ~fixed)}


def _counts(moved: dict[str, _Moved], waiting: list[AnyRow]) -> dict[Group, Numbers]:
    """How many of each of `_COUNTED` every group has."""
    counts: dict[Group, Numbers] = {}

    def of(one: Group) -> Numbers:
        return counts.setdefault(one, np.zeros(len(_COUNTED), dtype=np.int64))

    for kind, (record, which) in moved.items():
        place = _COUNTED.index(kind)
        of_groups = record.per_group(which)
        for nth in np.flatnonzero(of_groups).tolist():
            of(record.groups[nth])[place] += of_groups[nth]
    for row in waiting:
        of(group(row[:4]))[3:] += (int(row.open or 0), int(row.overdue or 0))
    return counts


def _periods(by: By, moved: dict[str, _Moved], span: Span) -> list[Figures]:
    found: dict[str, Figures] = {}
    for kind, (record, which) in moved.items():
        of_days = record.per_day((span.last_day - span.first_day).days + 1, which)
        for nth in np.flatnonzero(of_days).tolist():
            first = first_of(span.first_day + timedelta(days=nth), by).isoformat()
            one = found.setdefault(first, Figures(first))
            found[first] = replace(one, **{kind: getattr(one, kind) + int(of_days[nth])})
    return list(found.values())


def _rows(session: Session, statement: str, asked: dict[str, Any]) -> list[AnyRow]:
    """Rows of what is open: of the kept counts, remembered until these change, and of the changes.

    The counts may be folded between two questions; then both are asked again.
    """
    key = (str(session.get_bind().engine.url), statement, _same(asked))
    while True:
        version = session.scalar(_VERSION)
        known = _remembered.get(key)
        if known is None or known[0] != version:
            known = (version, _run(session, statement, _KEPT_OPEN, asked))
            _remember(key, known)
        changed = _run(session, statement, CHANGED, asked)
        if session.scalar(_VERSION) == version:
            return [*known[1], *changed]


def _run(session: Session, statement: str, counted: str, asked: dict[str, Any]) -> list[AnyRow]:
    return list(session.execute(text(statement.format(counted=counted, wanted=_WANTED)), asked))


def _same(asked: dict[str, Any]) -> str:
    """What is asked, whatever the hour."""
    return repr({name: value for name, value in asked.items() if name not in ("now", "midnight")})


def _remember(key: Any, known: tuple[Any, list[AnyRow]]) -> None:
    with _one_at_a_time:
        _remembered[key] = known
        while len(_remembered) > _MOST_REMEMBERED:
            _remembered.popitem(last=False)


def _asked(wanted: ComplaintFilter, span: Span, now: datetime) -> dict[str, Any]:
    code = next(iter(wanted.departments), None)
    parent = wanted.parents.get(code) if code else None
    today = now.astimezone(span.zone).date()
    return {
        "department": parent or code,
        "office": code if parent else None,
        "categories": list(wanted.categories) or None,
        "areas": list(wanted.area_ids) if wanted.areas else None,
        "first": span.first_day,
        "last": span.last_day,
        "today": today,
        "midnight": datetime.combine(today, time.min, span.zone),
        "now": now,
    }


_Key = tuple[Any, ...]
_PLACE: dict[By, int] = {"department": 0, "office": 1, "category": 2}


def _grouped(session: Session, by: By, counts: dict[Group, Numbers]) -> Iterable[Figures]:
    keys = _keys(session, by)
    sums: dict[_Key, Numbers] = {}
    if by == "whole":
        sums[(None,)] = np.zeros(len(_COUNTED), dtype=np.int64)
    for one, of_group in counts.items():
        for key in keys(one):
            sums[key] = sums[key] + of_group if key in sums else of_group
    return [_figures(key, found) for key, found in sums.items() if by == "whole" or found.any()]


def _keys(session: Session, by: By) -> Callable[[Group], Iterable[_Key]]:
    """What a group is counted under: its code and, for an area, the level and name."""
    if by == "whole":
        return lambda _: ((None,),)
    if by == "area":
        rows = session.execute(
            select(Jurisdiction.id, Jurisdiction.code, Jurisdiction.level, Jurisdiction.name)
        )
        known = {row.id: (row.code, row.level, row.name) for row in rows}
        # An area of an earlier edition is the same area under the same code.
        return lambda one: {known[area][:2]: known[area] for area in one[3]}.values()
    return lambda one: ((one[_PLACE[by]],),)


def _figures(key: _Key, sums: Numbers) -> Figures:
    code, level, name = [*key, None, None][:3]
    numbers = dict(zip(_COUNTED, sums.tolist(), strict=True))
    return Figures(code, level=level, name=name, **numbers)


@dataclass(frozen=True)
class DayCount:
    """How many reports of a kind an area (by the number of its row) received on a day."""

    day: date
    category: str
    area_id: int
    received: int


_RECEIVED = text(f"""
    WITH counted AS ({COUNTED})
    SELECT date_trunc('week', day)::date AS week, category_code, area_id, sum(n)::integer AS n
    FROM counted CROSS JOIN LATERAL unnest(jurisdiction_ids) AS area_id
    WHERE kind = 'received' AND day BETWEEN :first AND :last AND category_code <> ''
    GROUP BY 1, 2, 3 HAVING sum(n) > 0
""")  # noqa: S608


def received_per_week(session: Session, first: date, last: date) -> list[DayCount]:
    """Reports per week (by its Monday), kind and area, from `first` to `last`, both included."""
    rows = session.execute(_RECEIVED, {"first": first, "last": last})
    return [DayCount(row.week, row.category_code, row.area_id, row.n) for row in rows]
