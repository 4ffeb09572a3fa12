"""People hear by the ways they chose, when they chose, and no stranger's address is called."""

import base64
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select, update

from geo_portal import clock
from geo_portal.accounts.tables import Account
from geo_portal.complaints.cases import take
from geo_portal.complaints.timeline import DEPARTMENT, tell
from geo_portal.notifications import digests, push, webhooks, wishes
from geo_portal.notifications.notify import notify
from geo_portal.notifications.own_messages import own_messages
from geo_portal.notifications.sending import send_message
from geo_portal.notifications.tables import Channel
from geo_portal.notifications.wishes import Wishes
from geo_portal.outbox import Letter, post_all, safe_http
from geo_portal.outbox.send import MOST_ATTEMPTS
from geo_portal.outbox.tables import Message
from geo_portal.settings import settings
from tests.people_fixtures import forget_people
from tests.staff_fixtures import MONDAY

LATER = MONDAY + timedelta(hours=3)
ZONE = ZoneInfo("Asia/Jakarta")
HOOK = "https://hooks.example/reports"


@pytest.fixture
def outbox(database):
    """The database; what was written to it is gone afterwards."""
    yield database
    forget_people(database)


@pytest.fixture
def hers(session, pothole, asha):
    """The pothole, reported by Asha while signed in."""
    pothole.reporter_id = asha.id
    session.flush()
    return pothole


def begun(session, complaint):
    """The messages about the beginning of the work, by channel."""
    event = tell(session, take(session, complaint.code), "in_progress", LATER, by=DEPARTMENT)
    notify(session, [event.id], LATER)
    return {message.channel: message for message in session.scalars(select(Message))}


def sent(database, **what):
    """A message by a channel, after one try to send it."""
    about = {"kind": "test", "subject": "It is mended", "text": "At last.", "language": "en"}
    with database.transaction() as session:
        [number] = post_all(session, [Letter(**about | what)], clock.now())
    send_message(database, number)
    with database.transaction() as session:
        message = session.get_one(Message, number)
        session.expunge(message)
        return message


def test_who_has_an_account_finds_every_message_there_too(session, hers, asha):
    found = begun(session, hers)

    assert set(found) == {"email", "inbox"}
    [own], more = own_messages(session, asha)
    assert (own.read, own.url, more) == (False, f"/c/{hers.code}", None)


def test_quiet_hours_hold_a_message_back_until_they_are_over(session, hers, asha):
    wishes.wish(session, asha, Wishes(quiet_from=9, quiet_until=7), LATER, ZONE)

    mail = begun(session, hers)["email"]

    assert mail.send_after.astimezone(ZONE).hour == 7
    assert timedelta(0) < mail.send_after - LATER < timedelta(days=1)


@pytest.mark.parametrize(
    ("hour", "waits"), [(21, False), (22, True), (3, True), (6, True), (7, False), (12, False)]
)
def test_quiet_hours_go_over_midnight(hour, waits):
    now = datetime(2026, 3, 4, hour, 30, tzinfo=ZONE)

    later = Wishes(quiet_from=22, quiet_until=7).not_before(now, ZONE)

    assert (later > now, later.astimezone(ZONE).hour) == (waits, 7 if waits else hour)


def test_a_day_comes_in_one_mail_and_what_was_read_is_left_out(session, hers, asha):
    wishes.wish(session, asha, Wishes("daily"), LATER, ZONE)
    held_back = begun(session, hers)
    due = wishes.next_digest("daily", LATER, ZONE)

    digests.write_digests(session, due)
    digests.write_digests(session, due + timedelta(days=1))

    mails = session.scalars(select(Message).where(Message.channel == "email")).all()
    assert set(held_back) == {"inbox"}
    assert [mail.kind for mail in mails] == ["digest"]
    assert hers.code in mails[0].body_text
    assert "/messages/stop/" in mails[0].unsubscribe


def test_one_click_of_the_mail_program_ends_all_mail_to_an_address(portal, session, hers, asha):
    link = begun(session, hers)["email"].unsubscribe
    path = link.removeprefix(settings().public_url)
    looked_at = portal.get(path)

    stopped = portal.post(path, data={"List-Unsubscribe": "One-Click"})

    assert (looked_at.status_code, stopped.status_code) == (200, 200)
    assert portal.get("/messages/stop/nonsense").status_code == 404
    assert "email" not in {one.channel for one in again(session, hers)}
    portal.post(f"{path}/undo")
    assert "email" in {one.channel for one in again(session, hers)}


def again(session, complaint):
    """The messages about one more event."""
    event = tell(session, take(session, complaint.code), "escalated", LATER, by=DEPARTMENT)
    notify(session, [event.id], LATER)
    session.expire_all()
    return session.scalars(select(Message).where(Message.event_id == event.id)).all()


def test_an_address_that_bounced_is_not_tried_again_and_staff_see_why(session, hers, asha):
    wishes.bounced(session, "asha@tiny.example", "550 No such user", LATER)

    mail = begun(session, hers)["email"]

    assert mail.dead_at is not None
    assert "550 No such user" in mail.last_error


