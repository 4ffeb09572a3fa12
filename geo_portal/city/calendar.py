"""When the city works: its hours, the country's public holidays and its own days off."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import holidays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A calendar without a single working hour would count for ever.
LONGEST_SEARCH = timedelta(days=3 * 366)


@dataclass(frozen=True)
class WorkingCalendar:
    """Working hours per weekday in local time; a missing weekday is a day off."""

    timezone: ZoneInfo
    hours: dict[str, tuple[time, time]]
    country: str
    own_holidays: frozenset[date] = frozenset()

    @cached_property
    def _public_holidays(self) -> holidays.HolidayBase:
        try:
            return holidays.country_holidays(self.country)
        except NotImplementedError:
            return holidays.HolidayBase()

    def is_day_off(self, day: date) -> bool:
        """Whether nobody works on that local day."""
        return (
            WEEKDAYS[day.weekday()] not in self.hours
            or day in self.own_holidays
            or day in self._public_holidays
        )

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
        first = start.astimezone(self.timezone).date()
        last = end.astimezone(self.timezone).date()
        days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
        return sum((self._worked_on(day, start, end) for day in days), timedelta())

    def _worked_on(self, day: date, start: datetime, end: datetime) -> timedelta:
        if self.is_day_off(day):
            return timedelta()
        opens, closes = self.hours[WEEKDAYS[day.weekday()]]
        begun = max(start, self._at(day, opens).astimezone(UTC))
        ended = min(end, self._at(day, closes).astimezone(UTC))
        return max(ended - begun, timedelta())

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
        if not self.is_day_off(moment.date()):
            opens, closes = self.hours[WEEKDAYS[moment.weekday()]]
            if moment.time() < opens:
                return self._at(moment.date(), opens)
            if moment.time() < closes:
                return moment
        day = self._working_day_after(moment.date())
        return self._at(day, self.hours[WEEKDAYS[day.weekday()]][0])

    def _next_working_day(self, moment: datetime) -> datetime:
        """The same time of day on the next working day, held inside that day's hours."""
        day = self._working_day_after(moment.date())
        opens, closes = self.hours[WEEKDAYS[day.weekday()]]
        return self._at(day, min(max(moment.time(), opens), closes))

    def _add_hours(self, moment: datetime, left: timedelta) -> datetime:
        while True:
            _, closes = self.hours[WEEKDAYS[moment.weekday()]]
            # Subtracted in UTC: across a change of the clocks local times are an hour off.
            closing = self._at(moment.date(), closes).astimezone(UTC)
            until_closing = closing - moment.astimezone(UTC)
            if left <= until_closing:
                return (moment.astimezone(UTC) + left).astimezone(self.timezone)
            left -= until_closing
            moment = self._into_hours(closing.astimezone(self.timezone))

    def _working_day_after(self, day: date) -> date:
        for ahead in range(1, LONGEST_SEARCH.days):
            if not self.is_day_off(day + timedelta(days=ahead)):
                return day + timedelta(days=ahead)
        return day + timedelta(days=1)

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.timezone)


def parse_hours(text: str) -> tuple[time, time]:
    """Read `08:00-16:00`; raise ValueError when it is not two times in order."""
    opens, _, closes = text.partition("-")
    pair = time.fromisoformat(opens.strip()), _closing(closes.strip())
    if pair[0] >= pair[1]:
        raise ValueError(f"{text} ends before it begins")
    return pair


def _closing(text: str) -> time:
    return time.max if text == "24:00" else time.fromisoformat(text)
