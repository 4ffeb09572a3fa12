"""When the city works: its hours and their seasons, the country's holidays and its own days off."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import holidays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A calendar without a single working hour would count for ever.
LONGEST_SEARCH = timedelta(days=3 * 366)

# Opening and closing per weekday, in local time; a missing weekday is a day off.
Hours = dict[str, tuple[time, time]]


@dataclass(frozen=True)
class Season:
    """Days, both included, on which other hours hold, such as Ramadan."""

    first_day: date
    last_day: date
    hours: Hours


@dataclass(frozen=True)
class _Day:
    """A working day: its hours by the local clock, and the same two moments in UTC."""

    opens: time
    closes: time
    opening: datetime
    closing: datetime


@dataclass(frozen=True)
class WorkingCalendar:
    """Working hours per weekday in local time; without any, every hour counts.

    Of seasons that overlap the first holds.
    """

    timezone: ZoneInfo
    hours: Hours
    country: str
    own_holidays: frozenset[date] = frozenset()
    seasons: tuple[Season, ...] = ()

    @cached_property
    def _public_holidays(self) -> holidays.HolidayBase:
        try:
            return holidays.country_holidays(self.country)
        except NotImplementedError:  # Raised by `holidays` for a country that it does not know.
            # Then only the city's own days off count.
            return holidays.HolidayBase()

    @cached_property
    def _known_days(self) -> dict[date, _Day | None]:
        """Days looked up before: the same few are asked for with every complaint."""
        return {}

    @cached_property
    def _known_months(self) -> dict[date, timedelta]:
        """The working time of whole months, by their first day."""
        return {}

    def is_day_off(self, day: date) -> bool:
        """Whether nobody works on that local day."""
        return self._working_day(day) is None

    def hours_on(self, day: date) -> tuple[time, time] | None:
        """When the offices open and close on that local day; None on a day off."""
        known = self._working_day(day)
        return (known.opens, known.closes) if known else None

    def _working_day(self, day: date) -> _Day | None:
        if day not in self._known_days:
            self._known_days[day] = self._look_up(day)
        return self._known_days[day]

    def _look_up(self, day: date) -> _Day | None:
        of_season = (s.hours for s in self.seasons if s.first_day <= day <= s.last_day)
        span = next(of_season, self.hours).get(WEEKDAYS[day.weekday()])
        if span is None or day in self.own_holidays or day in self._public_holidays:
            return None
        opens, closes = span
        moments = (self._at(day, at).astimezone(UTC) for at in span)
        return _Day(opens, closes, *moments)

    def add(self, start: datetime, span: timedelta) -> datetime:
        """The moment at which `span` of working time after `start` is used up (UTC).

        Whole days count as working days and keep the time of day; the rest is counted in
        working hours. So P2D from Friday noon is Tuesday noon, and PT4H from Friday 15:00,
        closing at 16:00, is Monday 11:00 (opening at 08:00).
        """
        if not self.hours:
            return start + span
        moment = self._into_hours(start.astimezone(self.timezone))
        for _ in range(span.days):
            moment = self._next_working_day(moment)
        return self._add_hours(moment, timedelta(seconds=span.seconds)).astimezone(UTC)

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """The working time in [start, end); zero when `end` comes first. All hours without any."""
        if end <= start or not self.hours:
            return max(end - start, timedelta())
        first = day = start.astimezone(self.timezone).date()
        last = end.astimezone(self.timezone).date()
        worked = timedelta()
        while day <= last:
            # A complaint may be open for years: whole months are remembered.
            if day.day == 1 and first < day and _next_month(day) <= last:
                worked += self._worked_in_month(day)
                day = _next_month(day)
            else:
                worked += self._worked_on(day, start, end)
                day += timedelta(days=1)
        return worked

    def _worked_in_month(self, first: date) -> timedelta:
        if first not in self._known_months:
            length = (_next_month(first) - first).days
            days = (self._working_day(first + timedelta(days=ahead)) for ahead in range(length))
            worked = (day.closing - day.opening for day in days if day)
            self._known_months[first] = sum(worked, timedelta())
        return self._known_months[first]

    def _worked_on(self, day: date, start: datetime, end: datetime) -> timedelta:
        known = self._working_day(day)
        if known is None:
            return timedelta()
        return max(min(end, known.closing) - max(start, known.opening), timedelta())

    def add_working_time(self, start: datetime, span: timedelta) -> datetime:
        """The moment (UTC) at which `span` of working hours after `start` is used up.

        The inverse of `working_time`; days are not counted as whole ones as `add` does.
        """
        if not self.hours:
            return start + span
        return self._add_hours(self._into_hours(start.astimezone(self.timezone)), span).astimezone(
            UTC
        )

    def _into_hours(self, moment: datetime) -> datetime:
        """The same moment, or the next opening when it lies outside the hours."""
        known = self._working_day(moment.date())
        if known:
            if moment.time() < known.opens:
                return self._at(moment.date(), known.opens)
            if moment.time() < known.closes:
                return moment
        day, after = self._working_day_after(moment.date())
        return self._at(day, after.opens)

    def _next_working_day(self, moment: datetime) -> datetime:
        """The same time of day on the next working day, held inside that day's hours."""
        day, after = self._working_day_after(moment.date())
        return self._at(day, min(max(moment.time(), after.opens), after.closes))

    def _add_hours(self, moment: datetime, left: timedelta) -> datetime:
        while known := self._working_day(moment.date()):
            # Subtracted in UTC: across a change of the clocks local times are an hour off.
            until_closing = known.closing - moment.astimezone(UTC)
            if left <= until_closing:
                return (moment.astimezone(UTC) + left).astimezone(self.timezone)
            left -= until_closing
            moment = self._into_hours(known.closing.astimezone(self.timezone))
        raise ValueError(f"{moment} lies outside the working hours")

    def _working_day_after(self, day: date) -> tuple[date, _Day]:
        for ahead in range(1, LONGEST_SEARCH.days):
            later = day + timedelta(days=ahead)
            if known := self._working_day(later):
                return later, known
        raise ValueError(f"nobody works for years after {day}")

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.timezone)


def _next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def parse_hours(text: str) -> tuple[time, time]:
    """Read `08:00-16:00`; raise ValueError when it is not two times in order."""
    opens, _, closes = text.partition("-")
    pair = time.fromisoformat(opens.strip()), _closing(closes.strip())
    if pair[0] >= pair[1]:
        raise ValueError(f"{text} ends before it begins")
    return pair


def _closing(text: str) -> time:
    return time.max if text == "24:00" else time.fromisoformat(text)
