"""Messages leave by a real mail server, once each; what it refuses is tried again or given up."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from geo_portal import clock, jobs
from geo_portal.outbox import SENT_BY_ONE_JOB, Letter, post, post_all
from geo_portal.outbox import send as sending
from geo_portal.outbox.send import MOST_ATTEMPTS, send_message, send_waiting
from geo_portal.outbox.tables import Message
from tests.people_fixtures import forget_people, free_port, run_jobs, use_mail_server

# A worker of its own, so that it can die.
WORKER = """
import sys
from geo_portal.database import Database, connect
from geo_portal.outbox.send import send_message
send_message(Database(connect(sys.argv[1])), int(sys.argv[2]))
"""
LONG_AGO = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)


@pytest.fixture
def outbox(database):
    """The database; what was written to it is gone afterwards."""
    yield database
    forget_people(database)


def posted(database, **changed):
    """The number of a message to Asha."""
    about = {
        "kind": "test",
        "recipient": "asha@x.example",
        "subject": "سڑک",
        "text": "It is mended.",
        "language": "ur",
    }
    with database.transaction() as session:
        return post(session, changed.pop("now", clock.now()), **about | changed)


def stored(database, number):
    with database.transaction() as session:
        message = session.get(Message, number)
        session.expunge(message)
        return message


def change(database, number, **values):
    with database.transaction() as session:
        session.execute(update(Message).where(Message.id == number).values(**values))


def test_a_message_arrives_as_it_was_written(outbox, mail_server):
    number = posted(outbox, html="<p>It is mended.</p>")

    send_message(outbox, number)

    (mail,) = mail_server.mails
    assert mail["To"] == "asha@x.example"
    assert mail["Subject"] == "سڑک"
    assert mail["Message-ID"] == f"<outbox-{number}@localhost>"
    assert mail.get_body(("plain",)).get_content().strip() == "It is mended."
    assert stored(outbox, number).sent_at is not None


def test_a_long_message_arrives_with_all_its_lines(outbox, mail_server):
    lines = [f"Line {number}: the road is mended at last." for number in range(200)]
    number = posted(outbox, text="\n".join(lines))

    send_message(outbox, number)

    (mail,) = mail_server.mails
    assert mail.get_content().splitlines() == lines


def test_long_lines_in_urdu_arrive(outbox, mail_server):
    words = "سڑک ٹھیک کر دی گئی ہے۔ " * 100
    number = posted(outbox, text=words)

    send_message(outbox, number)

    (mail,) = mail_server.mails
    assert " ".join(mail.get_content().split()) == words.strip()


@pytest.mark.parametrize(
    ("recipient", "arrives"),
    [("a@उदाहरण.example", True), ("अ@x.example", False), ("a@x.example\nBcc: b@x.example", False)],
)
def test_an_address_that_mail_cannot_carry_is_given_up(outbox, mail_server, recipient, arrives):
    number = posted(outbox, recipient=recipient)

    send_message(outbox, number)

    message = stored(outbox, number)
    assert (message.sent_at is not None, message.dead_at is None) == (arrives, arrives)
    assert len(mail_server.mails) == arrives


def test_the_message_and_its_job_are_one_with_the_change(outbox):
    with outbox.session() as session:
        post(
            session, LONG_AGO, kind="t", recipient="a@x.example", subject="", text="", language="en"
        )
        session.rollback()

    with outbox.transaction() as session:
        left = session.execute(
            text("SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM procrastinate_jobs)")
        ).one()
    assert tuple(left) == (0, 0)


def test_the_worker_does_what_was_deferred(outbox, mail_server):
    number = posted(outbox)

    run_jobs(outbox)

    assert [mail["To"] for mail in mail_server.mails] == ["asha@x.example"]
    assert stored(outbox, number).sent_at is not None


def test_a_job_waits_for_its_time(outbox):
    later = clock.now() + timedelta(hours=1)

    with outbox.transaction() as session:
        number = jobs.defer(session, "send_message", at=later, message_id=1)

    with outbox.transaction() as session:
        due = session.scalar(
            text("SELECT scheduled_at FROM procrastinate_jobs WHERE id = :id"), {"id": number}
        )
    assert due == later


def test_the_same_key_again_writes_nothing(outbox, mail_server):
    numbers = {posted(outbox, dedup_key="event:7:email") for _ in range(3)}

    send_waiting(outbox)

    assert len(numbers) == len(mail_server.mails) == 1


def test_a_sent_message_is_not_sent_again(outbox, mail_server):
    number = posted(outbox)
    send_message(outbox, number)

    send_message(outbox, number)
    send_waiting(outbox)

    assert len(mail_server.mails) == 1


def test_of_many_workers_one_sends(outbox, mail_server):
    number = posted(outbox)
    together = threading.Barrier(6)

    def work():
        together.wait()
        send_message(outbox, number)

    workers = [threading.Thread(target=work) for _ in range(6)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]

    assert len(mail_server.mails) == 1


@pytest.mark.parametrize(("attempt", "minutes"), [(1, 1), (2, 2), (5, 16), (8, 128)])
def test_what_the_mail_server_cannot_take_now_is_tried_later(outbox, mail_server, attempt, minutes):
    mail_server.says = "451 Come back later"
    number = posted(outbox)
    change(outbox, number, attempts=attempt - 1)
    before = clock.now()

    send_message(outbox, number)

    message = stored(outbox, number)
    assert message.dead_at is None
    assert "451" in message.last_error
    waited = message.send_after - before
    assert timedelta(minutes=minutes) <= waited < timedelta(minutes=minutes, seconds=10)


def test_trying_goes_on_for_four_hours_before_it_is_given_up(outbox, mail_server):
    mail_server.says = "451 Come back later"
    number = posted(outbox)
    change(outbox, number, attempts=MOST_ATTEMPTS - 1)
    waits = [sending.FIRST_WAIT * 2**n for n in range(MOST_ATTEMPTS - 1)]

    send_message(outbox, number)

    assert sum(waits, timedelta()) >= timedelta(hours=4)
    assert stored(outbox, number).dead_at is not None


def test_an_address_that_does_not_exist_is_given_up_at_once(outbox, mail_server):
    mail_server.says = "550 No such user"
    number = posted(outbox)

    send_message(outbox, number)

    message = stored(outbox, number)
    assert message.dead_at is not None
    assert "550 No such user" in message.last_error


def test_a_mail_server_that_is_down_is_tried_later(outbox, monkeypatch):
    use_mail_server(monkeypatch, free_port())
    number = posted(outbox)

    send_message(outbox, number)

    message = stored(outbox, number)
    assert (message.attempts, message.dead_at, message.claimed_at) == (1, None, None)


def test_without_a_mail_server_messages_wait(outbox):
    number = posted(outbox)

    send_waiting(outbox)

    message = stored(outbox, number)
    assert (message.sent_at, message.dead_at, message.attempts) == (None, None, 0)


def test_what_a_dead_worker_had_only_claimed_is_sent_by_another(outbox, mail_server):
    number = posted(outbox)
    change(outbox, number, claimed_at=clock.now() - sending.CLAIM_EXPIRES_AFTER)

    send_waiting(outbox)

    assert len(mail_server.mails) == 1


def test_what_another_took_up_because_it_took_too_long_is_that_others(outbox, mail_server):
    number = posted(outbox)
    mine = stored(outbox, number)
    mine.claimed_at = clock.now() - sending.CLAIM_EXPIRES_AFTER
    change(outbox, number, claimed_at=clock.now())

    sending.send_claimed(outbox, [mine], sending.mail_carriers())

    assert mail_server.mails == []
    assert stored(outbox, number).handed_over_at is None


def test_a_sweep_goes_on_until_nothing_is_left(outbox, mail_server):
    number = sending.TAKEN_TOGETHER + 5
    letters = [Letter("test", f"n{n}@x.example", "", "", "en") for n in range(number)]
    with outbox.transaction() as session:
        post_all(session, letters, clock.now())

    send_waiting(outbox)

    assert len({mail["To"] for mail in mail_server.mails}) == number


def test_many_messages_have_few_jobs(outbox, mail_server):
    letters = [Letter("test", f"n{n}@x.example", "", "", "en") for n in range(SENT_BY_ONE_JOB + 1)]
    with outbox.transaction() as session:
        post_all(session, letters, clock.now())
        waiting = session.scalar(text("SELECT count(*) FROM procrastinate_jobs"))

    run_jobs(outbox)

    assert waiting == 2
    assert len(mail_server.mails) == SENT_BY_ONE_JOB + 1


def test_what_a_dead_worker_may_have_sent_is_left_to_a_person(outbox, mail_server):
    number = posted(outbox)
    died = clock.now() - sending.CLAIM_EXPIRES_AFTER
    change(outbox, number, claimed_at=died, handed_over_at=died)

    send_waiting(outbox)

    message = stored(outbox, number)
    assert mail_server.mails == []
    assert (message.sent_at, message.last_error) == (None, sending.UNKNOWN)
    assert message.dead_at is not None


def test_what_is_of_no_use_any_more_is_not_sent(outbox, mail_server):
    number = posted(outbox, now=LONG_AGO, send_before=LONG_AGO + timedelta(minutes=10))

    send_waiting(outbox)

    assert mail_server.mails == []
    assert stored(outbox, number).last_error == sending.TOO_LATE


def test_a_worker_killed_while_the_mail_server_has_the_text_sends_nothing_twice(
    outbox, mail_server, database_url
):
    mail_server.holds = threading.Event()
    number = posted(outbox)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, database_url, str(number)], env=mail_server.environment
    )
    mail_server.has_one.wait(60)
    worker.kill()
    worker.wait()
    mail_server.holds.set()
    died = clock.now() - sending.CLAIM_EXPIRES_AFTER
    change(outbox, number, claimed_at=died, handed_over_at=died)

    send_waiting(outbox)
    send_message(outbox, number)

    assert len(mail_server.mails) == 1
    assert stored(outbox, number).last_error == sending.UNKNOWN
