"""The heat map as other programs get it: squares, their counts, and what they do not give away."""

from datetime import timedelta

import pytest

from tests.insights_town import NOON, complaint

MARKET, HARBOUR = (95.010, -10.030), (95.030, -10.005)
TOWN = "95.0,-10.05,95.05,-9.99"


@pytest.fixture
def busy_town(database, portal):
    """Three potholes and a lamp at the market, one pothole at the harbour."""
    with database.transaction() as session:
        for nth in range(3):
            complaint(session, MARKET, at=NOON - timedelta(days=40 * nth))
        complaint(session, MARKET, category="light.street", status="resolved")
        complaint(session, HARBOUR, description="A deep pothole by the harbour")
    return portal


@pytest.fixture
def told_five_crimes(database, portal):
    """Five reports of a sensitive kind at the market, four at the harbour."""
    with database.transaction() as session:
        for place in [MARKET] * 5 + [HARBOUR] * 4:
            complaint(session, place, category="order.crime")
    return portal


def heat(portal, **asked):
    reply = portal.get("/api/v1/heatmap", params=asked)
    assert reply.status_code == 200
    return reply.json()


def counts(told):
    return [square["properties"]["count"] for square in told["features"]]


def test_squares_lie_around_what_they_count_busiest_first(busy_town):
    told = heat(busy_town, bbox=TOWN)

    assert counts(told) == [4, 1]
    ((west, south), _, (east, north), *_) = told["features"][0]["geometry"]["coordinates"][0]
    assert west < MARKET[0] < east
    assert south < MARKET[1] < north
    assert (told["cell_m"], told["srid"], told["total"], told["complete"]) == (250, 32746, 5, True)


def test_what_is_shown_is_said_and_can_be_drawn(busy_town):
    told = heat(busy_town, bbox=TOWN, category="road.pothole")

    assert told["title"] == "Pothole or damaged road"
    assert told["sentence"] == "4 reports in 2 squares of 250 m, by where the pin lies."
    assert told["limits"] == [1, 3]
    assert told["labels"] == ["1–2", "3"]
    assert [square["properties"]["class"] for square in told["features"]] == [1, 0]
    assert len(set(told["colours"])) == len(set(told["colours_on_dark"])) == 2


def test_it_is_said_in_the_readers_language(busy_town):
    reply = busy_town.get("/api/v1/heatmap", headers={"Accept-Language": "id"})

    assert "laporan" in reply.json()["sentence"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [4, 1]),
        ({"category": "light.street"}, [1]),
        ({"category": "light.street,road.pothole"}, [4, 1]),
        ({"department": "ROADS"}, [3, 1]),
        ({"area": "district:S"}, [4]),
        ({"area": "district:S", "category": "road.pothole"}, [3]),
        ({"light": "done"}, [1]),
        ({"since": "2026-06-01T00:00:00Z"}, [2, 1]),
        ({"until": "2026-06-01T00:00:00Z"}, [2]),
        ({"q": "harb"}, [1]),
        ({"bbox": "95.02,-10.02,95.04,-10.0"}, [1]),
        ({"bbox": "0,0,1,1"}, []),
        ({"bbox": "170,-20,-170,20"}, []),
        ({"bbox": "-180,-90,180,90"}, [4, 1]),
        ({"bbox": "-5000,-90,5000,90"}, [4, 1]),
        ({"cell_m": 20}, [4, 1]),
        ({"cell_m": 100_000}, [5]),
    ],
    ids=str,
)
def test_every_filter_narrows_it(busy_town, asked, expected):
    assert counts(heat(busy_town, **asked)) == expected


def test_sensitive_kinds_are_counted_where_five_lie_together(told_five_crimes):
    told = heat(told_five_crimes)

    assert (counts(told), told["left_out"]) == ([5], 4)
    assert "4 reports of sensitive kinds are left out" in told["notes"][0]


@pytest.mark.parametrize(
    "asked",
    [
        {"bbox": "95.02,-10.02,95.04,-10.0"},
        {"bbox": "95.02,-10.02,95.04,-10.0", "category": "order.crime"},
        {"cell_m": 100},
        {"since": "2026-06-10T00:00:00Z"},
        {"category": "order.crime", "area": "district:N"},
    ],
    ids=str,
)
def test_what_is_withheld_does_not_show_by_its_number(told_five_crimes, asked):
    told = heat(told_five_crimes, **asked)

    assert (counts(told), told["left_out"]) == ([], None)
    assert "only counted where five or more lie within 250 m" in " ".join(told["notes"])


def test_a_crowded_town_stays_small_and_says_so(database, portal):
    with database.transaction() as session:
        for nth in range(3000):
            complaint(session, (94.95 + nth % 60 * 0.0025, -10.08 + nth // 60 * 0.0025))

    reply = portal.get("/api/v1/heatmap", params={"cell_m": 100})

    told = reply.json()
    assert len(reply.content) < 300_000
    assert told["total"] == 3000
    assert told["cell_m"] > 100
    assert "Squares of 100 m would be too many here, so they are larger." in told["notes"]


def test_an_empty_choice_is_an_empty_map_with_a_word(busy_town):
    told = heat(busy_town, category="tree.fallen")

    assert (told["features"], told["limits"], told["labels"], told["total"]) == ([], [], [], 0)
    assert told["notes"][0] == "No report is like that, so there is nothing to show."


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("bbox=1,2", "bbox"),
        ("bbox=nan,1,2,3", "bbox"),
        ("cell_m=0", "cell_m"),
        ("cell_m=1e9", "cell_m"),
        ("cell_m=99999999999999999999", "cell_m"),
        ("category=no.such", "category"),
        ("area=ward:none", "area"),
        ("area=ward", "area"),
        ("light=blue", "light"),
        ("since=today", "since"),
        ("since=2026-06-02T00:00:00Z&until=2026-06-01T00:00:00Z", "until"),
    ],
)
def test_a_heat_map_that_cannot_be_drawn_is_refused_with_a_problem(portal, query, field):
    reply = portal.get(f"/api/v1/heatmap?{query}")

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["errors"][0]["field"] == field
