"""A position may be off: whose place it is then, by odds, by an answer, or by a joint desk."""

import math
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from geo_portal.city.survey import survey_around
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.geometry import LonLat
from geo_portal.routing.reasons import sentences
from geo_portal.routing.route import find_route
from geo_portal.routing.settle import UnknownSide
from geo_portal.routing.sides import border_m, grounds

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
# On the straight border between the wards Hilltop and Harbour that runs down from the sea.
BORDER_LON, BORDER_LAT = 95.0210, -10.003
POTHOLE = "A deep pothole in the road"


def east_of(lon: float, lat: float, metres: float) -> LonLat:
    return LonLat(lon + metres / (111_320 * math.cos(math.radians(lat))), lat)


@pytest.fixture
def by_the_border() -> LonLat:
    """20 m east of the border between the wards Hilltop and Harbour."""
    return east_of(BORDER_LON, BORDER_LAT, 20)


@pytest.fixture
def between_districts() -> LonLat:
    """On the border between North and South, whose roads different offices keep."""
    return LonLat(95.010, -10.02033)


def test_the_share_of_an_area_is_the_gaussian_mass_inside_it(session, city, by_the_border):
    seen = survey_around(session, by_the_border, 30.0)

    found = {one.areas[-1].code: one.share for one in grounds(seen)}

    # Half-plane: Φ(distance / σ), with σ = accuracy / 1.5096.
    distance = border_m(seen)
    beyond = 0.5 * math.erfc(distance / (30.0 / 1.5096) / math.sqrt(2))
    assert distance == pytest.approx(20, abs=1.5)
    assert found == pytest.approx({"N2": 1 - beyond, "N1": beyond}, abs=0.01)


def test_offices_of_one_department_get_it_jointly_until_somebody_says_where(
    session, city, between_districts
):
    unanswered = find_route(session, between_districts, 40.0, POTHOLE, NOON, "road.pothole")
    north = next(s.answer for s in unanswered.place.sides if s.owner.office != "ROADS-S")
    answered = find_route(session, between_districts, 40.0, POTHOLE, NOON, "road.pothole", north)

    assert (unanswered.department, unanswered.office) == ("ROADS", None)
    assert (unanswered.place.method, answered.place.method) == ("joint", "answered")
    assert not unanswered.needs_triage
    assert answered.areas[0].code == "N"


def test_a_road_of_another_owner_is_asked_about_by_the_rules_own_metres(session, city):
    beside = LonLat(95.0130, -10.01038)

    exact = find_route(session, beside, 1.0, POTHOLE, NOON, "road.pothole")
    vague = find_route(session, beside, 60.0, POTHOLE, NOON, "road.pothole")

    assert exact.place.sides == ()
    assert {side.owner.department for side in vague.place.sides} == {"NRA", "ROADS"}
    assert (vague.department, vague.needs_triage) == ("HALL", True)
    assert sum(side.share for side in vague.place.sides) == pytest.approx(1, abs=0.01)


def test_an_answer_to_no_question_is_refused_and_one_without_question_does_no_harm(
    session, city, between_districts
):
    clear = find_route(session, LonLat(95.010, -10.005), 10.0, POTHOLE, NOON, None, "ward:XX")

    assert clear.place.method == "pin"
    with pytest.raises(UnknownSide):
        find_route(session, between_districts, 40.0, POTHOLE, NOON, "road.pothole", "ward:XX")


def test_how_the_place_was_settled_is_kept_and_told(session, city, between_districts):
    new = NewComplaint(POTHOLE, between_districts, 40.0, "road.pothole", side="ward:S1")

    done = submit(session, new, NOON)

    row = session.execute(
        text("SELECT place_method, border_m, place_confidence FROM complaints WHERE id = :id"),
        {"id": done.id},
    ).one()
    told = sentences(done.route.as_facts()["reasons"], done.route.city, str, "en")
    assert (row.place_method, done.route.office) == ("answered", "ROADS-S")
    assert 0 <= row.border_m < 5
    assert 0.3 < row.place_confidence < 0.7
    assert any("in Ward Market" in one and "said where it is" in one for one in told)


def test_the_api_asks_one_question_and_takes_its_answer(portal, between_districts):
    body = {
        "description": POTHOLE,
        "lon": between_districts.lon,
        "lat": between_districts.lat,
        "accuracy_m": 40.0,
        "category": "road.pothole",
    }

    asked = portal.post("/api/v1/classify", json=body).json()
    answer = asked["place_question"]["choices"][1]
    filed = portal.post("/api/v1/complaints", json=body | {"place_answer": answer["place_answer"]})

    assert asked["place_question"]["text"].startswith("Is it on the ")
    assert filed.json()["office"] == answer["office"]
    assert filed.json()["place"]["method"] == "answered"
    assert filed.json()["place_question"] is None
