"""Figures of whole days, added up from the kept counts: a dashboard never scans complaints."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from threading import Lock
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.database import AnyRow
from geo_portal.insights.day_counts import CHANGED, COUNTED, KEPT
from geo_portal.insights.statistics import PERIODS, By, Figures, Span, ordered

_WANTED = """
    (CAST(:department AS varchar) IS NULL OR department_code = :department)
    AND (CAST(:office AS varchar) IS NULL OR office_code = :office)
    AND (CAST(:categories AS varchar[]) IS NULL OR category_code = ANY(:categories))
    AND (CAST(:areas AS integer[]) IS NULL OR jurisdiction_ids && CAST(:areas AS integer[]))
"""
_ALIKE = """
    WITH counted AS ({counted})
    SELECT department_code, office_code, category_code, jurisdiction_ids,
        sum(n) FILTER (WHERE kind = 'received') AS received,
        sum(n) FILTER (WHERE kind = 'fixed') AS fixed,
        sum(n) FILTER (WHERE kind = 'unfixed') AS unfixed,
        sum(n) FILTER (WHERE kind = 'open') AS open,
        sum(n) FILTER (WHERE kind = 'open' AND day < :today) AS overdue
    FROM counted
    WHERE {wanted}
      AND (kind = 'open' OR (kind IN ('received', 'fixed', 'unfixed')
                             AND day BETWEEN :first AND :last))
    GROUP BY 1, 2, 3, 4
"""
_PERIODS = """
    WITH counted AS ({counted})
    SELECT date_trunc(:step, day)::date AS day,
        sum(n) FILTER (WHERE kind = 'received') AS received,
        sum(n) FILTER (WHERE kind = 'fixed') AS fixed,
        sum(n) FILTER (WHERE kind = 'unfixed') AS unfixed
    FROM counted
    WHERE {wanted} AND kind IN ('received', 'fixed', 'unfixed') AND day BETWEEN :first AND :last
    GROUP BY 1 HAVING sum(abs(n)) > 0
"""
# The counts know the day that something is due; of today's it matters whether the hour has come.
_DUE_TODAY = text(f"""
    SELECT coalesce(department_code, '') AS department_code,
        coalesce(office_code, '') AS office_code, coalesce(category_code, '') AS category_code,
        jurisdiction_ids, count(*) AS overdue
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
    session: Session, wanted: ComplaintFilter, span: Span, now: datetime, groups: Sequence[By]
) -> dict[By, list[Figures]]:
    """What `statistics` gives, for the whole days of `span` and without the times to a fix.

    `wanted` must have been `checked`, and `answers` must be true of it.
    """
    asked = _asked(wanted, span, now)
    alike = [*_rows(session, _ALIKE, asked), *session.execute(_DUE_TODAY, asked)]
    found: dict[By, list[Figures]] = {}
    for by in groups:
        if by in PERIODS:
            days: dict[_Key, list[AnyRow]] = {}
            for row in _rows(session, _PERIODS, asked | {"step": by}):
                days.setdefault((row.day.isoformat(),), []).append(row)
            found[by] = ordered(by, [_figures(day, rows) for day, rows in days.items()])
        else:
            found[by] = ordered(by, _grouped(session, by, alike))
    return found


def _rows(session: Session, statement: str, asked: dict[str, Any]) -> list[AnyRow]:
    """Rows to be added up: of the kept counts, remembered until these change, and of the changes.

    The counts may be folded between two questions; then both are asked again.
    """
    key = (str(session.get_bind().engine.url), statement, _same(asked))
    while True:
        version = session.scalar(_VERSION)
        known = _remembered.get(key)
        if known is None or known[0] != version:
            known = (version, _run(session, statement, KEPT, asked))
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


def _grouped(session: Session, by: By, alike: list[AnyRow]) -> Iterable[Figures]:
    if by == "whole":
        return [_figures((None,), alike)]
    keys = _keys(session, by)
    groups: dict[_Key, list[AnyRow]] = {}
    for row in alike:
        for key in keys(row):
            groups.setdefault(key, []).append(row)
    made = (_figures(key, rows) for key, rows in groups.items())
    return [one for one in made if any(getattr(one, kind) for kind in _COUNTED)]


def _keys(session: Session, by: By) -> Callable[[Any], Iterable[_Key]]:
    """What a row is counted under: its code and, for an area, the level and name."""
    if by == "area":
        rows = session.execute(
            select(Jurisdiction.id, Jurisdiction.code, Jurisdiction.level, Jurisdiction.name)
        )
        known = {row.id: (row.code, row.level, row.name) for row in rows}
        # An area of an earlier edition is the same area under the same code.
        return lambda row: {known[one][:2]: known[one] for one in row.jurisdiction_ids}.values()
    return lambda row: ((getattr(row, f"{by}_code") or None,),)


def _figures(key: _Key, rows: Iterable[AnyRow]) -> Figures:
    code, level, name = [*key, None, None][:3]
    sums = dict.fromkeys(_COUNTED, 0)
    for row in rows:
        for kind in _COUNTED:
            sums[kind] += int(getattr(row, kind, None) or 0)
    return Figures(code, level=level, name=name, **sums)


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
