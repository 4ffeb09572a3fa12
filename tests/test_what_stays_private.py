"""What must never reach a stranger: the words and the place of a sensitive report, masked numbers.

Every address that the app answers to GET is asked, so a door that is added is tested with it.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from geo_portal.database import Database, connect
from geo_portal.main import create_app

SECRET, PHONE = "quetzalcoatlus", "0812-7340-5561"
AT = {"lon": 95.012347, "lat": -10.004621}
PLACE = ("95.01234", "10.00462")
NEAR = {"lon": 95.0127, "lat": -10.0044}
ROUGHLY = {"lon": 95.0125, "lat": -10.0045}
HERE = "bbox=94.9,-10.1,95.1,-9.9&zoom=18&cell_m=50"
# Values for parameters in addresses; anything else is answered with the report's code.
VALUES = {
    "level": "ward",
    "area": "N1",
    "layer": "land",
    "department": "POLICE",
    "z": "14",
    "size": "large",
    "format": "geojson",
}


def _paths(routes: Any) -> Iterator[str]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _paths(inner.routes)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield route.path


DOORS = sorted(set(_paths(create_app(Database(connect("postgresql:///nowhere"))).routes)))
QUERIES = ("", f"?{HERE}", f"?lon={ROUGHLY['lon']}&lat={ROUGHLY['lat']}")


@pytest.fixture
def filed(portal) -> list[str]:
    """A sensitive report, and one with a phone number forty metres away."""
    told = [
        AT | {"description": f"A robbery by {SECRET} here", "category": "order.crime"},
        NEAR | {"description": f"A deep pothole, call me on {PHONE}", "category": "road.pothole"},
    ]
    return [portal.post("/api/v1/complaints", json=body).json()["code"] for body in told]


def test_the_doors_are_known():
    assert {"/c/{code}", "/api/v1/complaints", "/api/v1/map", "/complaints", "/"} <= set(DOORS)


@pytest.mark.parametrize("door", DOORS)
def test_no_door_tells_a_stranger(portal, filed, door):
    asked = [_address(door, code) + query for code in filed for query in QUERIES]

    said = "".join(portal.get(address).text for address in asked)

    assert [one for one in (SECRET, PHONE, *PLACE) if one in said] == []


def test_neither_the_look_for_words_nor_the_one_for_numbers_finds_them(portal, filed):
    found = [
        portal.get(f"/api/v1/complaints?q={words}").json()["features"]
        for words in (SECRET, "7340", "robbery")
    ]
    plain = portal.get("/api/v1/complaints?q=pothole").json()["features"]

    assert found == [[], [], []]
    assert plain[0]["properties"]["description"] == "A deep pothole, call me on •••"


def test_who_reports_at_the_same_place_is_told_neither(portal, filed):
    body = ROUGHLY | {"description": "robbery, pothole, call"}

    said = portal.post("/api/v1/classify", json=body).text
    card = portal.post("/report/where", data={k: str(v) for k, v in body.items()}).text

    assert all(one not in said + card for one in (SECRET, PHONE))
    assert "•••" in said + card


def test_who_wants_the_number_shown_gets_it_shown(portal):
    body = AT | {"description": f"Call {PHONE}, pothole", "show_personal": True}

    code = portal.post("/api/v1/complaints", json=body).json()["code"]

    assert PHONE in portal.get(f"/c/{code}").text


def _address(path: str, code: str) -> str:
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: VALUES.get(found[1], code), path)
