"""Figures and counts by area, as other software and the maps ask for them."""

from datetime import timedelta

import pytest

from geo_portal import clock
from tests.city_fixtures import HARBOUR, HILLTOP, MARKET
from tests.insights_town import complaint

DAY = timedelta(days=1)


@pytest.fixture
def past(database, portal):
    """Six holes fixed in a day each, one open and overdue, and a lamp at the market."""
    now = clock.now()
    with database.transaction() as session:
        for days in range(10, 16):
            complaint(session, HARBOUR, at=now - days * DAY, fixed_after=DAY)
        complaint(session, HILLTOP, at=now - 20 * DAY)
        complaint(session, MARKET, at=now, category="light.street")


def _groups(portal, **asked):
    reply = portal.get("/api/v1/statistics", params=asked)
    assert reply.status_code == 200
    return {group["code"]: group for group in reply.json()["groups"]}


def test_departments_are_told_with_their_figures(portal, past):
    groups = _groups(portal)

    assert groups["ROADS"] == {
        "code": "ROADS",
        "name": "Roads",
        "received": 7,
        "resolved": 6,
        "closed_without_fix": 0,
        "open": 1,
        "overdue": 1,
        "median_s": 86400.0,
        "p80_s": 86400.0,
    }
    assert groups["LIGHT"]["median_s"] is None


def test_areas_are_told_with_their_level(portal, past):
    groups = _groups(portal, by="area", department="ROADS")

    assert groups["ward:N2"]["resolved"] == 6
    assert groups["district:N"]["name"] == "North"
    assert "ward:S1" not in groups


def test_months_are_told_by_their_first_day(portal, past):
    groups = _groups(portal, by="month", category="road.pothole", since="2020-01-01T00:00:00Z")

    assert sum(month["received"] for month in groups.values()) == 7
    assert all(code.endswith("-01") for code in groups)


def test_a_time_span_leaves_out_what_came_and_went_before_it(portal, past):
    soon = (clock.now() - DAY).isoformat()

    groups = _groups(portal, department="ROADS", since=soon)

    assert groups["ROADS"]["received"] == 0
    assert groups["ROADS"]["open"] == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "colour"},
        {"department": "NONE"},
        {"category": "none"},
        {"area": "nowhere"},
        {"since": "yesterday"},
        {"since": "2026-05-01"},
        {"since": "2026-05-02T00:00:00Z", "until": "2026-05-01T00:00:00Z"},
    ],
)
def test_bad_questions_are_refused_in_words(portal, asked):
    reply = portal.get("/api/v1/statistics", params=asked)

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("until", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_all_time_are_answered(portal, past, until):
    reply = portal.get("/api/v1/statistics", params={"until": until, "by": "month"})

    assert reply.status_code == 200


def test_a_moment_after_all_time_is_refused(portal, past):
    reply = portal.get("/api/v1/statistics", params={"until": "9999-12-31T23:59:59-14:00"})

    assert reply.status_code == 422


def test_wards_are_coloured_by_what_is_reported_in_them(portal, past):
    reply = portal.get("/api/v1/areas/ward/counts", params={"department": "ROADS"})

    told = reply.json()
    assert {area["code"]: (area["count"], area["class"]) for area in told["areas"]} == {
        "N1": (1, 0),
        "N2": (6, 1),
        "S1": (0, -1),
        "S2": (0, -1),
    }
    assert told["title"] == "7 reports by area: Ward"
    assert len(told["limits"]) == len(told["labels"]) == len(told["colours"]) == 2


def test_a_level_that_the_city_has_not_is_not_found(portal):
    reply = portal.get("/api/v1/areas/province/counts")

    assert reply.status_code == 404
