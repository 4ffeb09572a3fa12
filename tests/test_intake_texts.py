"""Texts and chats: the gateway proves itself, a place is asked for, all are answered."""

import hashlib
import hmac
import json

import pytest
from sqlalchemy import select, text

from geo_portal.complaints.tables import Complaint
from geo_portal.intake.conversations import hear
from geo_portal.intake.incoming import Incoming, place_in, words_in
from tests.city_fixtures import HARBOUR
from tests.gateway_fixtures import SECRET, answers
from tests.people_fixtures import forget_people
from tests.staff_fixtures import MONDAY

AT_THE_HARBOUR = f"{HARBOUR[1]}, {HARBOUR[0]}"


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("at -6.1754, 106.8272 there", (106.8272, -6.1754)),
        ("geo:-6.1754,106.8272?z=17", (106.8272, -6.1754)),
        ("https://maps.example/?q=-6.1754,106.8272", (106.8272, -6.1754)),
        ("https://maps.example/@-6.1754,106.8272,17z", (106.8272, -6.1754)),
        ("call 0812-3456-7890 at 10.30", None),
        ("999.1234, 106.8272", None),
    ],
)
def test_a_place_in_a_text_is_found(written, place):
    found = place_in(written)

    assert (found and (found.lon, found.lat)) == place
    assert ("106.8272" in words_in(written)) == (place is None and "106" in written)


def signed(body):
    told = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Signature": f"sha256={told}"}


def test_a_text_message_is_answered_by_text_message(portal, database, gateways):
    first = json.dumps({"id": "1", "from": "+6281234567890", "text": "Lampu jalan mati"}).encode()
    then = json.dumps({"id": "2", "from": "+6281234567890", "text": AT_THE_HARBOUR}).encode()

    codes = [
        portal.post("/hooks/sms", content=one, headers=signed(one)).status_code
        for one in (first, then)
    ]

    with database.transaction() as session:
        complaint = session.scalars(select(Complaint)).one()
        [question] = answers(session)
        jobs = session.scalar(text("SELECT count(*) FROM procrastinate_jobs"))
    forget_people(database)
    assert codes == [204, 204]
    assert (question.channel, question.recipient) == ("sms", "+6281234567890")
    assert (complaint.channel, complaint.contact) == ("SMS", "+6281234567890")
    assert jobs >= 2


def test_a_chat_sends_its_location_with_the_paper_clip(portal, database, gateways):
    chat = {"chat": {"id": 42, "type": "private"}}
    place = {"longitude": HARBOUR[0], "latitude": HARBOUR[1]}
    posts = (
        {"update_id": 1, "message": chat | {"text": "<script>alert(1)</script> a hole"}},
        {"update_id": 2, "message": chat | {"location": place}},
        {"update_id": 3, "edited_message": chat},
    )
    token = {"X-Telegram-Bot-Api-Secret-Token": SECRET}

    codes = [portal.post("/hooks/telegram", json=one, headers=token).status_code for one in posts]

    with database.transaction() as session:
        complaint = session.scalars(select(Complaint)).one()
    page = portal.get(f"/c/{complaint.code}").text
    forget_people(database)
    assert codes == [204, 204, 204]
    assert (complaint.channel, complaint.contact) == ("TELEGRAM", "telegram:42")
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("path", "headers", "body", "code"),
    [
        ("sms", {}, b"{}", 403),
        ("sms", {"X-Signature": "sha256=00"}, b"{}", 403),
        ("sms", signed(b"{"), b"{", 422),
        ("sms", signed(b'{"id":"1","from":"nobody","text":"x"}'),
         b'{"id":"1","from":"nobody","text":"x"}', 422),
        ("whatsapp", signed(b"{}"), b"{}", 404),
        ("telegram", {"X-Telegram-Bot-Api-Secret-Token": "wrong"}, b"{}", 403),
        ("telegram", {"X-Telegram-Bot-Api-Secret-Token": SECRET}, b'{"message":{"chat":1}}', 204),
        ("pigeon", {}, b"{}", 404),
    ],
)  # fmt: skip
def test_only_the_gateway_itself_can_bring_messages(portal, gateways, path, headers, body, code):
    assert portal.post(f"/hooks/{path}", content=body, headers=headers).status_code == code


def test_who_writes_without_end_is_not_answered_any_more(session, city):
    one = [Incoming("sms", f"endless {n}", "+6281234567890", "hello") for n in range(32)]

    outcomes = [hear(session, message, MONDAY) for message in one]

    assert outcomes[-2:] == ["refused", "refused"]
