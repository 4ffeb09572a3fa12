"""When an office or a facility is open: its own hours where it has some, else the city's."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from geo_portal.city.calendar import WEEKDAYS, Hours, WorkingCalendar, parse_hours

ALWAYS = "always"
_PART = re.compile(r"([a-z]{3})(?:\s*-\s*([a-z]{3}))?\s+(\d\d:\d\d\s*-\s*\d\d:\d\d)")
# Beyond this nobody plans by it, and a place that never opens must not be looked at for ever.
LONGEST_LOOK = 14


@dataclass(frozen=True)
class Opening:
    """Whether a place is open at a moment, and the moment at which that changes (UTC).

    `until` is the closing time of an open place and the next opening of a closed one; None for
    one that never closes, or never opens.
    """

    is_open: bool
    until: datetime | None = None


def read_opening(written: str) -> Hours:
    """The hours of each weekday from `mon-fri 08:00-15:30; sat 08:00-12:00`.

    Raises `ValueError` for what cannot be read. `always` has no hours to read.
    """
    hours: Hours = {}
    for part in filter(None, (part.strip() for part in written.casefold().split(";"))):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{part} is not days and hours")
        for day in _days(match[1], match[2] or match[1]):
            hours[day] = parse_hours(re.sub(r"\s", "", match[3]))
    return hours


def _days(first: str, last: str) -> list[str]:
    """Weekdays from `first` to `last`; `ValueError` for a name that is none."""
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return list(
        WEEKDAYS[start : end + 1] if start <= end else WEEKDAYS[start:] + WEEKDAYS[: end + 1]
    )


def opening(written: str | None, city: WorkingCalendar, now: datetime) -> Opening:
    """Whether it is open at `now`; days off of the city are days off for everybody but `always`."""
    if written == ALWAYS:
        return Opening(is_open=True)
    calendar = calendar_for(written, city)
    today = now.astimezone(city.timezone).date()
    for ahead in range(LONGEST_LOOK):
        day = today + timedelta(days=ahead)
        hours = calendar.hours_on(day)
        if hours is None:
            continue
        opens, closes = (_at(day, at, city) for at in hours)
        if now < opens:
            return Opening(is_open=False, until=opens)
        if now < closes:
            return Opening(is_open=True, until=closes)
    return Opening(is_open=False)


def calendar_for(written: str | None, city: WorkingCalendar) -> WorkingCalendar:
    """The calendar by which a place with these hours is open; the city's when it has none."""
    if not written:
        return city
    return WorkingCalendar(city.timezone, read_opening(written), city.country, city.own_holidays)


def _at(day: object, at: time, city: WorkingCalendar) -> datetime:
    return datetime.combine(day, at, tzinfo=city.timezone)  # type: ignore[arg-type]
