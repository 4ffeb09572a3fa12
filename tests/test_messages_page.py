"""Staff see what went out about their cases, what was given up, and can send it again."""

import pytest
from sqlalchemy import select, update

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.accounts.sessions import token_hash
from geo_portal.complaints.case_tables import Follower
from geo_portal.complaints.cases import take
from geo_portal.complaints.reporters import follower_token
from geo_portal.outbox import post
from geo_portal.outbox.send import send_message
from geo_portal.outbox.tables import Message
from tests.city_fixtures import HARBOUR

HEAD_OF_ROADS = Membership("head", "ROADS")
HEAD_OF_LIGHT = Membership("head", "LIGHT")
OFFICER = Membership("officer", "ROADS")
ADMINISTRATOR = Membership("administrator")


@pytest.fixture
def code(portal):
    """A pothole of the roads department."""
    body = {
        "description": "A deep pothole",
        "lon": HARBOUR[0],
        "lat": HARBOUR[1],
        "category": "road.pothole",
    }
    return portal.post("/api/v1/complaints", json=body).json()["code"]


@pytest.fixture
def given_up(database, code, signed_in):
    """A message about the pothole that no mail server took."""
    return posted(database, code, dead_at=clock.now(), last_error="550 No such box", attempts=9)


def posted(database, code, **more):
    with database.transaction() as session:
        number = post(
            session,
            clock.now(),
            kind="remark",
            recipient="asha@tiny.example",
            subject=f"{code}: Roads wrote",
            text="Secret words",
            language="en",
            complaint_id=take(session, code).id if code else None,
        )
        if more:
            session.execute(update(Message).where(Message.id == number).values(**more))
    return number


def stored(database, number):
    with database.transaction() as session:
        return session.execute(
            select(Message.dead_at, Message.attempts, Message.sent_at).where(Message.id == number)
        ).one()


def test_the_head_sees_what_was_given_up_and_why(given_up, signed_in, code):
    page = signed_in("budi", HEAD_OF_ROADS).get("/desk/messages").text

    assert f"{code}: Roads wrote" in page
    assert "550 No such box" in page
    assert "a…@tiny.example" in page
    assert "asha@" not in page
    assert "Secret words" not in page


def test_another_department_sees_nothing_of_it(given_up, signed_in, code):
    page = signed_in("sari", HEAD_OF_LIGHT).get("/desk/messages").text

    assert code not in page


@pytest.mark.parametrize(
    ("name", "held", "status"),
    [("rina", OFFICER, 403), ("budi", HEAD_OF_ROADS, 200), ("root", ADMINISTRATOR, 200)],
)
def test_messages_are_for_who_answers_for_them(signed_in, name, held, status):
    assert signed_in(name, held).get("/desk/messages").status_code == status


def test_mail_about_no_report_is_seen_by_administrators_alone(database, signed_in):
    posted(database, None, dead_at=clock.now(), subject="Your sign-in")

    heads = signed_in("budi", HEAD_OF_ROADS).get("/desk/messages").text
    administrators = signed_in("root", ADMINISTRATOR).get("/desk/messages").text

    assert ("Your sign-in" in heads, "Your sign-in" in administrators) == (False, True)


def test_a_message_that_was_given_up_is_sent_again(database, given_up, signed_in, mail_server):
    sent = signed_in("budi", HEAD_OF_ROADS).post("/desk/messages", data={"message": given_up})
    send_message(database, given_up)

    assert sent.status_code == 200
    assert [mail["To"] for mail in mail_server.mails] == ["asha@tiny.example"]
    assert stored(database, given_up).sent_at is not None


def test_another_department_cannot_send_it_again(database, given_up, signed_in):
    refused = signed_in("sari", HEAD_OF_LIGHT).post("/desk/messages", data={"message": given_up})

    assert (refused.status_code, stored(database, given_up).dead_at is None) == (403, False)


def test_what_is_not_given_up_is_not_sent_twice(database, code, signed_in):
    number = posted(database, code)

    refused = signed_in("budi", HEAD_OF_ROADS).post("/desk/messages", data={"message": number})

    assert refused.status_code == 409


def test_a_follower_stops_the_messages_by_one_click_of_the_mail_program(portal, database, code):
    token = followed(database, code)

    clicked = portal.post(
        f"/follow/{token}/leave", data={"List-Unsubscribe": "One-Click"}
    ).status_code

    assert (clicked, left(database)) == (200, True)


def test_looking_at_the_link_ends_nothing(portal, database, code):
    token = followed(database, code)

    looked = portal.get(f"/follow/{token}/leave")

    assert (looked.status_code, left(database)) == (200, False)


def test_a_link_that_is_nobodys_is_said_to_be_so(portal):
    assert portal.get("/follow/nothing/leave").status_code == 404


def followed(database, code) -> str:
    with database.transaction() as session:
        complaint = take(session, code)
        token = follower_token(complaint.id, "neighbour@tiny.example")
        session.add(
            Follower(
                complaint_id=complaint.id,
                email="neighbour@tiny.example",
                language="en",
                token_hash=token_hash(token),
                asked_at=clock.now(),
                confirmed_at=clock.now(),
            )
        )
    return token


def left(database) -> bool:
    with database.transaction() as session:
        return session.scalars(select(Follower.left_at)).one() is not None
