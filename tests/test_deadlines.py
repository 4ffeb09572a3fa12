"""By when, to the minute: clocks that change, the year's end, Ramadan, days off and pauses."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from geo_portal.city.calendar import WEEKDAYS, Season, WorkingCalendar
from geo_portal.city.facts import CategoryFacts, CityFacts
from geo_portal.city.ladders import USUAL
from geo_portal.complaints.deadlines import deadlines
from geo_portal.complaints.ladder import Clock
from geo_portal.complaints.pauses import Pause, moved_by

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NO_HOURS: dict[str, tuple[time, time]] = {}
EIGHT_TO_FOUR = dict.fromkeys(WEEKDAYS[:5], (time(8), time(16)))
AROUND_THE_CLOCK = dict.fromkeys(WEEKDAYS, (time(0), time(23, 59, 59)))
ZURICH = WorkingCalendar(ZoneInfo("Europe/Zurich"), EIGHT_TO_FOUR, "CH")
ZURICH_DAY_AND_NIGHT = WorkingCalendar(ZoneInfo("Europe/Zurich"), AROUND_THE_CLOCK, "CH")
NEW_YORK = WorkingCalendar(ZoneInfo("America/New_York"), EIGHT_TO_FOUR, "US")
NEW_YORK_DAY_AND_NIGHT = WorkingCalendar(ZoneInfo("America/New_York"), AROUND_THE_CLOCK, "US")
JAKARTA = WorkingCalendar(
    ZoneInfo("Asia/Jakarta"),
    EIGHT_TO_FOUR | {"fri": (time(8), time(16, 30))},
    "ID",
    frozenset({date(2026, 9, 9)}),
    (
        Season(
            date(2026, 2, 19),
            date(2026, 3, 20),
            dict.fromkeys(WEEKDAYS[:4], (time(8), time(15))) | {"fri": (time(8), time(15, 30))},
        ),
    ),
)
CALENDARS = [ZURICH, ZURICH_DAY_AND_NIGHT, NEW_YORK, NEW_YORK_DAY_AND_NIGHT, JAKARTA]
MOMENTS = some.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=some.just(UTC))
SPANS = some.timedeltas(timedelta(), 20 * DAY)


def town(calendar: WorkingCalendar) -> CityFacts:
    """A town that does nothing but keep time by this calendar, with the usual ladder."""
    return CityFacts(
        *((), "town", {}, calendar.country, calendar.timezone, ("en",), 3857, (), calendar),
        *(None, (), {}, {}),
        ladder=USUAL,
    )


def kind(fix_within: timedelta, *, working_time: bool) -> CategoryFacts:
    return CategoryFacts(
        *("road.pothole", {}, "road", {}, "ROADS", HOUR, fix_within, working_time),
        *(False, False, (), {}, True),
    )


def at(calendar: WorkingCalendar, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.timezone)


WORKING, WALL = True, False


@pytest.mark.parametrize(
    ("calendar", "filed", "fix_within", "working_time", "due", "half_way"),
    [
        # The night in March has an hour less, that in October one more; by the clock on the wall
        # a day is twenty-four hours all the same, so the local time moves.
        (ZURICH, "2026-03-28T12:00", DAY, WALL, "2026-03-29T13:00", "2026-03-29T00:00"),
        (ZURICH, "2026-10-24T12:00", DAY, WALL, "2026-10-25T11:00", "2026-10-25T00:00"),
        (NEW_YORK, "2026-03-07T12:00", DAY, WALL, "2026-03-08T13:00", "2026-03-08T00:00"),
        (NEW_YORK, "2026-10-31T12:00", DAY, WALL, "2026-11-01T11:00", "2026-11-01T00:00"),
        # Working days keep the local time of day across both changes.
        (ZURICH, "2026-03-27T12:00", DAY, WORKING, "2026-03-30T12:00", "2026-03-27T16:00"),
        (ZURICH, "2026-10-23T12:00", DAY, WORKING, "2026-10-26T12:00", "2026-10-23T16:00"),
        (NEW_YORK, "2026-03-06T12:00", DAY, WORKING, "2026-03-09T12:00", "2026-03-06T16:00"),
        (NEW_YORK, "2026-10-30T12:00", DAY, WORKING, "2026-11-02T12:00", "2026-10-30T16:00"),
        # Hours that are worked through the change itself are real hours.
        (
            *(ZURICH_DAY_AND_NIGHT, "2026-03-29T01:00", 4 * HOUR, WORKING),
            *("2026-03-29T06:00", "2026-03-29T04:00"),
        ),
        (
            *(NEW_YORK_DAY_AND_NIGHT, "2026-11-01T00:30", 4 * HOUR, WORKING),
            *("2026-11-01T03:30", "2026-11-01T01:30"),
        ),
        # Over the year's end: Thursday, New Year's Day, the second of January where it is one.
        (ZURICH, "2026-12-31T15:00", 2 * HOUR, WORKING, "2027-01-04T09:00", "2026-12-31T16:00"),
        (NEW_YORK, "2026-12-31T15:00", 2 * HOUR, WORKING, "2027-01-04T09:00", "2026-12-31T16:00"),
        (ZURICH, "2026-12-31T15:00", 2 * DAY, WALL, "2027-01-02T15:00", "2027-01-01T15:00"),
        # Thanksgiving, and the town's own day off.
        (NEW_YORK, "2026-11-25T12:00", DAY, WORKING, "2026-11-27T12:00", "2026-11-25T16:00"),
        (JAKARTA, "2026-09-08T12:00", DAY, WORKING, "2026-09-10T12:00", "2026-09-08T16:00"),
        # Into Ramadan, in it, over Nyepi, and out of it over Eid.
        (JAKARTA, "2026-02-18T14:00", 4 * HOUR, WORKING, "2026-02-19T10:00", "2026-02-18T16:00"),
        (JAKARTA, "2026-02-18T15:30", DAY, WORKING, "2026-02-19T15:00", "2026-02-19T11:15"),
        (JAKARTA, "2026-02-23T14:00", 2 * HOUR, WORKING, "2026-02-24T09:00", "2026-02-23T15:00"),
        (JAKARTA, "2026-02-27T15:00", 1 * HOUR, WORKING, "2026-03-02T08:30", "2026-02-27T15:30"),
        (JAKARTA, "2026-03-17T14:00", 9 * HOUR, WORKING, "2026-03-20T09:00", "2026-03-18T11:30"),
        (JAKARTA, "2026-03-20T15:00", 2 * HOUR, WORKING, "2026-03-23T09:30", "2026-03-23T08:30"),
        # Filed at night, on a Saturday, at the minute of closing: time runs from the opening.
        (JAKARTA, "2026-09-01T02:00", 2 * HOUR, WORKING, "2026-09-01T10:00", "2026-09-01T09:00"),
        (JAKARTA, "2026-09-05T12:00", 2 * HOUR, WORKING, "2026-09-07T10:00", "2026-09-07T09:00"),
        (JAKARTA, "2026-09-01T16:00", 2 * HOUR, WORKING, "2026-09-02T10:00", "2026-09-02T09:00"),
        # A second is a promise too.
        (
            *(JAKARTA, "2026-09-01T15:59:59", timedelta(seconds=2), WORKING),
            *("2026-09-02T08:00:01", "2026-09-01T16:00"),
        ),
    ],
)
def test_the_fix_and_half_of_the_time_come_to_the_minute(
    calendar, filed, fix_within, working_time, due, half_way
):
    known = kind(fix_within, working_time=working_time)

    found = deadlines(town(calendar), known, at(calendar, filed).astimezone(UTC))

    assert found.due_at.astimezone(calendar.timezone) == at(calendar, due)
    assert found.escalate_at is not None
    assert found.escalate_at.astimezone(calendar.timezone) == at(calendar, half_way)


@pytest.mark.parametrize(
    ("working_time", "moments"),
    [
        # A working day from Thursday noon, in quarters of it: over the night and the weekend.
        (
            WORKING,
            ["2026-09-03T16:00", "2026-09-04T12:00", "2026-09-04T16:00", "2026-09-07T11:30"],
        ),
        (WALL, ["2026-09-04T00:00", "2026-09-04T12:00", "2026-09-05T00:00", "2026-09-05T12:00"]),
    ],
)
def test_every_step_of_the_ladder_is_counted_like_the_promise(working_time, moments):
    city, filed = town(JAKARTA), at(JAKARTA, "2026-09-03T12:00").astimezone(UTC)
    due = deadlines(city, kind(DAY, working_time=working_time), filed)
    clock = Clock(city, due.promised, working_time)

    found = [clock.reaches(step, filed) for step in (1, 2, 3, 4, 5)]

    assert found[:4] == [at(JAKARTA, moment) for moment in moments]
    assert found[4] is None


def test_the_step_at_a_hundred_percent_is_the_deadline_itself():
    city, sunday = town(JAKARTA), at(JAKARTA, "2026-09-06T12:00")
    due = deadlines(city, kind(DAY, working_time=True), sunday)
    clock = Clock(city, due.promised, due.working_time, due.due_at)

    found = [clock.reaches(2, sunday), clock.reaches(2, due.escalate_at, 1)]

    # All eight hours are used when the office closes, but the promise lasts until it opens.
    assert found == [at(JAKARTA, "2026-09-08T08:00")] * 2


@pytest.mark.parametrize(
    ("working_time", "pauses", "due"),
    [
        # From Friday three o'clock to Monday nine: an hour and a half of Friday, one of Monday.
        (WORKING, [("2026-09-04T15:00", "2026-09-07T09:00")], "2026-09-07T14:30"),
        (WALL, [("2026-09-04T15:00", "2026-09-07T09:00")], "2026-09-10T06:00"),
        # A weekend alone costs no working time.
        (WORKING, [("2026-09-04T17:00", "2026-09-07T07:00")], "2026-09-07T12:00"),
        # Over the town's day off; twice; no time at all; begun after it was due.
        (WORKING, [("2026-09-07T08:00", "2026-09-10T08:00")], "2026-09-10T12:00"),
        (
            WORKING,
            [("2026-09-04T15:00", "2026-09-04T16:00"), ("2026-09-07T08:00", "2026-09-07T09:00")],
            "2026-09-07T14:00",
        ),
        (WORKING, [("2026-09-04T15:00", "2026-09-04T15:00")], "2026-09-07T12:00"),
        (WALL, [("2026-09-07T13:00", "2026-09-08T13:00")], "2026-09-07T12:00"),
    ],
)
def test_a_pause_gives_back_what_it_took_and_no_more(working_time, pauses, due):
    clock = Clock(town(JAKARTA), DAY, working_time)
    stood = [Pause(*(at(JAKARTA, moment) for moment in pause)) for pause in pauses]

    moved = moved_by(clock, at(JAKARTA, "2026-09-07T12:00"), *stood)

    assert moved == at(JAKARTA, due)


def test_what_nobody_could_sort_is_read_within_a_working_day():
    filed = at(JAKARTA, "2026-09-04T12:00")

    found = deadlines(town(JAKARTA), None, filed)

    assert found.respond_by == found.due_at == at(JAKARTA, "2026-09-07T12:00")


def test_where_only_an_answer_is_promised_its_clock_is_the_ladders():
    known = replace(kind(DAY, working_time=False), fix_within=None)
    filed = datetime(2026, 9, 1, tzinfo=UTC)

    found = deadlines(town(JAKARTA), known, filed)

    assert (found.due_at, found.escalate_at) == (filed + HOUR, filed + HOUR / 2)


# The first look at a country's holidays takes longer than hypothesis grants.
@settings(deadline=None)
@given(some.sampled_from(CALENDARS), MOMENTS, SPANS)
def test_working_time_added_is_working_time_found(calendar, start, span):
    assert calendar.working_time(start, calendar.add_working_time(start, span)) == span


@settings(deadline=None)
@given(some.sampled_from(CALENDARS), MOMENTS, SPANS, SPANS)
def test_working_time_adds_up_and_never_runs_backwards(calendar, start, one, more):
    between, end = start + one, start + one + more

    whole = calendar.working_time(start, end)

    assert whole == calendar.working_time(start, between) + calendar.working_time(between, end)
    assert timedelta() <= whole <= end - start


@settings(deadline=None)
@given(some.sampled_from(CALENDARS), MOMENTS, SPANS.filter(bool))
def test_nothing_that_is_promised_in_working_time_is_due_outside_of_it(calendar, filed, span):
    due = deadlines(town(calendar), kind(span, working_time=True), filed)
    local = [moment.astimezone(calendar.timezone) for moment in (due.due_at, due.escalate_at)]

    hours = [calendar.hours_on(moment.date()) for moment in local]

    assert filed <= due.escalate_at <= due.due_at
    assert all(h and h[0] <= m.time() <= h[1] for h, m in zip(hours, local, strict=True))


@settings(deadline=None)
@given(some.sampled_from(CALENDARS), MOMENTS, some.integers(1, 30 * 24), some.booleans())
def test_a_higher_step_never_comes_before_a_lower_one(calendar, filed, hours, working_time):
    clock = Clock(town(calendar), hours * HOUR, working_time)

    moments = [clock.reaches(step, filed) for step in (1, 2, 3, 4)]

    assert moments == sorted(moments)
    assert moments[1] == clock.reaches(2, moments[0], 1)


@settings(deadline=None)
@given(some.sampled_from(CALENDARS), MOMENTS, SPANS, SPANS, some.booleans())
def test_what_was_left_at_the_pause_is_left_after_it(calendar, begun, lasted, left, working_time):
    clock = Clock(town(calendar), DAY, working_time)
    due, ended = clock.later(begun, left), begun + lasted

    moved = moved_by(clock, due, Pause(begun, ended))

    assert clock.elapsed(ended, moved) == (left if due > begun else clock.elapsed(ended, due))
