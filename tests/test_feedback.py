"""Is it fixed? Who may say so, what their answer does, and which answers count."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from geo_portal.complaints.case_tables import Feedback
from geo_portal.complaints.feedback import (
    ANSWERS_WITHIN,
    Answer,
    NotAsked,
    NotYours,
    answer,
    remind_due,
)
from geo_portal.complaints.hand_over import assign
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.reporters import (
    Answering,
    ForeignLink,
    answering,
    code_of,
    follower_token,
    reporter_token,
)
from geo_portal.complaints.tables import Event
from geo_portal.errors import Invalid, NotAllowed
from tests.feedback_facts import one_who_follows
from tests.proof_fixtures import DONE
from tests.staff_fixtures import MONDAY, kinds

CLOSED_AT = MONDAY + timedelta(hours=2)
NEXT_DAY = MONDAY + timedelta(days=1)
REPORTER = Answering("reporter")


@pytest.mark.parametrize(
    ("said", "status", "event"),
    [
        (Answer("fixed"), "confirmed", "confirmed"),
        (Answer("partly"), "resolved", "feedback"),
        (Answer("partly", again=True), "reopened", "reopened"),
        (Answer("not"), "reopened", "reopened"),
    ],
)
def test_what_the_reporters_answer_does(session, closed, said, status, event):
    promised = closed.due_at

    answer(session, closed.code, REPORTER, said, NEXT_DAY)

    assert (closed.status, kinds(session, closed)[-1]) == (status, event)
    assert (closed.due_at, closed.remind_at) == (promised, None)


@pytest.mark.parametrize(
    ("said", "status"), [(Answer("fixed"), "rejected"), (Answer("not"), "reopened")]
)
def test_a_rejection_can_be_contradicted_but_is_never_turned_green(
    session, pothole, rina, said, status
):
    make_move(session, rina, pothole.code, "reject", Said(remark="A private road."), CLOSED_AT)

    answer(session, pothole.code, REPORTER, said, NEXT_DAY)

    assert pothole.status == status


def test_the_words_and_the_mood_are_kept(session, closed):
    said = Answer("not", satisfied=False, words=" Only gravel was thrown in. ")

    event = answer(session, closed.code, REPORTER, said, NEXT_DAY)

    assert event.remark == "Only gravel was thrown in."
    assert (event.by, event.person_id, event.facts["verdict"]) == ("citizen", None, "not")
    kept = session.scalars(select(Feedback).where(Feedback.event_id == event.id)).one()
    assert (kept.verdict, kept.satisfied, kept.counted) == ("not", False, True)
    assert kept.office_code == "ROADS-N"


def test_not_fixed_never_goes_back_to_who_closed_it(session, closed, rina, joko):
    answer(session, closed.code, REPORTER, Answer("not"), NEXT_DAY)

    with pytest.raises(NotAllowed):
        make_move(session, rina, closed.code, "resolve", DONE, NEXT_DAY)
    with pytest.raises(Invalid):
        assign(session, joko, closed.code, NEXT_DAY, to_person=rina.id)
    assign(session, joko, closed.code, NEXT_DAY, to_person=joko.id)
    with pytest.raises(Invalid):
        assign(session, joko, closed.code, NEXT_DAY, to_person=rina.id)
    make_move(session, joko, closed.code, "resolve", DONE, NEXT_DAY)

    assert closed.status == "resolved"


def test_the_second_not_fixed_is_the_heads(session, closed, joko, budi):
    answer(session, closed.code, REPORTER, Answer("not"), NEXT_DAY)
    make_move(session, joko, closed.code, "resolve", DONE, NEXT_DAY + timedelta(hours=1))

    answer(session, closed.code, REPORTER, Answer("not"), NEXT_DAY + timedelta(hours=2))

    assert kinds(session, closed)[-2:] == ["reopened", "escalated"]
    assert _facts(session, closed)["told"] == "department_head"
    assert (closed.status, closed.assignee_id) == ("reopened", budi.id)


def test_a_stranger_cannot_answer(session, closed):
    with pytest.raises(NotYours):
        answer(session, closed.code, None, Answer("not"), NEXT_DAY)

    assert closed.status == "resolved"


def test_it_is_asked_only_while_it_is_closed(session, pothole):
    with pytest.raises(NotAsked):
        answer(session, pothole.code, REPORTER, Answer("fixed"), NEXT_DAY)

    assert kinds(session, pothole) == ["submitted", "assigned"]


@pytest.mark.parametrize(("late", "taken"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_the_time_to_answer_ends(session, closed, late, taken):
    made = _taken(lambda: answer(session, closed.code, REPORTER, Answer("not"), at))

    at = closed.closed_at + ANSWERS_WITHIN + late

    assert made() is taken
    assert (closed.status == "reopened") is taken


def test_an_answer_is_given_once(session, closed):
    answer(session, closed.code, REPORTER, Answer("partly"), NEXT_DAY)

    with pytest.raises(NotAsked):
        answer(session, closed.code, REPORTER, Answer("not"), NEXT_DAY)

    assert closed.status == "resolved"


@pytest.mark.parametrize("said", [Answer("perhaps"), Answer(""), Answer("not", words="x" * 4001)])
def test_an_answer_that_cannot_be_read_changes_nothing(session, closed, said):
    with pytest.raises(Invalid):
        answer(session, closed.code, REPORTER, said, NEXT_DAY)

    assert kinds(session, closed)[-1] == "resolved"


def test_silence_changes_nothing(session, closed):
    asked = [remind_due(session, closed.closed_at + timedelta(days=day)) for day in range(90)]

    assert sum(asked) == 2
    assert [asked[3], asked[10]] == [1, 1]
    assert (closed.status, kinds(session, closed)[-3:]) == (
        "resolved",
        ["resolved", "feedback_reminder", "feedback_reminder"],
    )
    assert session.scalars(select(Feedback)).all() == []


def test_a_planned_repair_is_asked_for_after_its_day(session, pothole, rina):
    day = MONDAY + timedelta(days=20)
    said = Said("In three weeks.", "scheduled", planned_for=day)

    make_move(session, rina, pothole.code, "resolve", said, CLOSED_AT)

    assert pothole.remind_at == day + timedelta(days=3)


def test_an_answer_stops_the_reminders(session, closed):
    answer(session, closed.code, REPORTER, Answer("partly"), NEXT_DAY)

    assert remind_due(session, NEXT_DAY + timedelta(days=30)) == 0


def test_the_reporter_is_known_by_the_token_and_nobody_by_a_guess(session, pothole, closed):
    token = reporter_token(pothole.code)

    assert code_of(session, token) == pothole.code
    assert answering(session, pothole.id, (token,)).role == "reporter"
    assert answering(session, pothole.id, (reporter_token("ZZZZZ-ZZZZZ"),)) is None
    assert answering(session, pothole.id, ()) is None
    with pytest.raises(ForeignLink):
        code_of(session, token[:-1] + ("0" if token[-1] != "0" else "1"))
    stored = session.execute(
        text("SELECT complaints::text FROM complaints WHERE id = :id"), {"id": pothole.id}
    ).scalar_one()
    assert token not in stored


def test_who_reported_it_signed_in_may_answer_elsewhere(session, closed, asha, hire):
    closed.reporter_id = asha.id
    session.flush()

    assert answering(session, closed.id, (), asha).role == "reporter"
    assert answering(session, closed.id, (), hire("Bea")) is None


def test_who_no_longer_follows_has_no_say(session, closed, asha):
    follower = one_who_follows(session, closed, asha)
    session.execute(text("UPDATE followers SET left_at = now()"))

    token = follower_token(closed.id, f"person:{asha.id}")

    assert follower.role == "follower"
    assert answering(session, closed.id, (token,)) is None


def _facts(session, complaint):
    newest = select(Event.facts).where(Event.complaint_id == complaint.id)
    return session.scalars(newest.order_by(Event.id.desc()).limit(1)).one()


def _taken(made):
    def tried():
        try:
            made()
        except NotAsked:
            return False
        return True

    return tried
