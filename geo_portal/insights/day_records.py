"""What became of each report, packed by day and department, for figures that never scan reports.

A change marks its day; the worker packs marked days anew. Who reads meanwhile has the marked days
read from the reports themselves, so that figures are true at any moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.complaints.find import ComplaintFilter
from geo_portal.database import AnyRow
from geo_portal.insights import day_groups
from geo_portal.insights.day_counts import COUNTS
from geo_portal.insights.day_groups import Group

KINDS = ("received", "closed", "reopened")
Numbers = NDArray[np.int64]
Some = NDArray[np.bool_]

_HERE = Path(__file__).parent
_FOLD = (_HERE / "record_fold.sql").read_text(encoding="utf-8")
_DIFFERENCES = (_HERE / "record_differences.sql").read_text(encoding="utf-8")
_MARK_ALL = text("""
    INSERT INTO day_marks
    SELECT kind, day FROM day_records
    UNION
    SELECT kind, day
    FROM unnest(ARRAY['received', 'closed', 'reopened']) AS of_kind,
        day_entries(of_kind, '-infinity', 'infinity')
""")
# What is packed of the days that are true, and of the others the reports themselves.
_READ = """
    SELECT kind, day, groups, entries, NULL AS department_code, NULL AS office_code,
           NULL AS category_code, NULL AS jurisdiction_ids
    FROM day_records
    WHERE kind = '{kind}' AND day BETWEEN :first AND :last {more}
      AND day NOT IN (SELECT day FROM day_stale WHERE kind = '{kind}')
    UNION ALL
    SELECT '{kind}', day, NULL, string_agg(int8send(entry), ''), department_code, office_code,
           category_code, jurisdiction_ids
    FROM (
        SELECT DISTINCT day AS stale_day FROM day_stale
        WHERE kind = '{kind}' AND day BETWEEN :first AND :last
    ) AS stale
    CROSS JOIN LATERAL day_entries(
        '{kind}',
        stale_day::timestamp AT TIME ZONE (SELECT timezone FROM city),
        (stale_day + 1)::timestamp AT TIME ZONE (SELECT timezone FROM city)
    ) AS of_day
    WHERE true {more}
    GROUP BY day, department_code, office_code, category_code, jurisdiction_ids
"""
_MARKED = text("SELECT count(DISTINCT day) FROM day_marks WHERE kind = :kind")
# Whose changes are not packed yet is told by the number of the transaction that noted them.
_STATE = text("""
    SELECT (SELECT version FROM day_state), count(*) AS waiting, max(xmin::text::bigint) AS newest
    FROM (
        (SELECT xmin FROM day_deltas LIMIT :most) UNION ALL (SELECT xmin FROM day_marks LIMIT :most)
    ) AS found
