"""Deadlines of many complaints at once are those of one complaint at a time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_portal.bulk.working_time import working_days
from geo_portal.city.calendar import WEEKDAYS, Season, WorkingCalendar

EIGHT_TO_FOUR = (time(8), time(16))
# Hypothesis wants its bounds without a zone.
FIRST, LAST = datetime(2025, 1, 1), datetime(2027, 1, 1)
CALENDARS = [
    WorkingCalendar(ZoneInfo("Asia/Jakarta"), dict.fromkeys(WEEKDAYS[:5], EIGHT_TO_FOUR), "ID"),
    # Short Fridays, and clocks that change.
    WorkingCalendar(
        ZoneInfo("America/New_York"),
        dict.fromkeys(WEEKDAYS[:4], (time(9), time(17))) | {"fri": (time(9), time(12, 30))},
        "US",
        frozenset({date(2026, 3, 9), date(2026, 3, 10)}),
    ),
    WorkingCalendar(ZoneInfo("Asia/Karachi"), {"sat": (time(10), time(11))}, "PK"),
    WorkingCalendar(ZoneInfo("Europe/Zurich"), dict.fromkeys(WEEKDAYS, (time(0), time.max)), "CH"),
    # Ramadan, with Fridays off.
    WorkingCalendar(
        ZoneInfo("Asia/Karachi"),
        dict.fromkeys(WEEKDAYS[:5], EIGHT_TO_FOUR),
        "PK",
        seasons=(
            Season(
                date(2026, 2, 18),
                date(2026, 3, 19),
                dict.fromkeys(WEEKDAYS[:4], (time(9), time(14, 30))),
            ),
        ),
    ),
]


# The first look at a country's holidays takes longer than hypothesis grants.
@settings(deadline=None)
@given(
    calendar=st.sampled_from(CALENDARS),
    starts=st.lists(
        st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
        min_size=1,
        max_size=5,
    ),
    days=st.integers(0, 20),
    minutes=st.integers(0, 24 * 60 - 1),
)
def test_arrays_count_working_time_as_the_calendar_does(calendar, starts, days, minutes):
    span = timedelta(days=days, minutes=minutes)
    expected = [calendar.add(start, span) for start in starts]

    counted = working_days(calendar, min(starts), max(starts), span).add(
        np.array([start.timestamp() for start in starts]), span
    )

    differing = [abs(at - one.timestamp()) for at, one in zip(counted, expected, strict=True)]
    assert max(differing) < 0.001


# The first look at a country's holidays takes longer than hypothesis grants.
@settings(deadline=None)
@given(
    calendar=st.sampled_from(CALENDARS),
    start=st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    minutes=st.integers(1, 60 * 24 * 3),
)
def test_arrays_use_working_hours_up_as_the_calendar_does(calendar, start, minutes):
    span = timedelta(minutes=minutes)
    expected = calendar.add_working_time(start, span)

    days = working_days(calendar, start, start, timedelta(days=minutes // 60 + 1))
    begun = np.array([start.timestamp()])
    ended = days.later(begun, np.array([span.total_seconds()]))

    assert abs(ended[0] - expected.timestamp()) < 0.001
    assert abs(days.worked(ended)[0] - days.worked(begun)[0] - span.total_seconds()) < 0.001
