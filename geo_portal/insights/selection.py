"""Which kept counts answer a filter, and what must be looked for among the complaints."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint

# Beyond this many whole months, adding them up is no quicker than looking.
_MOST_MONTHS = 120


@dataclass(frozen=True)
class Selection:
    """Slices of the kept counts and scans of complaints; together they are the filter, once.

    `lights` narrows the slices; the scans hold it themselves.
    """

    slices: tuple[str, ...]
    scans: tuple[ComplaintFilter, ...]
    lights: tuple[str, ...]

    @property
    def is_everything(self) -> bool:
        return self.slices == ("all",)


def selection(session: Session, wanted: ComplaintFilter, now: datetime) -> Selection:
    """How to answer `wanted`, whose box is left aside; it must have been `checked`."""
    slices = _slices(wanted)
    if slices is not None:
        return Selection(slices, (), wanted.lights)
    if _only_time(wanted):
        return _spans(session, wanted, now)
    return Selection((), (wanted,), wanted.lights)


def _slices(wanted: ComplaintFilter) -> tuple[str, ...] | None:
    """None when no slices are exactly the filter. Slices that overlap would count twice."""
    if wanted.since or wanted.until or _only_complaints_know(wanted):
        return None
    if wanted.areas:
        of_one_level = len({area.partition(":")[0] for area in wanted.areas}) == 1
        if wanted.categories or wanted.departments or not of_one_level:
            return None
        return tuple(f"area={area_id}" for area_id in wanted.area_ids)
    if len(wanted.departments) > 1:
        # A department and its office share complaints.
        return None
    department = [f"department={code}" for code in wanted.departments]
    categories = [f"category={code}" for code in dict.fromkeys(wanted.categories)]
    if department and categories:
        return tuple(f"{department[0]} {category}" for category in categories)
    return tuple(department or categories or ["all"])


def _only_complaints_know(wanted: ComplaintFilter) -> bool:
    return bool(wanted.statuses or wanted.words or wanted.overdue_at)


def _only_time(wanted: ComplaintFilter) -> bool:
    kinds = wanted.categories or wanted.departments or wanted.areas
    return not kinds and not _only_complaints_know(wanted)


def _spans(session: Session, wanted: ComplaintFilter, now: datetime) -> Selection:
    """Whole months and thirds of months (UTC) from the counts, both ends from the complaints."""
    since = wanted.since or session.scalar(select(func.min(Complaint.submitted_at)))
    if since is None:
        return Selection((), (), wanted.lights)
    first = _at_or_after(since)
    last = _third_of(min(wanted.until or now, now))
    if not first < last or (last - first).days > 31 * _MOST_MONTHS:
        return Selection((), (wanted,), wanted.lights)
    before, after = replace(wanted, until=first), replace(wanted, since=last)
    scans = tuple(edge for edge in (before, after) if edge.since != edge.until)
    return Selection(tuple(_slices_between(first, last)), scans, wanted.lights)


def _slices_between(first: datetime, last: datetime) -> Iterator[str]:
    """The fewest slices from one beginning of a third to another."""
    while first < last:
        next_month = _next_third(first.replace(day=21))
        if first.day == 1 and next_month <= last:
            yield f"month={first:%Y-%m}"
            first = next_month
        else:
            yield f"days={first:%Y-%m-%d}"
            first = _next_third(first)


def _third_of(moment: datetime) -> datetime:
    """When the third of a month began: on its 1st, 11th or 21st day."""
    utc = moment.astimezone(UTC)
    return datetime(utc.year, utc.month, min((utc.day - 1) // 10, 2) * 10 + 1, tzinfo=UTC)


def _at_or_after(moment: datetime) -> datetime:
    start = _third_of(moment)
    return start if start == moment else _next_third(start)


def _next_third(start: datetime) -> datetime:
    if start.day < 21:
        return start.replace(day=start.day + 10)
    return datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=UTC)
