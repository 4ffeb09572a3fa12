"""Somebody else's program before our Open311 door: its keys, its reports, what it is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from geo_portal import clock
from geo_portal.accounts.keys import add_key, revoke_key
from geo_portal.city.facts import facts
from tests.city_fixtures import HARBOUR
from tests.open311_client import Client

PLACE = {"lat": HARBOUR[1], "long": HARBOUR[0]}
POTHOLE = {"service_code": "road.pothole", "description": "A deep pothole", **PLACE}


@pytest.fixture(params=["xml", "json"])
def form(request):
    return request.param


@pytest.fixture
def keys(database, city):
    """Tokens by name: one that may do all, one of Street Lighting that may only tell updates."""
    with database.transaction() as session:
        known, now = facts(session), clock.now()
        everything = ("report", "update", "events")
        made = {
            "works": add_key(session, known, "Town app", everything, now),
            "lamps": add_key(session, known, "Lamps", ("update",), now, department="LIGHT"),
            "once": add_key(session, known, "Once", ("report",), now, most_per_hour=1),
            "revoked": add_key(session, known, "Old", everything, now),
            "expired": add_key(
                session, known, "Past", everything, now - timedelta(days=2), lasts=timedelta(days=1)
            ),
        }
        revoke_key(session, "Old", now)
    yield made
    with database.transaction() as session:
        session.execute(text("TRUNCATE api_keys CASCADE"))


@pytest.fixture
def proof_wanted(database, city):
    """The city asks for a photo of every mended pothole."""
    changes = (
        "UPDATE categories SET evidence = :wanted WHERE code = 'road.pothole'",
        "UPDATE city SET facts_version = facts_version + 1",
    )
    with database.transaction() as session:
        _ = [session.execute(text(one), {"wanted": True}) for one in changes]
    yield
    with database.transaction() as session:
        _ = [session.execute(text(one), {"wanted": False}) for one in changes]


@pytest.fixture
def client(portal, form, keys):
    return Client(portal, form, keys["works"])


def filed(client, **more):
    """The number of a pothole that was just reported."""
    answer = client.post("requests", POTHOLE | more)
    assert answer.status_code == 200, answer.text
    return client.one(answer)["service_request_id"]


def wrong(client, answer, status):
    """The descriptions of a refusal, joined; its status and shape are checked."""
    assert answer.status_code == status, answer.text
    errors = client.read(answer)
    assert {str(error["code"]) for error in errors} == {str(status)}
    return " ".join(error["description"] for error in errors)


def codes_of(portal, category):
    found = portal.get("/api/v1/complaints", params={"category": category}).json()
    return [one["id"] for one in found["features"]]
