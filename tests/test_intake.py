"""A report comes by mail, text message or chat; what is missing is asked for the same way."""

import io
import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select, text

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.complaints.tables import Complaint, Photo
from geo_portal.intake.bounces import take_back
from geo_portal.intake.conversations import hear
from geo_portal.intake.mail import Bounce, read_mail
from geo_portal.intake.tables import Conversation, Received
from geo_portal.notifications.wishes import known_of
from geo_portal.outbox import post
from geo_portal.outbox.tables import Message
from geo_portal.settings import settings
from tests.city_fixtures import HARBOUR
from tests.gateway_fixtures import answers
from tests.staff_fixtures import MONDAY

ASHA = b"From: asha@tiny.example\n"
AT_THE_HARBOUR = f"{HARBOUR[1]}, {HARBOUR[0]}"


def mail(body="A deep hole in the road by the gate", **headers):
    """An e-mail of Asha's, as it is piped in."""
    written = EmailMessage()
    named = {"From": "Asha <asha@tiny.example>", "Subject": "Hole in the road"} | headers
    for name, value in named.items():
        written[name.replace("_", "-")] = value
    if body is not None:
        written.set_content(body)
    return written


def heard(session, written):
    return hear(
        session, read_mail(written if isinstance(written, bytes) else bytes(written)), MONDAY
    )


def test_a_mail_with_words_place_and_picture_becomes_a_report(session, city):
    picture = io.BytesIO()
    Image.new("RGB", (600, 400), "grey").save(picture, "JPEG")
    written = mail(f"A deep hole\n{AT_THE_HARBOUR}\n\n> earlier words\n-- \nAsha")
    written.add_attachment(picture.getvalue(), maintype="image", subtype="jpeg", filename="<b>.jpg")
    written.add_attachment(b"no picture", maintype="image", subtype="png", filename="x.png")

    outcome = heard(session, written)

    complaint = session.scalars(select(Complaint)).one()
    assert outcome == "filed"
    assert complaint.description == "Hole in the road\nA deep hole"
    assert (complaint.channel, complaint.contact) == ("EMAIL", "asha@tiny.example")
    assert len(session.scalars(select(Photo)).all()) == 1


def test_where_it_is_is_asked_for_and_the_answer_files_the_report(session, city):
    first = heard(session, mail(Message_ID="<1@x.example>"))
    [question] = answers(session)
    answer = {"Message_ID": "<2@x.example>", "In_Reply_To": "<q@x.example>", "Subject": "Re: Your"}

    second = heard(session, mail(f"https://maps.example/@{HARBOUR[1]},{HARBOUR[0]},17z", **answer))

    assert (first, second) == ("asked", "filed")
    assert (question.recipient, question.channel) == ("asha@tiny.example", "email")
    complaint = session.scalars(select(Complaint)).one()
    assert complaint.description.startswith("Hole in the road\nA deep hole")
    assert session.scalars(select(Conversation)).all() == []


def test_the_same_mail_again_changes_nothing(session, city):
    written = mail(f"A hole {AT_THE_HARBOUR}", Message_ID="<1@x.example>")

    outcomes = [heard(session, written) for _ in range(2)]

    assert outcomes == ["filed", "ignored"]
    assert len(session.scalars(select(Complaint)).all()) == 1


def test_a_place_that_is_never_told_leads_to_the_page(session, city):
    outcomes = [
        heard(session, mail("Somewhere", Message_ID=f"<{number}@x.example>")) for number in range(4)
    ]

    assert outcomes == ["asked", "asked", "asked", "answered"]
    assert "/report" in answers(session)[-1].body_text
    assert session.scalars(select(Received.problem)).all()[-1] is not None


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (b"\xff\xfe\x00garbage\x00" * 50, "ignored"),
        (ASHA + b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe\xff\xfe", "unread"),
        (ASHA + b"Content-Type: multipart/mixed; boundary=x\n\n--x\nbroken", "asked"),
        (b"X-Odd: \xf0\x28\x8c\x28\n" + ASHA + b"Subject: =?utf-8?b?!!!?=\n\nA hole", "asked"),
        (ASHA + b"Subject: <script>alert(1)</script>\n\nA\x00hole", "asked"),
        (ASHA + b"Auto-Submitted: auto-replied\n\nI am away", "ignored"),
        (b"", "ignored"),
    ],
)  # fmt: skip
def test_a_mail_that_cannot_be_read_stops_nothing_and_is_explained(session, city, raw, outcome):
    found = heard(session, raw)

    received = session.scalars(select(Received)).one()
    assert (found, received.outcome) == (outcome, outcome)
    assert bool(answers(session)) == (outcome != "ignored")
    assert (received.problem is not None) == (outcome == "unread")


def returned(number, *, status="5.1.1", action="failed", recipient="moved@tiny.example"):
    """What a mail server sends back (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@x.example\nTo: portal@localhost\nSubject: Undelivered\n"
        "MIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nIt did not arrive.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 No such user\n\n"
        "--b\nContent-Type: text/rfc822-headers\n\n"
        f"Message-ID: <outbox-{number}@localhost>\n\n--b--\n"
    ).encode()


@pytest.mark.parametrize(
    ("what", "believed"),
    [
        ({}, True),
        ({"action": "delayed", "status": "4.4.1"}, False),
        ({"recipient": "joko@tiny.example"}, False),
    ],
)
def test_a_mail_that_comes_back_is_a_dead_letter_and_its_address_known(
    session, city, what, believed
):
    about = {"kind": "t", "recipient": "moved@tiny.example", "subject": "s", "text": "t"}
    number = post(session, MONDAY, **about, language="en")
    bounce = read_mail(returned(number, **what))

    taken = take_back(session, bounce, MONDAY)

    message = session.get_one(Message, number)
    assert isinstance(bounce, Bounce)
    assert (taken, message.dead_at is not None) == (believed, believed)
    assert bool(known_of(session, ["moved@tiny.example"])) == believed


def test_a_bounce_to_the_address_of_one_message_is_known_by_it(monkeypatch):
    monkeypatch.setenv("GEO_PORTAL_BOUNCE_ADDRESS", "bounces@city.example")
    settings.cache_clear()

    bounce = read_mail(bytes(mail("user unknown", To="bounces+77@city.example")))

    settings.cache_clear()
    assert bounce == Bounce(77, "Hole in the road", permanent=True)


def test_what_could_not_be_read_is_there_for_those_who_run_the_portal(database, signed_in):
    with database.transaction() as session:
        session.add(
            Received(
                channel="email",
                foreign_id="1",
                sender="asha@x.example",
                at=clock.now(),
                outcome="unread",
                problem="Its letters cannot be read.",
                excerpt="<script>alert(1)</script>",
            )
        )

    seen = signed_in("root", Membership("administrator")).get("/desk/messages/received").text
    refused = signed_in("rina", Membership("officer", "ROADS")).get("/desk/messages/received")

    with database.transaction() as session:
        session.execute(text("TRUNCATE received"))
    assert "Its letters cannot be read." in seen
    assert "<script>alert" not in seen
    assert refused.status_code == 403


def test_the_mail_server_pipes_a_mail_in(own_url, own_town):
    root = Path(__file__).parent.parent
    command = [sys.executable, "-c", "from geo_portal.cli import main; main()", "mail", "receive"]
    environment = os.environ | {"GEO_PORTAL_DATABASE_URL": own_url, "PYTHONPATH": str(root)}

    done = subprocess.run(
        command, input=bytes(mail(f"A hole {AT_THE_HARBOUR}")), env=environment, capture_output=True
    )

    assert (done.returncode, done.stdout) == (0, b"filed\n"), done.stderr
