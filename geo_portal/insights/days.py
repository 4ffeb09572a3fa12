"""Days and months as people write them, as moments in the city's own time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from geo_portal.complaints.find import ComplaintFilter
from geo_portal.errors import Invalid


def moment(typed: str, zone: ZoneInfo, field: str, *, end_of_day: bool = False) -> datetime | None:
    """A day begins at midnight in the city; as an end it is included. Empty is None.

    Moments are taken as they are, in the city's time when they name no zone; raises `Invalid`.
    """
    if not typed:
        return None
    try:
        if len(typed) <= 10:
            day = date.fromisoformat(typed) + timedelta(days=end_of_day)
            return datetime.combine(day, time.min, zone)
        found = datetime.fromisoformat(typed)
        return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        raise Invalid(
            "“{typed}” is not a day; write it like 2026-06-30.", field=field, typed=typed[:40]
        ) from None


def first_day(wanted: ComplaintFilter, zone: ZoneInfo) -> date | None:
    """The first day of the filter's time span; None when it has no beginning."""
    return wanted.since.astimezone(zone).date() if wanted.since else None


def last_day(wanted: ComplaintFilter, zone: ZoneInfo) -> date | None:
    """Its last day, which is in: an end at midnight is the end of the day before."""
    if wanted.until is None:
        return None
    return (wanted.until - timedelta(seconds=1)).astimezone(zone).date()


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; `number` counts from 1."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.moved(1).first - timedelta(days=1)

    def moved(self, months: int) -> "Month":
        year, index = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, index + 1)


def whole_month(wanted: ComplaintFilter, zone: ZoneInfo) -> Month | None:
    """The one month that the filter's time span is exactly; None when it is anything else."""
    first, last = first_day(wanted, zone), last_day(wanted, zone)
    if first is None or last is None:
        return None
    month = Month.of(first)
    return month if (first, last) == (month.first, month.last) else None
