"""What the API lists and shows: filters, pages, similar reports nearby, nothing private."""

import pytest
from sqlalchemy import text

from tests.api_reports import at, file
from tests.city_fixtures import HILLTOP, MARKET


def test_a_sensitive_complaint_shows_neither_words_nor_place(portal):
    told = file(portal, category="order.crime", description="They deal behind the mill").json()

    seen = portal.get(f"/api/v1/complaints/{told['code']}")
    listed = portal.get("/api/v1/complaints").json()["features"][0]
    searched = portal.get("/api/v1/complaints", params={"q": "deal"}).json()["features"]

    assert "mill" not in seen.text
    assert "95.01" not in seen.text
    assert listed["geometry"] is None
    assert searched == []


def test_a_similar_open_report_nearby_is_shown_before_filing_another(portal):
    first = file(portal, description="Deep pothole before the school gate").json()["code"]
    nearby = (HILLTOP[0] + 0.0003, HILLTOP[1])

    told = portal.post(
        "/api/v1/classify",
        json=at(nearby, description="pothole at the school", category="road.pothole"),
    ).json()

    assert [similar["code"] for similar in told["duplicates"]] == [first]
    assert 25 < told["duplicates"][0]["distance_m"] < 40


def test_a_far_or_closed_or_different_report_is_no_duplicate(portal, database):
    file(portal, MARKET)
    closed = file(portal).json()["code"]
    with database.transaction() as session:
        session.execute(
            text("UPDATE complaints SET closed_at = now(), status = 'resolved' WHERE code = :code"),
            {"code": closed},
        )
    file(portal, category="waste.pile", description="sacks of rubbish")

    assert file(portal).json()["duplicates"] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 3),
        ({"category": "road.pothole"}, 2),
        ({"category": "road.pothole,waste.pile"}, 3),
        ({"department": "ROADS"}, 2),
        ({"department": "ROADS-N"}, 1),
        ({"area": "ward:N1"}, 2),
        ({"area": "district:S"}, 1),
        ({"light": "waiting"}, 3),
        ({"light": "done"}, 0),
        ({"q": "hole"}, 2),
        ({"q": "hol sch"}, 2),
        ({"q": "!!! & |"}, 3),
        ({"bbox": "95,-10.01,95.02,-10"}, 2),
        ({"bbox": "-180,-90,180,90"}, 3),
        ({"since": "2999-01-01T00:00:00Z"}, 0),
        ({"until": "2999-01-01T00:00:00+05:00"}, 3),
    ],
)
def test_the_list_shows_what_was_asked_for(portal, asked, found):
    file(portal, description="A hole by the school")
    file(portal, MARKET, description="Hole near the school")
    file(portal, category="waste.pile", description="Sacks of rubbish")

    listed = portal.get("/api/v1/complaints", params=asked).json()

    assert len(listed["features"]) == found


@pytest.mark.parametrize(
    "asked",
    [
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"bbox": "nan,0,1,1"},
        {"category": "no.such"},
        {"department": "NOBODY"},
        {"area": "ward"},
        {"area": "ward:NOWHERE"},
        {"status": "lost"},
        {"since": "yesterday"},
        {"since": "2026-01-01T00:00:00"},
        {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        {"limit": "0"},
        {"limit": "99999"},
        {"cursor": "rubbish"},
        {"cursor": "WyJ4IiwxXQ"},
        {"area": "ward:\x00"},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_in_words(portal, asked):
    reply = portal.get("/api/v1/complaints", params=asked)

    assert reply.status_code in (400, 422)
    assert reply.headers["content-type"] == "application/problem+json"


def test_pages_follow_one_another_without_gap_or_repeat(portal):
    filed = [file(portal, description=f"Hole number {n}").json()["code"] for n in range(7)]

    first = portal.get("/api/v1/complaints", params={"limit": 3}).json()
    second = portal.get("/api/v1/complaints", params={"limit": 3, "cursor": first["next"]}).json()
    third = portal.get("/api/v1/complaints", params={"limit": 3, "cursor": second["next"]}).json()

    pages = [f["id"] for page in (first, second, third) for f in page["features"]]
    assert pages == filed[::-1]
    assert third["next"] is None
