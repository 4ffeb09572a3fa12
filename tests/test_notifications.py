"""What happens to a report reaches those whom it concerns, in their language, once."""

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select, text, update

from geo_portal import clock, jobs
from geo_portal.accounts import people
from geo_portal.accounts.people import Membership
from geo_portal.accounts.tables import Account
from geo_portal.city.facts import facts
from geo_portal.community import follows
from geo_portal.community.tables import Comment
from geo_portal.complaints.cases import take
from geo_portal.complaints.hand_over import transfer
from geo_portal.complaints.remarks import remark
from geo_portal.complaints.states import OUTCOME_WORDS, OUTCOMES
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.complaints.timeline import PORTAL, tell
from geo_portal.geometry import LonLat
from geo_portal.notifications.notify import notify
from geo_portal.notifications.sayings import SAYINGS
from geo_portal.outbox.tables import Message
from geo_portal.translation import translator
from geo_portal.worker import notify_events
from tests.city_fixtures import HARBOUR
from tests.notification_fixtures import LATER, follow, happened, told
from tests.past_files import taken_in, written
from tests.people_fixtures import add_person, run_jobs
from tests.staff_fixtures import MONDAY

IN_URDU = "سڑک میں بہت گہرا گڑھا ہے، براہ کرم جلدی ٹھیک کریں"
LANGUAGES = ["en", "id", "ur"]


def test_a_report_in_urdu_is_acknowledged_in_urdu(portal, posts, mail_server):
    body = {
        "description": IN_URDU,
        "lon": HARBOUR[0],
        "lat": HARBOUR[1],
        "category": "road.pothole",
        "contact": "asha@tiny.example",
    }
    code = portal.post("/api/v1/complaints", json=body).json()["code"]

    run_jobs(posts)

    [mail] = mail_server.mails
    urdu = translator("ur").gettext("We have your report")
    assert urdu != "We have your report"
    assert (mail["To"], mail["Subject"]) == ("asha@tiny.example", f"{code}: {urdu}")
    assert (mail["Content-Language"], mail["Auto-Submitted"]) == ("ur", "auto-generated")
    assert "/messages/stop/" in mail["List-Unsubscribe"]
    assert f"/c/{code}" in mail.get_body(("plain",)).get_content()
    assert 'dir="rtl"' in mail.get_body(("html",)).get_content()


def test_a_report_without_an_address_leaves_no_job(portal, posts):
    body = {"description": "A hole", "lon": HARBOUR[0], "lat": HARBOUR[1]}
    portal.post("/api/v1/complaints", json=body)

    assert waiting(posts) == 0


def test_no_event_is_without_its_job_however_it_is_written(session, mine):
    session.execute(
        text(
            "INSERT INTO events (complaint_id, kind, at, by, facts)"
            " SELECT :id, 'escalated', now(), 'portal', '{}' FROM generate_series(1, 250)"
        ),
        {"id": mine.id},
    )

    args = session.scalars(
        text(
            "SELECT jsonb_array_length(args -> 'events') FROM procrastinate_jobs"
            " WHERE task_name = 'notify_events' ORDER BY id"
        )
    ).all()
    assert args[-3:] == [100, 100, 50]


def test_the_past_that_is_imported_tells_nobody(inbox, tmp_path):
    taken_in(inbox, written(tmp_path, "1,95.03,-10.005,2026-01-05,2026-01-09,waste.pile,,River"))

    assert waiting(inbox) == 0


def test_a_change_that_is_taken_back_tells_nobody(posts, city, portal):
    with posts.session() as session:
        number = submit(
            session, NewComplaint("A hole", LonLat(*HARBOUR), contact="a@tiny.example"), MONDAY
        ).id
        happened(session, session.get_one(Complaint, number), "remark")
        session.rollback()

    assert waiting(posts) == 0


def test_a_worker_that_died_after_writing_the_messages_writes_none_twice(session, mine):
    event = happened(session, mine, "in_progress")
    first = notify(session, [event.id], LATER)

    again = notify(session, [event.id], LATER)

    assert (len(first), again) == (1, [])


