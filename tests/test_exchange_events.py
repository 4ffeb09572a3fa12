"""Other systems hear of everything public, once and in order, by feed and by webhook."""

import hashlib
import hmac
import json

import pytest
from sqlalchemy import text

from geo_portal import clock
from geo_portal.accounts.keys import add_key
from geo_portal.city.facts import facts
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.exchange.events import KINDS
from geo_portal.exchange.webhooks import deliver_webhooks
from geo_portal.geometry import LonLat
from geo_portal.web.story import TITLES
from tests.city_fixtures import HARBOUR


@pytest.fixture
def reader(portal, database):
    """The portal as another system sees it that has a key for events."""
    with database.transaction() as session:
        token = add_key(session, facts(session), "Mirror", ("events",), clock.now())
    portal.headers["Authorization"] = f"Bearer {token}"
    yield portal
    with database.transaction() as session:
        session.execute(text("TRUNCATE api_keys CASCADE"))


def file(database, category="road.pothole"):
    new = NewComplaint("A deep pothole", LonLat(*HARBOUR), category=category)
    with database.transaction() as session:
        return submit(session, new, clock.now()).code


def read(portal, cursor=0, **query):
    return portal.get("/api/v1/events", params={"cursor": cursor, **query}).json()


def test_the_feed_is_read_on_from_a_cursor(portal, database):
    code = file(database)
    first = read(portal, limit=1)
    rest = read(portal, first["next"])

    assert [one["kind"] for one in first["events"] + rest["events"]] == ["submitted", "assigned"]
    assert {one["code"] for one in rest["events"]} == {code}
    assert (first["more"], rest["more"]) == (True, False)
    assert read(portal, rest["next"]) == {"events": [], "next": rest["next"], "more": False}
    assert [one["kind"] for one in read(portal, kinds="assigned")["events"]] == ["assigned"]


def test_a_feed_of_events_that_there_are_not_is_refused_in_words(portal):
    answer = portal.get("/api/v1/events", params={"kinds": "submitted,solved"})

    assert (answer.status_code, "“solved”" in answer.json()["detail"]) == (422, True)


def test_of_a_private_report_only_what_happened_is_told(portal, database):
    file(database, "order.crime")

    told = read(portal)["events"][0]

    assert (told["sensitive"], told["facts"], told["remark"]) == (True, {}, None)


def test_an_event_waits_for_a_lower_number_that_is_still_being_written(portal, database):
    with database.transaction() as slow:
        submit(slow, NewComplaint("A slow one", LonLat(*HARBOUR)), clock.now())
        file(database)
        meanwhile = read(portal)["events"]

    assert meanwhile == []
    numbers = [one["cursor"] for one in read(portal)["events"]]
    assert numbers == sorted(numbers)
    assert len({one["code"] for one in read(portal)["events"]}) == 2


def test_a_webhook_gets_every_event_signed(reader, database, listener):
    made = reader.post("/api/v1/webhooks", json={"url": listener.url}).json()
    code = file(database)

    deliver_webhooks(database)
    deliver_webhooks(database)

    [(signed, body)] = listener.taken
    moment = signed.partition(",")[0].removeprefix("t=")
    expected = hmac.new(made["secret"].encode(), f"{moment}.".encode() + body, hashlib.sha256)
    assert signed == f"t={moment},v1={expected.hexdigest()}"
    assert [one["kind"] for one in json.loads(body)["events"]] == ["submitted", "assigned"]
    assert json.loads(body)["events"][0]["code"] == code
    with database.transaction() as session:
        assert made["secret"] not in str(session.execute(text("SELECT * FROM webhooks")).all())


def test_a_webhook_that_fails_is_tried_again_later_and_misses_nothing(reader, database, listener):
    reader.post("/api/v1/webhooks", json={"url": listener.url, "kinds": ["submitted"]})
    file(database)
    listener.status = 500

    deliver_webhooks(database)

    [hook] = reader.get("/api/v1/webhooks").json()["webhooks"]
    assert (hook["failures"], hook["problem"]) == (1, "It answered with the status 500.")
    listener.status = 204
    deliver_webhooks(database)
    assert len(listener.taken) == 1
    with database.transaction() as session:
        session.execute(text("UPDATE webhooks SET next_try_at = now() - interval '1 minute'"))
    deliver_webhooks(database)
    assert listener.taken[0][1] == listener.taken[1][1]
    assert reader.get("/api/v1/webhooks").json()["webhooks"][0]["failures"] == 0


def test_a_webhook_is_ended_by_its_own_key(reader, database, listener):
    number = reader.post("/api/v1/webhooks", json={"url": listener.url}).json()["id"]

    ended = reader.delete(f"/api/v1/webhooks/{number}")
    again = reader.delete(f"/api/v1/webhooks/{number}")

    file(database)
    deliver_webhooks(database)
    assert (ended.status_code, again.status_code, listener.taken) == (204, 404, [])


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://x.example", "nonsense", "http://user:pass@x.example/", "http://9.9.9.9/hook"),
        *("https://10.0.0.7/hook", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/"),
    ],
)
def test_an_address_that_is_none_is_refused(reader, url):
    assert reader.post("/api/v1/webhooks", json={"url": url}).status_code == 422


def test_kinds_of_events_that_there_are_not_are_refused(reader, listener):
    answer = reader.post("/api/v1/webhooks", json={"url": listener.url, "kinds": ["solved"]})

    assert answer.status_code == 422
    assert "“solved”" in answer.json()["detail"]
    assert "resolved" in answer.json()["detail"]


def test_the_kinds_are_those_of_the_story_that_everybody_reads():
    told = {kind.partition(":")[0] for kind in TITLES}

    assert set(KINDS) == told - {"started"}


def test_webhooks_need_a_key(portal):
    assert portal.get("/api/v1/webhooks").status_code == 403
