"""What a map of the town shows: pins, counted rings, and nothing it should not."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from geo_portal.city.facts import facts
from geo_portal.complaints.find import ComplaintFilter, find
from geo_portal.errors import Invalid
from geo_portal.insights import cells
from geo_portal.insights.map import draw
from geo_portal.insights.viewport import WORLD, Viewport
from tests.insights_town import NOON, complaint

TOWN = Viewport.parse("95.0,-10.05,95.05,-9.99")
EVERYTHING = ComplaintFilter()
MARKET, HARBOUR = (95.010, -10.030), (95.030, -10.005)


def seen(session: Session, wanted=EVERYTHING, viewport=TOWN, zoom=14):
    return draw(session, wanted.checked(session, facts(session)), viewport, zoom, NOON)


def total(picture) -> int:
    return len(picture.singles) + sum(ring.count for ring in picture.rings)


def test_one_complaint_is_a_pin_where_it_lies(session, city):
    code = complaint(session, MARKET)

    picture = seen(session)

    assert [(s.code, s.light, s.place.lon, s.place.lat) for s in picture.singles] == [
        (code, "waiting", *MARKET)
    ]
    assert picture.rings == []


def test_an_empty_town_has_an_empty_map(session, city):
    assert total(seen(session)) == 0


@pytest.mark.parametrize("folded", [True, False])
def test_neighbours_become_a_ring_split_by_light(session, city, folded):
    for status in ("submitted", "submitted", "in_progress", "resolved"):
        complaint(session, MARKET, status=status)
    complaint(session, HARBOUR)
    if folded:
        cells.fold(session)

    picture = seen(session)

    assert [ring.by_light for ring in picture.rings] == [{"waiting": 2, "progress": 1, "done": 1}]
    assert picture.rings[0].place.lon == pytest.approx(MARKET[0], abs=1e-6)
    assert picture.rings[0].place.lat == pytest.approx(MARKET[1], abs=1e-6)
    assert len(picture.singles) == 1


def test_close_up_every_complaint_is_a_pin_of_its_own(session, city):
    for nth in range(6):
        complaint(session, (MARKET[0] + nth * 1e-6, MARKET[1]))

    picture = seen(session, viewport=Viewport.parse("95.005,-10.035,95.015,-10.025"), zoom=18)

    assert len(picture.singles) == 6


def test_a_sensitive_complaint_is_on_no_map(session, city):
    complaint(session, MARKET, category="order.crime")

    assert total(seen(session)) == 0
    assert total(seen(session, zoom=19)) == 0
    assert (
        total(seen(session, ComplaintFilter(categories=("order.crime",), statuses=("submitted",))))
        == 0
    )


FILTERS = {
    "category": ComplaintFilter(categories=("road.pothole",)),
    "two categories": ComplaintFilter(categories=("road.pothole", "waste.pile")),
    "department": ComplaintFilter(departments=("ROADS",)),
    "office": ComplaintFilter(departments=("ROADS-S",)),
    "department and office": ComplaintFilter(departments=("ROADS", "ROADS-S")),
    "department and category": ComplaintFilter(
        departments=("ROADS",), categories=("road.pothole",)
    ),
    "area": ComplaintFilter(areas=("ward:S1",)),
    "areas of two levels": ComplaintFilter(areas=("ward:S1", "district:S")),
    "area and category": ComplaintFilter(areas=("ward:S1",), categories=("waste.pile",)),
    "light": ComplaintFilter(lights=("done",)),
    "status": ComplaintFilter(statuses=("resolved",)),
    "words": ComplaintFilter(words="lamp"),
    "since a day": ComplaintFilter(since=NOON - timedelta(days=75)),
    "until a day": ComplaintFilter(until=NOON - timedelta(days=75)),
    "between days": ComplaintFilter(
        since=NOON - timedelta(days=99), until=NOON - timedelta(days=3)
    ),
    "between days, one light": ComplaintFilter(since=NOON - timedelta(days=99), lights=("done",)),
    "day and category": ComplaintFilter(
        since=NOON - timedelta(days=75), categories=("waste.pile",)
    ),
}


@pytest.mark.parametrize("folded", [True, False])
@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("zoom", [11, 15, 17])
def test_every_filter_counts_what_a_plain_search_finds(session, city, name, zoom, folded):
    _a_busy_year(session)
    if folded:
        cells.fold(session)
    wanted = FILTERS[name].checked(session, facts(session))

    expected = len(find(session, wanted, limit=400).rows)
    assert expected > 0
    assert total(draw(session, wanted, TOWN, zoom, NOON)) == expected


def _a_busy_year(session: Session) -> None:
    kinds = ("road.pothole", "waste.pile", "light.street")
    states = ("submitted", "resolved", "in_progress")
    for nth in range(60):
        complaint(
            session,
            (95.002 + nth % 9 * 0.004, -10.036 + nth % 7 * 0.005),
            category=kinds[nth % 3],
            status=states[nth // 2 % 3],
            office="ROADS-S" if nth % 6 == 0 else None,
            at=NOON - timedelta(days=nth * 5, hours=nth),
            description="A lamp is out" if nth % 5 == 0 else "A hole in the road",
        )


def test_a_month_in_the_future_is_not_forgotten(session, city):
    complaint(session, MARKET, at=NOON + timedelta(days=90))

    assert total(seen(session, ComplaintFilter(since=NOON - timedelta(days=200)))) == 1


def test_a_map_across_the_antimeridian_sees_both_sides(session, city):
    complaint(session, (179.9, 1.0), category=None)
    complaint(session, (-179.9, 1.0), category=None)

    for bbox in ("179,0,-179,2", "179,0,181,2", "-181,0,-179,2", "539,0,541,2"):
        assert total(seen(session, viewport=Viewport.parse(bbox), zoom=9)) == 2
    assert total(seen(session, viewport=Viewport.parse("-170,0,170,2"), zoom=9)) == 0


def test_the_whole_world_many_times_over_is_shown_once(session, city):
    complaint(session, MARKET)

    assert total(seen(session, viewport=Viewport.parse("-5000,-90,5000,90"), zoom=19)) == 1
    assert total(seen(session, viewport=WORLD, zoom=0)) == 1


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "0,0,inf,1", "0,5,1,4"])
def test_what_is_no_box_is_refused_in_words(bbox):
    with pytest.raises(Invalid, match="box"):
        Viewport.parse(bbox)


def test_a_crowded_map_stays_small(portal, database):
    with database.transaction() as session:
        for nth in range(1500):
            complaint(session, (95.0 + nth % 50 * 0.0008, -10.04 + nth // 50 * 0.0013))

    reply = portal.get("/api/v1/map?bbox=94.9,-10.1,95.1,-9.9&zoom=19")

    assert reply.status_code == 200
    assert len(reply.content) < 300_000
    told = reply.json()["features"]
    assert sum(feature["properties"]["count"] for feature in told) == 1500
    assert len(told) <= 1000


def test_the_counts_are_folded_after_a_reply(portal, database):
    with database.transaction() as session:
        for nth in range(600):
            complaint(session, (95.0 + nth % 50 * 0.0008, -10.04))

    portal.get("/api/v1/map?zoom=12")

    with database.transaction() as session:
        assert cells.waiting(session) == 0
        assert cells.check(session) == 0


@pytest.mark.parametrize(
    "query", ["bbox=1,2", "zoom=-1", "zoom=x", "bbox=nan,1,2,3", "category=no.such", "since=today"]
)
def test_a_map_that_cannot_be_drawn_is_refused_with_a_problem(portal, query):
    reply = portal.get(f"/api/v1/map?{query}")

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
