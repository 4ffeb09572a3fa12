"""Two portals talk Open311 over loopback: one in front of the other, and behind it."""

import csv
import json
import threading
import time

import pytest
import uvicorn
from sqlalchemy import select, text

from geo_portal import clock
from geo_portal.accounts.keys import add_key
from geo_portal.city.facts import facts
from geo_portal.complaints import audit
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Unavailable
from geo_portal.exchange.client import read_answer
from geo_portal.exchange.foreign_updates import Update, take_update
from geo_portal.exchange.mapping import BrokenMapping, read_mapping
from geo_portal.exchange.pull import _read, pull
from geo_portal.exchange.push import push
from geo_portal.geometry import LonLat
from geo_portal.main import create_app
from geo_portal.settings import settings
from tests.city_fixtures import HARBOUR, MARKET
from tests.portal_fixtures import forget_complaints

CONFIG = """
[server]
name = "neighbour"
url = "{url}/open311/v2"
format = "{form}"
api_key_env = "NEIGHBOURS_KEY"
idempotency_key = true
updates = true
most_rows = 2

[pull]
since = 2026-01-01T00:00:00Z
[pull.services]
"road.pothole" = "road.pothole"

[push.services]
"light.street" = "light.street"
"""


@pytest.fixture
def neighbour(own_town, monkeypatch):
    """The address of another portal with a town and a database of its own."""
    monkeypatch.setenv("GEO_PORTAL_OUTGOING_NETWORKS", '["127.0.0.0/8"]')
    settings.cache_clear()
    with own_town.transaction() as session:
        token = add_key(session, facts(session), "Us", ("report", "update"), clock.now())
    monkeypatch.setenv("NEIGHBOURS_KEY", token)
    app = create_app(own_town)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
    settings.cache_clear()
    with own_town.transaction() as session:
        session.execute(text("TRUNCATE complaints, event_seals, api_keys CASCADE"))


@pytest.fixture(params=["json", "xml"])
def server(request, neighbour, tmp_path, database, city):
    file = tmp_path / "mapping.toml"
    file.write_text(CONFIG.format(url=neighbour, form=request.param), encoding="utf-8")
    with database.transaction() as session:
        yield read_mapping(file, facts(session))
    forget_complaints(database)


def file(database, words, place=HARBOUR, category="road.pothole"):
    with database.transaction() as session:
        new = NewComplaint(words, LonLat(*place), category=category)
        return submit(session, new, clock.now()).code


def say(database, code, status, words):
    """Their office says what became of a report."""
    with database.transaction() as session:
        update = Update(update_id=words, status=status, description=words)
        take_update(session, code, update, clock.now(), source="theirs", covers=lambda *_: True)


def ours(database):
    asked = select(Complaint).order_by(Complaint.description)
    with database.transaction() as session:
        return list(session.scalars(asked))


def run(database, server, exchange):
    *_, done = exchange(database, server, clock.now())
    return vars(done)


def test_their_requests_are_taken_over_once_and_followed(database, own_town, server):
    first = file(own_town, "A hole & a <cone>")
    file(own_town, "گلی میں گڑھا", MARKET)
    file(own_town, "A robbery", category="order.crime")

    pulled = [run(database, server, pull), run(database, server, pull)]
    say(own_town, first, "FIXED", "Filled with asphalt")
    after = run(database, server, pull)

    assert [(one["new"], one["changed"]) for one in pulled] == [(2, 0), (0, 0)]
    assert (after["new"], after["changed"]) == (0, 1)
    hole, other = ours(database)
    assert (hole.description, hole.source_id) == ("A hole & a <cone>", first)
    assert (hole.status, hole.outcome, hole.category_code) == ("resolved", "fixed", "road.pothole")
    assert (other.description, other.status) == ("گلی میں گڑھا", "assigned")
    with database.transaction() as session:
        assert audit.verify(session, None, {}).told == []