""")
# The days of a month are sorted in memory, those of years are not.
_DAYS_AT_ONCE = 31
_PRUNE = text("DELETE FROM day_records WHERE entries = ''")


def state(session: Session, most: int) -> tuple[Any, ...] | None:
    """Something that differs after every change to figures; None where `most` wait for a fold."""
    found = session.execute(_STATE, {"most": most}).one()
    return None if found.waiting >= most else tuple(found)


def fold(session: Session) -> int:
    """Pack the marked days anew; gives how many records are other ones now.

    `day_counts.fold` marks the days of what has changed, so it goes first.
    """
    if not COUNTS.free(session):
        return 0
    COUNTS.unhurried(session)
    changed = _packed(session)
    if changed:
        COUNTS.touch(session)
    return changed


def check(session: Session) -> int:
    """How many records differ from a plain look at all reports; 0 is right."""
    COUNTS.unhurried(session)
    return session.scalar(text(f"SELECT count(*) FROM ({_DIFFERENCES}) AS differences")) or 0  # noqa: S608


def rebuild(session: Session) -> int:
    """Make the records right whatever happened to them; gives the number of records mended."""
    COUNTS.alone(session)
    session.execute(_MARK_ALL)
    mended = _packed(session)
    session.execute(_PRUNE)
    COUNTS.touch(session)
    return mended


def _packed(session: Session) -> int:
    # Compiling the statement takes longer than running it.
    session.execute(text("SET LOCAL jit = off"))
    changed = 0
    for kind in KINDS:
        packing = text(_FOLD.format(kind=kind, days=_DAYS_AT_ONCE))
        while marked := session.scalar(_MARKED, {"kind": kind}):
            changed += session.connection().execute(packing).rowcount
            if marked > _DAYS_AT_ONCE:
                # The planner would take the groups of years for the few of a day.
                session.execute(text("ANALYZE day_groups"))
    return changed


@dataclass(frozen=True)
class Record:
    """The reports of a kind in some days: what `group` each belongs to, its `day` and entry.

    `group` counts from 0 in `groups`, `day` from the first of the days that were asked for.
    """

    groups: list[Group]
    group: Numbers
    day: Numbers
    entry: Numbers

    def per_group(self, which: Some | None = None) -> Numbers:
        """How many reports each group has; those alone for which `which` is true."""
        group = self.group if which is None else self.group[which]
        return np.bincount(group, minlength=len(self.groups))

    def per_day(self, days: int, which: Some | None = None) -> Numbers:
        """The same for each of so many days."""
        return np.bincount(self.day if which is None else self.day[which], minlength=days)


def records(
    session: Session, wanted: ComplaintFilter, kinds: Iterable[str], first: date, last: date
) -> dict[str, Record]:
    """The reports of the days from `first` to `last`, both included, that `wanted` has.

    `wanted` must have been `checked`; only what `kept_figures.answers` is true of is looked at.
    """
    kinds = tuple(kinds)
    department = next(iter(wanted.departments), None)
    department = wanted.parents.get(department or "", department)
    of_department = "AND department_code = :department" if department else ""
    reading = " UNION ALL ".join(_READ.format(kind=kind, more=of_department) for kind in kinds)
    asked = {"first": first, "last": last, "department": department}
    rows = session.execute(text(reading), asked).all()
    known = day_groups.known(session)
    return {
        kind: _record([row for row in rows if row.kind == kind], known, wanted, first)
        for kind in kinds
    }


def _record(
    rows: list[AnyRow], known: day_groups.Known, wanted: ComplaintFilter, first: date
) -> Record:
    packed = [row for row in rows if row.groups is not None]
    looked_at = [row for row in rows if row.groups is None]
    groups = [*known.groups, *(day_groups.group(row[4:]) for row in looked_at)]
    numbers = np.frombuffer(b"".join(row.groups for row in packed), dtype=">i4")
    sizes = [len(row.entries) // 8 for row in [*packed, *looked_at]]
    alone = np.arange(len(known.groups), len(groups))
    group = np.concatenate((known.place[numbers], np.repeat(alone, sizes[len(packed) :])))
    days = [(row.day - first).days for row in [*packed, *looked_at]]
    day = np.repeat(np.array(days, dtype=np.int64), sizes)
    entry = np.frombuffer(b"".join(row.entries for row in [*packed, *looked_at]), dtype=">i8")
    return _narrowed(groups, group, day, entry.astype(np.int64), wanted)


def _narrowed(
    groups: list[Group], group: Numbers, day: Numbers, entry: Numbers, wanted: ComplaintFilter
) -> Record:
    """Only the groups that have a report and are in the filter; its department was asked for."""
    office = next((code for code in wanted.departments if code in wanted.parents), None)
    areas = frozenset(wanted.area_ids)

    def is_wanted(one: Group) -> bool:
        return (
            (not office or one[1] == office)
            and (not wanted.categories or one[2] in wanted.categories)
            and (not wanted.areas or not areas.isdisjoint(one[3]))
        )

    used = np.flatnonzero(np.bincount(group, minlength=len(groups)))
    chosen = [place for place in used.tolist() if is_wanted(groups[place])]
    place = np.full(len(groups), -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    group = place[group]
    if len(chosen) < used.size:
        kept = group >= 0
        group, day, entry = group[kept], day[kept], entry[kept]
    return Record([groups[one] for one in chosen], group, day, entry)