def test_a_webhook_is_signed_so_that_its_receiver_can_check_it(outbox, receiver):
    facts = {"code": "ABCDE-FGHJK", "url": "https://city.example/c/ABCDE-FGHJK"}
    message = sent(outbox, channel="webhook", recipient=f"{receiver.url}/x", facts=facts)

    [(path, headers, body)] = receiver.got
    at = int(headers["webhook-timestamp"])
    secret = webhooks.secret_of(f"{receiver.url}/x")
    assert message.sent_at is not None
    assert (path, headers["webhook-id"]) == ("/x", f"msg_{message.id}")
    assert headers["webhook-signature"] == webhooks.signature(secret, f"msg_{message.id}", at, body)
    assert json.loads(body)["data"]["code"] == "ABCDE-FGHJK"


def test_a_gateway_that_answers_500_for_four_hours_is_tried_until_it_takes_it(outbox, receiver):
    receiver.answers = 500
    message = sent(outbox, channel="webhook", recipient=receiver.url)
    with outbox.transaction() as session:
        due = {"attempts": MOST_ATTEMPTS - 1, "send_after": clock.now()}
        session.execute(update(Message).where(Message.id == message.id).values(**due))
    receiver.answers = 200

    send_message(outbox, message.id)

    assert (message.dead_at, message.last_error[:3]) == (None, "500")
    with outbox.transaction() as session:
        assert session.get_one(Message, message.id).sent_at is not None
    assert {headers["webhook-id"] for _, headers, _ in receiver.got} == {f"msg_{message.id}"}


@pytest.mark.parametrize(
    "url",
    ["https://localhost/x", "https://10.0.0.7/x", "https://[::1]/", "http://hooks.example/",
     "javascript:alert(1)", "https://169.254.169.254/latest/meta-data"],
)  # fmt: skip
def test_a_webhook_to_a_private_address_is_refused_in_words(signed_in, url):
    answer = signed_in("asha").post("/me/channels/webhook", data={"url": url})

    assert answer.status_code == 422
    assert 'id="url-mistake"' in answer.text


def test_a_name_that_became_private_meanwhile_is_not_called(outbox, receiver, monkeypatch):
    monkeypatch.delenv("GEO_PORTAL_OUTGOING_NETWORKS")
    settings.cache_clear()

    message = sent(outbox, channel="webhook", recipient=receiver.url)

    assert receiver.got == []
    assert message.dead_at is not None


def test_a_push_message_can_be_read_by_its_browser_alone(outbox, receiver):
    browser, auth = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"
    point = browser.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": _url64(point), "auth": _url64(auth)}
    facts = {"keys": keys, "url": "https://city.example/c/X"}

    message = sent(outbox, channel="push", recipient=f"{receiver.url}/p", facts=facts)

    [(_, headers, body)] = receiver.got
    told = json.loads(http_ece.decrypt(body, private_key=browser, auth_secret=auth))
    assert message.sent_at is not None
    assert (told["title"], told["body"]) == ("It is mended", "At last.")
    assert headers["Authorization"].endswith(f"k={push.public_key()}")
    assert b"mended" not in body


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_a_browser_that_is_gone_is_forgotten(outbox, receiver, signed_in):
    signed_in("asha")
    with outbox.transaction() as session:
        who = session.scalars(select(Account.id)).one()
        about = {"label": "Firefox", "created_at": clock.now(), "verified_at": clock.now()}
        gone = Channel(person_id=who, kind="push", address=receiver.url, **about)
        session.add(gone)
        session.flush()
        number = gone.id
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": _url64(raw), "auth": _url64(b"0123456789abcdef")}
    receiver.answers = 410

    sent(outbox, channel="push", recipient=receiver.url, facts={"keys": keys, "channel": number})

    with outbox.transaction() as session:
        assert session.scalars(select(Channel)).all() == []


def test_a_number_is_used_once_its_owner_has_typed_the_code(outbox, receiver, signed_in):
    asha = signed_in("asha")
    added = asha.post("/me/channels/number", data={"kind": "sms", "address": "0812 3456 7890"})
    with outbox.transaction() as session:
        code_message = session.scalars(select(Message).where(Message.channel == "sms")).one()
        channel = session.scalars(select(Channel)).one()
        code, number = code_message.body_text.split()[0], channel.id
    send_message(outbox, code_message.id)
    wrong = asha.post("/me/channels/code", data={"channel": number, "code": "999999x"})

    right = asha.post("/me/channels/code", data={"channel": number, "code": code})

    assert (added.status_code, wrong.status_code, right.status_code) == (200, 422, 200)
    assert channel.address == "+6281234567890"
    assert [path for path, _, _ in receiver.got] == ["/+6281234567890"]
    with outbox.transaction() as session:
        assert session.scalars(select(Channel.verified_at)).one() is not None


def test_what_a_person_has_chosen_is_theirs_alone(signed_in, receiver, monkeypatch):
    monkeypatch.setattr(
        safe_http.socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("1.1.1.1", 0))]
    )
    asha, joko = signed_in("asha"), signed_in("joko")
    asha.post("/me/channels/webhook", data={"url": HOOK})
    number = asha.get("/me/channels").text.partition('name="channel" value="')[2].split('"')[0]

    refused = joko.post("/me/channels/remove", data={"channel": number})

    assert refused.status_code == 404
    assert "whsec_" in asha.get("/me/channels").text
    assert asha.post("/me/channels/remove", data={"channel": number}).status_code == 200


def test_nobody_sees_channels_or_messages_without_signing_in(portal):
    asked = [portal.get(f"/me/{page}", follow_redirects=False) for page in ("channels", "messages")]

    assert [one.status_code for one in asked] == [303, 303]
    assert all("/sign-in" in one.headers["location"] for one in asked)
