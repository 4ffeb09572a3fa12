"""Working time: a table of starts, spans and ends."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from geo_portal.city.calendar import WorkingCalendar, parse_hours

OFFICE = {day: (time(8), time(16)) for day in ("mon", "tue", "wed", "thu", "fri")}
JAKARTA = WorkingCalendar(ZoneInfo("Asia/Jakarta"), OFFICE, "ID", frozenset({date(2026, 9, 9)}))
BERLIN = WorkingCalendar(ZoneInfo("Europe/Berlin"), OFFICE, "DE")
RAMADAN = WorkingCalendar(
    ZoneInfo("Asia/Karachi"), {day: (time(9), time(14)) for day in OFFICE}, "PK"
)


@pytest.mark.parametrize(
    ("calendar", "start", "span", "end"),
    [
        # Within a day; over the evening; over the weekend.
        (JAKARTA, "2026-09-01T09:00", timedelta(hours=4), "2026-09-01T13:00"),
        (JAKARTA, "2026-09-01T15:00", timedelta(hours=4), "2026-09-02T11:00"),
        (JAKARTA, "2026-09-04T15:00", timedelta(hours=4), "2026-09-07T11:00"),
        # Filed at night or on a Saturday: the clock starts when the office opens.
        (JAKARTA, "2026-09-01T02:00", timedelta(hours=1), "2026-09-01T09:00"),
        (JAKARTA, "2026-09-01T23:00", timedelta(hours=1), "2026-09-02T09:00"),
        (JAKARTA, "2026-09-05T12:00", timedelta(hours=1), "2026-09-07T09:00"),
        # Whole days are working days and keep the time of day.
        (JAKARTA, "2026-09-04T12:00", timedelta(days=2), "2026-09-08T12:00"),
        # The city's own day off, and the country's Independence Day (a Monday).
        (JAKARTA, "2026-09-08T12:00", timedelta(days=1), "2026-09-10T12:00"),
        (JAKARTA, "2026-08-14T12:00", timedelta(days=1), "2026-08-18T12:00"),
        # Over the year's end: Thursday, New Year's Day, weekend.
        (BERLIN, "2026-12-31T15:00", timedelta(hours=2), "2027-01-04T09:00"),
        # Over both changes of the clocks: office hours are local hours.
        (BERLIN, "2026-03-27T15:00", timedelta(hours=2), "2026-03-30T09:00"),
        (BERLIN, "2026-10-23T15:00", timedelta(hours=2), "2026-10-26T09:00"),
        # Ramadan hours end at two.
        (RAMADAN, "2026-02-23T13:00", timedelta(hours=2), "2026-02-24T10:00"),
    ],
)
def test_working_time_is_counted_in_office_hours(calendar, start, span, end):
    begun = datetime.fromisoformat(start).replace(tzinfo=calendar.timezone)

    due = calendar.add(begun, span)

    assert due == datetime.fromisoformat(end).replace(tzinfo=calendar.timezone)
    assert due.tzinfo is UTC


def test_a_city_without_hours_counts_every_hour():
    always = WorkingCalendar(ZoneInfo("Asia/Jakarta"), {}, "ID")
    noon = datetime(2026, 9, 5, 12, tzinfo=UTC)

    assert always.add(noon, timedelta(hours=30)) == noon + timedelta(hours=30)


def test_a_country_that_the_holiday_library_does_not_know_has_only_its_own_holidays():
    nowhere = WorkingCalendar(ZoneInfo("UTC"), OFFICE, "XX", frozenset({date(2026, 9, 1)}))

    assert [nowhere.is_day_off(date(2026, 9, day)) for day in (1, 2)] == [True, False]


@given(
    some.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=some.just(UTC)),
    some.timedeltas(timedelta(), timedelta(days=20)),
    some.timedeltas(timedelta(), timedelta(days=5)),
)
def test_more_time_never_ends_earlier_and_always_ends_in_office_hours(start, span, more):
    due = JAKARTA.add(start, span)

    assert start <= due
    local = due.astimezone(JAKARTA.timezone)
    assert not JAKARTA.is_day_off(local.date())
    assert time(8) <= local.time() <= time(16)
    if not span.seconds and not more.seconds:
        assert due <= JAKARTA.add(start, span + more)


@pytest.mark.parametrize("text", ["16:00-08:00", "8-16", "", "08:00", "08:00-08:00", "25:00-26:00"])
def test_hours_that_are_none_are_refused(text):
    with pytest.raises(ValueError):
        parse_hours(text)