def test_our_reports_are_sent_once_with_what_becomes_of_them(database, own_town, server):
    mine = file(database, "The lamp is out", category="light.street")
    file(database, "A hole stays here")

    sent = [run(database, server, push), run(database, server, push)]
    [theirs] = ours(own_town)
    say(database, mine, "IN_PROGRESS", "We look at it")
    told = run(database, server, push)
    say(own_town, theirs.code, "FIXED", "New bulb")
    back = run(database, server, pull)
    quiet = run(database, server, push)

    assert [one["sent"] for one in sent] == [1, 0]
    assert (theirs.description, theirs.channel) == ("The lamp is out", "OPEN311")
    assert (told["updates"], back["changed"], quiet["updates"]) == (1, 1, 0)
    [lamp] = [one for one in ours(database) if one.code == mine]
    assert (lamp.status, lamp.outcome) == ("resolved", "fixed")


def test_a_push_that_broke_off_is_finished_without_a_second_report(database, own_town, server):
    file(database, "The lamp is out", category="light.street")
    run(database, server, push)
    with database.transaction() as session:
        session.execute(text("UPDATE exchange_links SET remote_id = NULL"))

    again = run(database, server, push)

    assert (again["sent"], len(ours(own_town))) == (1, 1)


@pytest.mark.parametrize(
    ("form", "body", "found"),
    [
        ("json", '[{"service_request_id": "1"}]', ["1"]),
        ("json", '{"requests": [{"service_request_id": "1"}]}', ["1"]),
        ("json", '{"service_request_id": "1", "x": []}', ["1"]),
        ("json", "[]", []),
        (
            "xml",
            "\ufeff\n<service_requests><request><service_request_id>1</service_request_id>"
            "</request></service_requests>",
            ["1"],
        ),
        (
            "xml",
            '<r xmlns="http://wiki.open311.org/GeoReport_v2"><request><service_request_id>1'
            "</service_request_id></request></r>",
            ["1"],
        ),
    ],
)
def test_answers_as_real_servers_shape_them(form, body, found):
    rows = read_answer("x", body.encode(), form)

    assert [row["service_request_id"] for row in rows] == found


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("json", "<html>Busy</html>"),
        ("xml", "<html><p>Busy</html>"),
        ("xml", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><r><q>&a;</q></r>'),
        ("json", "[" * 100_000),
    ],
)
def test_an_answer_that_is_none_changes_nothing(form, body):
    with pytest.raises(Unavailable):
        read_answer("x", body.encode(), form)


def test_the_services_of_a_real_german_city(real_data):
    body = (real_data / "services" / "open311-services-giessen.xml").read_bytes()

    services = read_answer("Gießen", body, "xml")

    assert len(services) == 8
    assert services[2]["service_name"] == "Laterne defekt"
    assert services[0]["keywords"] is None


def test_the_requests_of_six_real_cities_can_be_read(real_data, server):
    path = real_data / "complaints" / "open311-requests-6-us-cities-2019.csv"
    with path.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))

    rows = read_answer("cities", json.dumps(rows).encode(), "json")
    read = [_read(server, row, line, clock.now()) for line, row in enumerate(rows)]

    known = [one for one in read if one is not None]
    assert (len(rows), len(known)) == (3254, len(known))
    assert len(known) > 2300
    assert all(one.closed_at is None or one.closed_at >= one.submitted_at for one in known)


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("[server]", "[server", "mapping.toml"),
        ('name = "neighbour"', "", "[server] needs name"),
        ('"{form}"', '"csv"', "json or xml"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00", "with its zone"),
        ('= "road.pothole"', '= "road.potole"', "no categories of ours: road.potole"),
    ],
)
def test_a_mapping_that_cannot_work_says_why(session, city, tmp_path, right, wrong, words):
    file = tmp_path / "mapping.toml"
    file.write_text(CONFIG.replace(right, wrong).replace("{form}", "json"), encoding="utf-8")

    with pytest.raises(BrokenMapping) as refused:
        read_mapping(file, facts(session))

    assert words in str(refused.value)
