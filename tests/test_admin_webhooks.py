"""Administrators look after the webhooks: added, tried, paused, resumed, removed."""

import json
import re

import pytest
from sqlalchemy import text

from geo_portal import clock
from geo_portal.accounts.keys import add_key
from geo_portal.accounts.people import Membership
from geo_portal.city.facts import facts
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.exchange.webhooks import deliver_webhooks
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR

PAGE = "/admin/webhooks"
SECRET = r"whsec_[\w-]{43}"


@pytest.fixture
def administrator(signed_in, database):
    yield signed_in("siti", Membership("administrator"))
    with database.transaction() as session:
        session.execute(text("TRUNCATE api_keys CASCADE"))


@pytest.fixture
def mirror(administrator, database):
    """The number of the key that another system has for events."""
    with database.transaction() as session:
        add_key(session, facts(session), "Mirror", ("events",), clock.now())
        return session.execute(text("SELECT id FROM api_keys")).scalar_one()


@pytest.fixture
def webhook(administrator, mirror, listener, database):
    """The address on the page of a webhook to the listener."""
    administrator.post(PAGE, data={"url": listener.url, "key": mirror})
    with database.transaction() as session:
        number = session.execute(text("SELECT id FROM webhooks")).scalar_one()
    return f"{PAGE}/{number}"


def file(database):
    with database.transaction() as session:
        return submit(session, NewComplaint("A hole", LonLat(*HARBOUR)), clock.now()).code


def test_a_webhook_is_added_and_its_secret_shown_once(administrator, mirror, listener):
    form = {"url": f" {listener.url} ", "key": mirror, "kinds": ["submitted", "resolved"]}

    added = administrator.post(PAGE, data=form)

    again = administrator.get(PAGE).text
    assert (len(re.findall(SECRET, added.text)), re.findall(SECRET, again)) == (1, [])
    assert listener.url in again
    assert "Key: Mirror" in again
    assert "Only: Reported; The office closed it" in " ".join(again.split())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "“nonsense” is not a web address that can be called"),
        ("https://10.0.0.7/hook", "10.0.0.7 lies in a network of its own"),
        ("https://nobody.invalid/hook", "Nothing is known by the name “nobody.invalid”"),
        ("http://9.9.9.9/hook", "should begin with https://"),
        ("https://me:mine@9.9.9.9/", "with a name and password in it"),
        ("", "is not a web address"),
    ],
)
def test_a_bad_address_is_answered_in_words_and_kept_in_the_form(administrator, mirror, url, words):
    answer = administrator.post(PAGE, data={"url": url, "key": mirror})

    assert (answer.status_code, words in answer.text) == (422, True)
    assert f'value="{url}"' in answer.text
    assert "No program has events sent to it yet" in answer.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"key": "0"}, "Choose the key"),
        ({"key": "²"}, "Choose the key"),
        ({"kinds": ["solved"]}, "no events of the kind “solved”"),
    ],
)
def test_a_key_or_kind_that_there_is_not_is_refused(administrator, mirror, listener, form, words):
    answer = administrator.post(PAGE, data={"url": listener.url, "key": mirror} | form)

    assert (answer.status_code, words in answer.text) == (422, True)


def test_without_a_key_for_events_the_way_to_one_is_shown(administrator):
    shown = administrator.get(PAGE).text

    assert "A webhook belongs to a key" in shown
    assert "Send events there" not in shown


def test_a_trial_arrives_signed_and_without_events(administrator, webhook, listener):
    administrator.post(webhook, data={"step": "try"})

    [(signed, body)] = listener.taken
    assert (signed[:2], json.loads(body)) == ("t=", {"events": []})
    assert "A trial" in administrator.get(PAGE).text


def test_after_a_trial_that_arrives_what_was_waiting_is_sent(
    administrator, webhook, listener, database
):
    listener.status = 500
    code = file(database)
    deliver_webhooks(database)
    failed = administrator.get(PAGE).text
    listener.status = 200

    administrator.post(webhook, data={"step": "try"})
    deliver_webhooks(database)

    assert "The last delivery did not arrive" in failed
    assert "It answered with the status 500." in failed
    assert {one["code"] for one in json.loads(listener.taken[-1][1])["events"]} == {code}
    assert "Events are sent" in administrator.get(PAGE).text


def test_what_happens_in_a_pause_is_sent_afterwards(administrator, webhook, listener, database):
    administrator.post(webhook, data={"step": "pause"})
    code = file(database)
    deliver_webhooks(database)
    during = list(listener.taken)

    administrator.post(webhook, data={"step": "resume"})
    deliver_webhooks(database)

    assert during == []
    assert json.loads(listener.taken[0][1])["events"][0]["code"] == code


def test_a_webhook_that_nobody_answers_pauses_in_the_end(webhook, listener, database):
    listener.status = 410
    file(database)
    with database.transaction() as session:
        session.execute(text("UPDATE webhooks SET failures = 39"))

    deliver_webhooks(database)

    with database.transaction() as session:
        state = session.execute(text("SELECT paused_at IS NULL, ended_at IS NULL FROM webhooks"))
        assert state.one() == (False, True)


def test_only_the_last_deliveries_are_kept(administrator, webhook, database):
    with database.transaction() as session:
        session.execute(
            text("""INSERT INTO webhook_deliveries (webhook_id, at, events)
                 SELECT id, now(), n FROM webhooks, generate_series(1, 30) AS n""")
        )

    administrator.post(webhook, data={"step": "try"})

    with database.transaction() as session:
        kept = session.execute(text("SELECT count(*), min(events) FROM webhook_deliveries"))
        assert kept.one() == (20, 0)


def test_what_is_removed_hears_nothing_any_more(administrator, webhook, listener, database):
    administrator.post(webhook, data={"step": "remove"})
    file(database)
    deliver_webhooks(database)

    again = administrator.post(webhook, data={"step": "try"})

    assert (listener.taken, again.status_code) == ([], 404)


def test_a_step_that_there_is_not_is_refused(administrator, webhook):
    answer = administrator.post(webhook, data={"step": "explode"})

    assert answer.status_code == 400


def test_only_administrators_see_and_change_webhooks(signed_in):
    budi = signed_in("budi", Membership("head", "ROADS"))
    form = {"url": "https://nobody.invalid/", "key": "1"}

    answers = [
        budi.get(PAGE),
        budi.post(PAGE, data=form),
        *(budi.post(f"{PAGE}/1", data={"step": step}) for step in ("try", "pause", "remove")),
    ]

    assert [one.status_code for one in answers] == [403] * 5
