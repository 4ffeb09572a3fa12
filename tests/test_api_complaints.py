"""The API's door to complaints, in the tiny town."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from tests.api_reports import POTHOLE, at, file, stored
from tests.city_fixtures import AT_SEA, HARBOUR, HILLTOP, IN_THE_BASIN


def test_a_pothole_reaches_the_office_of_its_district_and_says_why(portal):
    reply = file(portal)

    told = reply.json()
    assert reply.status_code == 201
    assert told["status"] == "assigned"
    assert (told["category"], told["department"], told["office"]) == (
        "road.pothole",
        "ROADS",
        "ROADS-N",
    )
    assert [area["code"] for area in told["jurisdictions"]] == ["N", "N1"]
    assert "Hilltop" in told["reason"]
    assert "Roads Office North" in told["reason"]
    assert told["submitted_at"] < told["respond_by"] < told["due_at"]


def test_what_was_filed_can_be_read_by_its_code_and_in_the_list(portal):
    code = file(portal).json()["code"]

    one = portal.get(f"/api/v1/complaints/{code.lower().replace('-', ' ')}").json()
    listed = portal.get("/api/v1/complaints").json()
    events = portal.get(f"/api/v1/complaints/{code}/events").json()["events"]

    assert one["code"] == code
    assert one["description"] == POTHOLE["description"]
    assert [feature["id"] for feature in listed["features"]] == [code]
    assert listed["next"] is None
    assert [event["kind"] for event in events] == ["submitted", "assigned"]


def test_the_same_report_sent_twice_with_one_key_is_filed_once(portal, database):
    key = {"Idempotency-Key": "a-phone-in-a-tunnel"}

    first, second = file(portal, headers=key), file(portal, headers=key)

    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert stored(database) == 1


def test_fifty_sends_at_once_with_one_key_file_one_complaint(portal, database):
    key = {"Idempotency-Key": "an-impatient-thumb"}

    with ThreadPoolExecutor(8) as pool:
        codes = set(pool.map(lambda _: file(portal, headers=key).json()["code"], range(50)))

    assert len(codes) == 1
    assert stored(database) == 1


def test_one_key_for_two_different_reports_is_refused(portal, database):
    key = {"Idempotency-Key": "k"}
    file(portal, headers=key)

    reply = file(portal, HARBOUR, headers=key)

    assert reply.status_code == 422
    assert stored(database) == 1


def test_a_place_outside_every_area_is_kept_and_goes_to_triage(portal, database):
    told = file(portal, AT_SEA).json()

    assert told["status"] == "submitted"
    assert told["needs_triage"]
    assert told["jurisdictions"] == []
    assert told["department"] == "HALL"
    assert "outside every area" in told["reason"]
    assert stored(database) == 1


def test_a_hole_in_a_ward_lies_in_no_ward(portal):
    told = portal.get("/api/v1/where", params={"lon": IN_THE_BASIN[0], "lat": IN_THE_BASIN[1]})

    assert "S2" not in [area["code"] for area in told.json()["jurisdictions"]]


def test_swapped_coordinates_are_said_in_words_and_not_stored(portal, database):
    reply = file(portal, HILLTOP[::-1])

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert "look swapped" in reply.json()["detail"]
    assert stored(database) == 0


def test_null_island_is_what_a_phone_says_that_does_not_know(portal, database):
    reply = portal.post("/api/v1/complaints", json=POTHOLE | {"lon": 0, "lat": 0})

    assert reply.status_code == 422
    assert "does not know where it is" in reply.json()["detail"]
    assert stored(database) == 0


@pytest.mark.parametrize(
    "body",
    [
        '{"description": "x y", "lon": NaN, "lat": 1}',
        '{"description": "x y", "lon": 1e999, "lat": 1}',
        '{"description": "x y", "lon": -Infinity, "lat": 1}',
        '{"description": "x y", "lon": "95", "lat": 1}',
        '{"description": "x y", "lon": true, "lat": 1}',
        '{"description": "x y", "lon": 181, "lat": 1}',
        '{"description": "x y", "lon": 95}',
        '{"description": "x y", "lon": 95, "lat": -10, "colour": "red"}',
        '{"description": 7, "lon": 95, "lat": -10}',
        '{"description": "x y", "lon": 95, "lat": -10, "accuracy_m": -1}',
        '{"description": "x y", "lon": 95.01, "lat": -10.005, "category": "no.such"}',
        '{"description": "x y", "lon": 95.01, "lat": -10.005, "photos": ["../../etc"]}',
        '{"description": "", "lon": 95.01, "lat": -10.005}',
        '{"description": " \\u0000\\u200b\\n", "lon": 95.01, "lat": -10.005}',
        '{"description": "😀", "lon": 200, "lat": -10.005}',
        "[]",
        "null",
        "{",
        "",
        "\udcff",
        "[" * 5000,
    ],
)
def test_a_mistake_is_answered_in_words_and_nothing_is_stored(portal, database, body):
    reply = portal.post(
        "/api/v1/complaints",
        content=body.encode("utf-8", "surrogateescape"),
        headers={"Content-Type": "application/json"},
    )

    assert reply.status_code in (400, 422)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["detail"]
    assert stored(database) == 0


def test_a_text_of_200_000_characters_is_refused_with_its_length(portal, database):
    reply = file(portal, description="word " * 40_000)

    assert reply.status_code == 422
    assert "199999" in reply.json()["detail"]
    assert stored(database) == 0


@pytest.mark.parametrize(
    "words",
    [
        "گٹر ابل رہا ہے، براہ کرم صاف کریں",
        "🕳️🕳️🕳️ big hole 🚧",
        "<script>alert(1)</script> & \"quotes\" 'here'",
        "a zero\x00byte and a bell\x07",
        "half a pair \ud83d here",
        "e\u0301",
    ],
)
def test_any_human_text_is_kept(portal, words):
    body = json.dumps(at(HILLTOP, description=words, category="other"))

    reply = portal.post(
        "/api/v1/complaints", content=body, headers={"Content-Type": "application/json"}
    )

    assert reply.status_code == 201
    kept = reply.json()["description"]
    assert kept
    assert not {"\x00", "\x07", "\ud83d"} & set(kept)


def test_an_unknown_code_is_not_found_in_words(portal):
    for code in ("00000-00000", "nonsense", "%00", "é" * 50):
        reply = portal.get(f"/api/v1/complaints/{code}")

        assert reply.status_code in (400, 404)
        assert reply.headers["content-type"] == "application/problem+json"


def test_history_cannot_be_rewritten(portal, database):
    file(portal)

    with (
        pytest.raises(Exception, match="only ever added"),
        database.transaction() as session,
    ):
        session.execute(text("UPDATE events SET kind = 'resolved'"))
