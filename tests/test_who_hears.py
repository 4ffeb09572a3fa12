"""Who hears of what, and who does not."""

from urllib.parse import urlsplit

from sqlalchemy import select, update

from geo_portal.complaints.case_tables import Follower
from geo_portal.complaints.hand_over import assign
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.remarks import note, remark
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.geometry import LonLat
from geo_portal.notifications.notify import notify
from geo_portal.outbox.tables import Message
from tests.city_fixtures import HARBOUR
from tests.notification_fixtures import LATER, follow, happened, told
from tests.staff_fixtures import MONDAY


def test_a_question_leads_to_the_page_where_it_is_answered(session, mine, rina):
    said = Said(remark="Which side of the gate?")
    event = make_move(session, rina, mine.code, "ask", said, LATER)

    message = told(session, event)["asha@tiny.example"]

    assert "> Which side of the gate?" in message.body_text
    assert f"/c/{mine.code}/answer?key=" in message.body_text


def test_who_reported_it_is_asked_whether_it_is_fixed(session, mine, rina):
    event = make_move(
        session, rina, mine.code, "resolve", Said(remark="Filled.", outcome="fixed"), LATER
    )

    message = told(session, event)["asha@tiny.example"]

    assert "What came of it: Fixed." in message.body_text
    assert "/f/" in message.body_text


def test_an_escalation_comes_to_whom_the_ladder_names(session, mine, rina, budi, wati):
    reminded = happened(session, mine, "reminded", facts={"told": "office"}, internal=True)
    to_head = happened(session, mine, "escalated", facts={"told": "department_head"})
    to_secretary = happened(session, mine, "escalated", facts={"told": "city_secretary"})

    notify(session, [reminded.id, to_head.id, to_secretary.id], LATER)

    by_mail = select(Message.event_id, Message.recipient).where(Message.channel == "email")
    rows = session.execute(by_mail.order_by(Message.id)).all()
    assert rows == [
        (reminded.id, "budi@tiny.example"),
        (reminded.id, "rina@tiny.example"),
        (to_head.id, "asha@tiny.example"),
        (to_head.id, "budi@tiny.example"),
        (to_secretary.id, "asha@tiny.example"),
        (to_secretary.id, "wati@tiny.example"),
    ]


def test_where_an_office_has_no_head_the_next_one_up_is_told(session, mine, rina, wati):
    event = happened(session, mine, "escalated", facts={"told": "office_head"})

    assert "wati@tiny.example" not in told(session, event)
    both = happened(session, mine, "escalated", facts={"told": "city_secretary"})
    assert "wati@tiny.example" in told(session, both)


def test_only_who_has_the_case_is_reminded(session, mine, rina, joko, budi):
    assign(session, budi, mine.code, LATER, to_person=joko.id)
    event = happened(session, mine, "reminded", facts={"told": "office"}, internal=True)

    assert set(told(session, event)) == {"joko@tiny.example"}


def test_nobody_hears_of_what_they_did_themselves(session, mine, rina, joko, budi):
    event = assign(session, budi, mine.code, LATER, to_person=budi.id)

    assert told(session, event) == {}


def test_a_colleague_who_is_named_in_a_note_is_called_and_reads_nothing_of_it(
    session, mine, rina, joko
):
    follow(session, mine)
    event = note(session, rina, mine.code, "@joko has the key, not for the citizen", LATER)

    found = told(session, event)

    assert set(found) == {"joko@tiny.example"}
    assert "key" not in found["joko@tiny.example"].body_text
    assert f"/desk/{mine.code}" in found["joko@tiny.example"].body_text


def test_followers_hear_of_it_and_can_stop_with_one_click(session, mine, rina):
    follow(session, mine)
    event = remark(session, rina, mine.code, "We fill it tonight.", LATER)

    message = told(session, event)["neighbour@tiny.example"]

    assert message.language == "id"
    assert "> We fill it tonight." in message.body_text
    assert urlsplit(message.unsubscribe).path.endswith("/leave")
    assert message.unsubscribe in message.body_text


def test_who_follows_a_joined_report_hears_of_the_other(session, mine, rina):
    new = NewComplaint("The same hole", LonLat(*HARBOUR), category="road.pothole")
    same = session.get_one(Complaint, submit(session, new, MONDAY).id)
    follow(session, same)
    make_move(session, rina, same.code, "merge", Said(into=mine.code), LATER)
    event = remark(session, rina, mine.code, "We fill it tonight.", LATER)

    assert "neighbour@tiny.example" in told(session, event)


def test_who_left_or_never_said_yes_hears_nothing(session, mine, rina):
    follow(session, mine, "left@tiny.example")
    follow(session, mine, "unsure@tiny.example")
    session.execute(update(Follower).where(Follower.email.like("left%")).values(left_at=MONDAY))
    session.execute(
        update(Follower).where(Follower.email.like("unsure%")).values(confirmed_at=None)
    )
    event = remark(session, rina, mine.code, "We fill it tonight.", LATER)

    assert set(told(session, event)) == {"asha@tiny.example"}
