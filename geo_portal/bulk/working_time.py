"""Deadlines of many complaints at once: `city.calendar` worked out with arrays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo_portal.city.calendar import WorkingCalendar

Seconds = NDArray[np.float64]
# Working days are at least a third of all days, and no holiday lasts longer than this.
CALENDAR_DAYS_PER_WORKING_DAY = 3
LONGEST_BREAK = timedelta(days=60)
# Seconds since 1970 as floating point numbers are right to a millionth.
ROUNDING_S = 1e-5


@dataclass(frozen=True)
class WorkingDays:
    """Every working day of a stretch of time, in order: when it opens and closes.

    `opens` and `closes` are seconds since 1970 UTC; `opens_at` and `closes_at` seconds since
    local midnight; `before` is the working time of all earlier days together.
    """

    calendar: WorkingCalendar
    opens: Seconds
    closes: Seconds
    opens_at: Seconds
    closes_at: Seconds
    before: Seconds

    def add(self, starts: Seconds, span: timedelta) -> Seconds:
        """The moments at which `span` of working time is used up; see `WorkingCalendar.add`."""
        first = day = np.searchsorted(self.closes, starts, side="right")
        moment = np.maximum(starts, self.opens[day])
        clock = moment - self.opens[day] + self.opens_at[day]
        for _ in range(span.days):
            day = day + 1
            clock = np.clip(clock, self.opens_at[day], self.closes_at[day])
        moment = clock - self.opens_at[day] + self.opens[day]
        added = moment if not span.seconds else self._add_seconds(day, moment, span.seconds)
        # Where the clocks change during working hours, arrays of clock times do not do.
        for number in np.flatnonzero(self._uneven[first] | self._uneven[day]):
            start = datetime.fromtimestamp(starts[number], UTC)
            added[number] = self.calendar.add(start, span).timestamp()
        return added

    @cached_property
    def _uneven(self) -> NDArray[np.bool_]:
        spans = self.closes - self.opens, self.closes_at - self.opens_at
        return np.abs(spans[0] - spans[1]) > 1e-3

    def _add_seconds(self, day: NDArray[np.int64], moment: Seconds, seconds: int) -> Seconds:
        return self._when_worked(self.before[day] + moment - self.opens[day] + seconds)

    def worked(self, moments: Seconds) -> Seconds:
        """The working time before each moment, counted from the first day."""
        day = np.searchsorted(self.closes, moments, side="right")
        return self.before[day] + np.maximum(moments - self.opens[day], 0.0)

    def later(self, starts: Seconds, spans: Seconds) -> Seconds:
        """When so much working time is used up; see `WorkingCalendar.add_working_time`."""
        return self._when_worked(self.worked(starts) + spans)

    def _when_worked(self, worked: Seconds) -> Seconds:
        """The closing of a day, not the next opening, where both have been worked for as long."""
        after = self.before + (self.closes - self.opens)
        last = np.searchsorted(after, worked - ROUNDING_S, side="left")
        return self.opens[last] + worked - self.before[last]


def working_days(
    calendar: WorkingCalendar, first: datetime, last: datetime, longest: timedelta
) -> WorkingDays | None:
    """Enough working days to add up to `longest` to any moment from `first` to `last`.

    None when nobody ever works.
    """
    if not calendar.hours:
        return None
    day = first.astimezone(calendar.timezone).date() - timedelta(days=1)
    # Where only one day a week is worked, a working day takes seven.
    fewest = min(len(hours) for hours in (calendar.hours, *(s.hours for s in calendar.seasons)))
    per_day = max(CALENDAR_DAYS_PER_WORKING_DAY, 7 // fewest + 1)
    # A span of hours may need a day for each of them.
    days = longest.days + (longest.seconds // 3600) + 1
    ahead = timedelta(days=per_day * days) + LONGEST_BREAK
    end = last.astimezone(calendar.timezone).date() + ahead
    rows = []
    while day <= end:
        if span := calendar.hours_on(day):
            rows.append(_day(calendar, day, *span))
        day += timedelta(days=1)
    if not rows:
        return None
    opens, closes, opens_at, closes_at = (
        np.array(column, dtype=float) for column in zip(*rows, strict=True)
    )
    before = np.concatenate([[0.0], np.cumsum(closes - opens)[:-1]])
    return WorkingDays(calendar, opens, closes, opens_at, closes_at, before)


def _day(
    calendar: WorkingCalendar, day: date, opens: time, closes: time
) -> tuple[float, float, float, float]:
    return (
        _utc(calendar, day, opens),
        _utc(calendar, day, closes),
        _since_midnight(opens),
        _since_midnight(closes),
    )


def _utc(calendar: WorkingCalendar, day: date, at: time) -> float:
    return datetime.combine(day, at, tzinfo=calendar.timezone).astimezone(UTC).timestamp()


def _since_midnight(at: time) -> float:
    return at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6
