"""The feed: which cards it holds for whom, and that every page goes on where the last one ended."""

import re

import pytest
from sqlalchemy import text

from tests.city_fixtures import HARBOUR, HILLTOP

AT_THE_HARBOUR = f"lon={HARBOUR[0]}&lat={HARBOUR[1]}"


@pytest.fixture
def two_places(portal):
    """A pothole at the harbour and one on the hill, two kilometres away; their codes."""
    return tuple(filed(portal, place, "road.pothole") for place in (HARBOUR, HILLTOP))


def filed(portal, place, category):
    lon, lat = place
    told = {"description": "It is broken", "lon": lon, "lat": lat, "category": category}
    return portal.post("/api/v1/complaints", json=told).json()["code"]


def codes(page):
    return re.findall(r'<h2><a href="/c/([^"]+)"', page.text)


def test_near_me_is_what_is_around_the_reader(portal, two_places):
    harbour, hill = two_places

    near = portal.get(f"/feed?show=near&{AT_THE_HARBOUR}")
    everywhere = portal.get("/feed")

    assert codes(near) == [harbour]
    assert codes(everywhere) == [hill, harbour]


def test_who_does_not_say_where_they_are_may_name_an_area(portal, two_places):
    unknown = portal.get("/feed?show=near")
    named = portal.get("/feed?show=near&area=ward:N1")
    elsewhere = portal.get(f"/feed?show=near&area=ward:N1&{AT_THE_HARBOUR}")

    assert codes(unknown) == []
    assert "let your browser say where you are" in unknown.text
    assert codes(named) == codes(elsewhere) == [two_places[1]]


def test_the_filter_forgets_neither_the_feed_nor_the_place(portal, two_places):
    page = portal.get(f"/feed?show=near&{AT_THE_HARBOUR}&category=road.pothole").text

    form = page[page.index('<form class="filters"') : page.index("</form>")]
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', form))
    assert kept == {"show": "near", "lon": str(HARBOUR[0]), "lat": str(HARBOUR[1])}


def test_of_a_private_kind_the_feed_says_that_it_is_private(portal):
    filed(portal, HARBOUR, "order.crime")

    page = portal.get("/feed?category=order.crime")

    assert codes(page) == []
    assert "Reports of this kind are private" in page.text


def test_a_card_counts_supporters_and_what_was_written(portal, database, two_places):
    with database.transaction() as session:
        session.execute(
            text("""
                INSERT INTO supports (complaint_id, device_hash, at)
                SELECT complaint.id, 'phone ' || n, now()
                FROM complaints AS complaint, generate_series(1, 3) AS n
                WHERE code = :code
            """),
            {"code": two_places[0]},
        )
        session.execute(
            text("""
                INSERT INTO comments (complaint_id, words, state, at)
                SELECT id, 'Yes', state, now()
                FROM complaints, unnest(ARRAY['shown', 'shown', 'held']) AS state
                WHERE code = :code
            """),
            {"code": two_places[0]},
        )

    page = portal.get("/feed?show=supported")

    assert codes(page) == [two_places[0]]
    assert "3 people have it too" in page.text
    assert "2 comments" in page.text
