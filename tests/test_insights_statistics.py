"""What became of complaints, against what can be counted by hand in the tiny town."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from geo_portal.city.facts import facts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.area_counts import count_by_area
from geo_portal.insights.department import Standing, dashboard, oldest_open, standings
from geo_portal.insights.statistics import Span, statistics
from tests.city_fixtures import HARBOUR, HILLTOP, MARKET
from tests.insights_town import NOON, complaint

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = NOON + timedelta(days=15)
JUNE = Span(datetime(2026, 6, 1, tzinfo=JAKARTA), datetime(2026, 7, 1, tzinfo=JAKARTA), JAKARTA)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def town(inbox):
    with inbox.session() as session:
        yield session


@pytest.fixture
def june(town):
    """Roads in June: six holes fixed in one to six days, one closed without a fix, one overdue.

    One hole from May is open and still in time; an overdue street light is somebody else's.
    """
    for days in range(1, 7):
        complaint(town, HARBOUR, office="ROADS-N", fixed_after=days * DAY)
    _closed(town, complaint(town, HILLTOP, office="ROADS-N", status="rejected"), NOON + DAY)
    complaint(town, MARKET, office="ROADS-S", due_after=HOUR)
    complaint(town, MARKET, office="ROADS-S", due_after=90 * DAY, at=NOON - 40 * DAY)
    complaint(town, MARKET, category="light.street")
    return town


def _closed(session, code, at):
    closing = text("UPDATE complaints SET closed_at = :at WHERE code = :code")
    session.execute(closing, {"at": at, "code": code})


def _happened(session, code, kind, at):
    event = text("""
        INSERT INTO events (complaint_id, kind, at, by, facts)
        SELECT id, :kind, :at, 'office', '{}' FROM complaints WHERE code = :code
    """)
    session.execute(event, {"kind": kind, "at": at, "code": code})


def _of(session, *departments, **wanted):
    return ComplaintFilter(departments=departments, **wanted).checked(session, facts(session))


def _counts(figures):
    return {one.code: (one.received, one.fixed, one.open, one.overdue) for one in figures}


def test_a_department_is_counted_as_by_hand(june):
    [roads] = statistics(june, _of(june, "ROADS"), JUNE, NOW, ("whole",))["whole"]

    assert (roads.received, roads.fixed, roads.unfixed) == (8, 6, 1)
    assert (roads.open, roads.overdue) == (2, 1)
    assert roads.median == 3.5 * DAY
    assert roads.p80 == 5 * DAY


def test_fewer_than_five_fixes_say_nothing_of_what_is_usual(town):
    for days in range(1, 5):
        complaint(town, HARBOUR, fixed_after=days * DAY)

    [roads] = statistics(town, _of(town, "ROADS"), JUNE, NOW, ("whole",))["whole"]

    assert roads.fixed == 4
    assert (roads.median_s, roads.p80_s) == (None, None)


def test_every_area_office_and_kind_has_its_own_figures(june):
    groups = ("area", "office", "category", "department")

    found = statistics(june, _of(june), JUNE, NOW, groups)

    assert _counts(found["area"]) == {
        "N1": (1, 0, 0, 0),
        "N2": (6, 6, 0, 0),
        "S1": (2, 0, 3, 2),
        "N": (7, 6, 0, 0),
        "S": (2, 0, 3, 2),
    }
    assert _counts(found["office"]) == {
        "ROADS-N": (7, 6, 0, 0),
        "ROADS-S": (1, 0, 2, 1),
        None: (1, 0, 1, 1),
    }
    assert _counts(found["category"])["light.street"] == (1, 0, 1, 1)
    assert _counts(found["department"])["ROADS"] == (8, 6, 2, 1)


def test_an_office_has_only_its_own_complaints(june):
    [office] = statistics(june, _of(june, "ROADS-S"), JUNE, NOW, ("whole",))["whole"]

    assert (office.received, office.open) == (1, 2)


def test_a_week_begins_on_monday_where_the_city_is(town):
    sunday_night_there = datetime(2026, 6, 7, 16, 30, tzinfo=UTC)
    monday_there = datetime(2026, 6, 7, 17, 30, tzinfo=UTC)
    complaint(town, HARBOUR, at=sunday_night_there)
    complaint(town, HARBOUR, at=monday_there, fixed_after=8 * DAY)

    weeks = statistics(town, _of(town, "ROADS"), JUNE, NOW, ("week",))["week"]

    assert [(week.code, week.received, week.fixed) for week in weeks] == [
        ("2026-06-01", 1, 0),
        ("2026-06-08", 1, 0),
        ("2026-06-15", 0, 1),
    ]


def test_a_dashboard_leaves_no_day_out_and_knows_how_many_were_open(june):
    span = Span(JUNE.since, NOW, JAKARTA)

    found = dashboard(june, _of(june, "ROADS"), span, NOW)

    assert found.step == "day"
    assert [found.periods[n].code for n in (0, -1)] == ["2026-06-01", "2026-06-25"]
    assert len(found.periods) == 25
    assert found.open_course[8:13] == [1, 9, 7, 6, 5]
    assert found.open_course[-1] == 2


def test_a_period_that_is_not_over_does_not_look_like_a_fall(june):
    span = Span(NOW - 90 * DAY, NOW, JAKARTA)

    found = dashboard(june, _of(june, "ROADS"), span, NOW)

    assert found.step == "week"
    assert found.periods[-1].code == "2026-06-22"
    assert found.finished[-1].code == "2026-06-15"


def test_a_long_span_is_told_by_the_month(june):
    span = Span(datetime(1900, 1, 1, tzinfo=JAKARTA), NOW, JAKARTA)

    found = dashboard(june, _of(june, "ROADS"), span, NOW)

    assert [(month.code, month.received) for month in found.periods] == [
        ("2026-05-01", 1),
        ("2026-06-01", 8),
    ]


def test_a_report_opened_again_counts_once_and_against_those_fixed(june):
    hole = complaint(june, HARBOUR, office="ROADS-N")
    _happened(june, hole, "reopened", NOON + DAY)
    _happened(june, hole, "reopened", NOON + 2 * DAY)

    reopened = dashboard(june, _of(june, "ROADS"), JUNE, NOW).outcomes.quality.reopened

    assert (reopened.count, reopened.of) == (1, 7)


def test_what_waits_longest_comes_first(june):
    oldest = oldest_open(june, _of(june, "ROADS"), 5)

    assert [row.submitted_at for row in oldest] == [NOON - 40 * DAY, NOON]


def test_all_departments_stand_side_by_side(june):
    found = standings(june, ["ROADS", "ROADS-S", "LIGHT", "WASTE"])

    assert found["ROADS"] == Standing(waiting=2, done=6, closed=1)
    assert found["ROADS-S"].open == 2
    assert found["LIGHT"].open == 1
    assert found["WASTE"] == Standing()


@pytest.mark.parametrize("wanted", [{}, {"since": NOON - 90 * DAY}], ids=["kept", "looked-for"])
def test_every_ward_is_counted_kept_or_looked_for(june, wanted):
    found = count_by_area(june, _of(june, "ROADS", **wanted), facts(june), "ward")

    assert {area.code: area.count for area in found.areas} == {"N1": 1, "N2": 6, "S1": 2, "S2": 0}
    assert [area.class_ for area in found.areas][-1] == -1
    assert (found.total, found.complete) == (9, True)
    assert found.limits[0] == 1


def test_only_open_ones_are_counted_when_that_is_asked(june):
    roads = _of(june, "ROADS", lights=("waiting", "progress"))

    found = count_by_area(june, roads, facts(june), "district")

    assert {area.code: area.count for area in found.areas} == {"N": 0, "S": 2}
