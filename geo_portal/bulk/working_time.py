"""Deadlines of many complaints at once: `city.calendar` worked out with arrays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from geo_portal.city.calendar import WEEKDAYS, WorkingCalendar

Seconds = NDArray[np.float64]
# Room behind the last moment for the longest span that is given in working time.
AHEAD = timedelta(days=3 * 366)


@dataclass(frozen=True)
class WorkingDays:
    """Every working day of a stretch of time, in order: when it opens and closes.

    `opens` and `closes` are seconds since 1970 UTC; `opens_at` and `closes_at` seconds since
    local midnight; `before` is the working time of all earlier days together.
    """

    opens: Seconds
    closes: Seconds
    opens_at: Seconds
    closes_at: Seconds
    before: Seconds

    def add(self, starts: Seconds, span: timedelta) -> Seconds:
        """The moments at which `span` of working time is used up; see `WorkingCalendar.add`."""
        day = np.searchsorted(self.closes, starts, side="right")
        moment = np.maximum(starts, self.opens[day])
        clock = moment - self.opens[day] + self.opens_at[day]
        for _ in range(span.days):
            day = day + 1
            clock = np.clip(clock, self.opens_at[day], self.closes_at[day])
        moment = clock - self.opens_at[day] + self.opens[day]
        return moment if not span.seconds else self._add_seconds(day, moment, span.seconds)

    def _add_seconds(self, day: NDArray[np.int64], moment: Seconds, seconds: int) -> Seconds:
        worked = self.before[day] + moment - self.opens[day] + seconds
        after = self.before + (self.closes - self.opens)
        last = np.searchsorted(after, worked, side="left")
        return self.opens[last] + worked - self.before[last]


def working_days(calendar: WorkingCalendar, first: datetime, last: datetime) -> WorkingDays | None:
    """The working days from before `first` to well after `last`; None when nobody ever works."""
    if not calendar.hours:
        return None
    day = first.astimezone(calendar.timezone).date() - timedelta(days=1)
    end = last.astimezone(calendar.timezone).date() + AHEAD
    rows = []
    while day <= end:
        if not calendar.is_day_off(day):
            rows.append(_day(calendar, day))
        day += timedelta(days=1)
    if not rows:
        return None
    opens, closes, opens_at, closes_at = (
        np.array(column, dtype=float) for column in zip(*rows, strict=True)
    )
    before = np.concatenate([[0.0], np.cumsum(closes - opens)[:-1]])
    return WorkingDays(opens, closes, opens_at, closes_at, before)


def _day(calendar: WorkingCalendar, day: date) -> tuple[float, float, float, float]:
    begin, end = calendar.hours[WEEKDAYS[day.weekday()]]
    return (
        _utc(calendar, day, begin),
        _utc(calendar, day, end),
        _since_midnight(begin),
        _since_midnight(end),
    )


def _utc(calendar: WorkingCalendar, day: date, at: time) -> float:
    return datetime.combine(day, at, tzinfo=calendar.timezone).astimezone(UTC).timestamp()


def _since_midnight(at: time) -> float:
    return at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6