def test_what_a_dead_worker_had_begun_is_begun_again(portal, posts, mail_server):
    body = {"description": "A hole", "lon": HARBOUR[0], "lat": HARBOUR[1]}
    portal.post("/api/v1/complaints", json=body | {"contact": "asha@tiny.example"})
    with posts.transaction() as session:
        # As a worker leaves it that is killed while it writes the message.
        session.execute(
            text(
                "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - interval '1 hour') RETURNING id)"
                " UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"
            )
        )
        jobs.defer(session, "take_up_stalled", timestamp=0)

    run_jobs(posts)
    run_jobs(posts)

    assert [mail["To"] for mail in mail_server.mails] == ["asha@tiny.example"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_that_happens_can_be_said_in_every_language(session, mine, rina, budi, lang):
    everybody_speaks(session, mine, lang)
    kinds = [kind for _, kind in SAYINGS]
    events = {kind: everything_of(session, mine, kind, rina) for kind in dict.fromkeys(kinds)}

    notify(session, [event.id for event in events.values()], LATER)

    messages = session.scalars(select(Message).where(Message.channel == "email")).all()
    said = {(role_of(message), kind_of(message, events)) for message in messages}
    assert said == set(SAYINGS)
    assert {message.language for message in messages} == {lang}
    assert [m.subject for m in messages if "{" in m.subject + m.body_text + m.body_html] == []
    assert {m.subject.split(":")[0] for m in messages} == {mine.code}


def everybody_speaks(session, complaint, lang):
    complaint.language = lang
    follow(session, complaint, language=lang)
    number = add_person(session, "around")
    around = people.Person(number, "Around", "A", language=lang)
    follows.follow_category(session, facts(session), around, "road.pothole", MONDAY)
    session.execute(update(Account).values(language=lang))


def everything_of(session, complaint, kind, officer):
    """An event of this kind with every fact that its messages may name."""
    written = Comment(complaint_id=complaint.id, words="So it is.", state="shown", at=LATER)
    session.add(written)
    session.flush()
    facts = {
        "outcome": "scheduled" if kind == "scheduled" else "fixed",
        "planned_for": LATER.isoformat(),
        "until": LATER.isoformat(),
        "into": "ABCDE-FGHJK",
        "told": "department_head",
        "department": "ROADS",
        "from": "in_progress",
        "mentions": [officer.id],
        "to_person": officer.id,
        "changed": {"category": [None, complaint.category_code]} if kind == "triaged" else {},
        "comment": written.id,
    }
    return tell(
        session,
        complaint,
        "resolved" if kind == "scheduled" else kind,
        LATER,
        by="department",
        remark="Ok.",
        facts=facts,
        internal=kind in ("reminded", "note", "given_to", "feedback_reminder"),
    )


def role_of(message):
    known = {
        "asha@tiny.example": "reporter",
        "neighbour@tiny.example": "follower",
        "around@x.example": "subscriber",
    }
    return known.get(message.recipient, "staff")


def kind_of(message, events):
    return next(kind for kind, event in events.items() if event.id == message.event_id)


def test_each_outcome_has_words_for_the_public():
    assert set(OUTCOME_WORDS) == set(OUTCOMES)


def test_of_a_sensitive_report_a_mail_says_neither_words_nor_kind(session, mine, rina):
    mine.sensitive = True
    event = remark(session, rina, mine.code, "We spoke to the neighbour.", LATER)

    message = told(session, event)["asha@tiny.example"]

    assert "neighbour" not in message.body_text + message.body_html
    assert "othole" not in message.body_text + message.body_html + message.subject


def test_a_transfer_says_to_whom_and_why(session, mine, rina):
    event = transfer(session, rina, mine.code, "LIGHT", "It is a lamp cover.", LATER)

    message = told(session, event)["asha@tiny.example"]

    assert message.subject == f"{mine.code}: It was passed on to Street Lighting"
    assert "> It is a lamp cover." in message.body_text


@pytest.mark.parametrize("contact", ["0812-555", "asha@tiny.example\nBcc: all@tiny.example", "@"])
def test_only_what_is_an_address_is_written_to(session, mine, contact):
    mine.contact = contact
    event = happened(session, mine, "in_progress")

    assert told(session, event) == {}


def test_a_name_cannot_put_a_line_into_a_header(session, mine, rina):
    session.execute(
        text("UPDATE departments SET names = jsonb_build_object('en', :name) WHERE code = 'LIGHT'"),
        {"name": "Lamps\r\nBcc: all@tiny.example"},
    )
    event = transfer(session, rina, mine.code, "LIGHT", "Why\r\nnot", LATER)

    subject = told(session, event)["asha@tiny.example"].subject

    assert "\n" not in subject
    assert "\r" not in subject


def test_what_somebody_wrote_is_text_in_the_html_too(session, mine, rina):
    event = remark(session, rina, mine.code, "<script>alert(1)</script>", LATER)

    assert "<script>" not in told(session, event)["asha@tiny.example"].body_html


def test_a_thousand_events_do_not_need_a_thousand_queries(session, mine, rina, budi):
    follow(session, mine)
    ids = session.scalars(
        text(
            "INSERT INTO events (complaint_id, kind, at, by, office_code, remark, facts)"
            " SELECT :id, 'remark', now(), 'department', 'ROADS', 'Soon.', '{}'"
            " FROM generate_series(1, 1000) RETURNING id"
        ),
        {"id": mine.id},
    ).all()
    asked = []
    count = asked.append
    engine = session.get_bind()

    def listen(_conn, _cursor, statement, *_):
        count(statement)

    sqlalchemy_event.listen(engine, "before_cursor_execute", listen)
    written = notify(session, ids, LATER)
    sqlalchemy_event.remove(engine, "before_cursor_execute", listen)

    assert len(written) == 2000
    assert len(asked) < 20


def test_the_worker_tells_the_staff_by_mail(posts, city, portal, mail_server):
    with posts.transaction() as session:
        add_person(session, "budi", Membership("head", "ROADS"))
        new = NewComplaint("A hole", LonLat(*HARBOUR), category="road.pothole")
        filed = submit(session, new, clock.now())
        told = {"told": "office"}
        case = take(session, filed.code)
        event = tell(session, case, "reminded", clock.now(), by=PORTAL, facts=told)
    notify_events(posts, [event.id])

    run_jobs(posts)

    assert [mail["To"] for mail in mail_server.mails] == ["budi@x.example"]


def waiting(database) -> int:
    with database.transaction() as session:
        return session.scalar(
            text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'notify_events'")
        )
