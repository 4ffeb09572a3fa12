"""“This is not right”: back to the sorting desk, or to the office's eyes, and never twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from geo_portal.accounts.limits import TooManyAttempts
from geo_portal.complaints.case_tables import Lesson
from geo_portal.complaints.contest import ContestedAlready, contest
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.reporters import Answering
from geo_portal.complaints.sorting import sort
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Event
from geo_portal.errors import Conflict, Invalid
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY, kinds

LATER = MONDAY + timedelta(hours=1)


def test_what_nobody_has_begun_goes_back_to_be_sorted(session, pothole):
    promised = pothole.due_at

    event = contest(session, pothole.code, None, "browser", LATER)

    assert (pothole.status, pothole.due_at) == ("submitted", promised)
    assert (event.kind, event.by, event.remark) == ("contested", "follower", None)


def test_what_has_begun_stays_and_the_office_reads_of_it(session, pothole, rina):
    make_move(session, rina, pothole.code, "start", Said(), MONDAY)

    contest(session, pothole.code, Answering("reporter"), "browser", LATER, words="A drain!")

    assert pothole.status == "in_progress"
    assert kinds(session, pothole)[-2:] == ["contested", "note"]
    note = session.scalars(select(Event).where(Event.kind == "note")).one()
    assert (note.internal, note.remark, note.by) == (True, "A drain!", "citizen")


def test_it_becomes_a_lesson_with_what_it_should_be(session, pothole):
    contest(session, pothole.code, None, "b", LATER, words=" A pipe ", category="drain.flood")

    lesson = session.scalars(select(Lesson)).one()
    assert (lesson.kind, lesson.words) == ("contest", "A pipe")
    assert (lesson.category_before, lesson.category_code) == ("road.pothole", "drain.flood")
    assert (lesson.department_before, lesson.department_code) == ("ROADS", None)


def test_words_of_strangers_are_not_public(session, pothole):
    contest(session, pothole.code, None, "browser", LATER, words="Rude words")

    public = select(Event.remark).where(Event.complaint_id == pothole.id, ~Event.internal)
    assert "Rude words" not in session.scalars(public).all()


def test_it_is_said_once_until_a_person_has_looked(session, pothole, rina):
    contest(session, pothole.code, None, "one", LATER)
    with pytest.raises(ContestedAlready):
        contest(session, pothole.code, None, "two", LATER)
    sort(session, rina, pothole.code, LATER, category="road.pothole")

    contest(session, pothole.code, None, "two", LATER)

    assert kinds(session, pothole).count("contested") == 2


def test_a_browser_cannot_contest_everything(session, city):
    codes = [_report(session) for _ in range(6)]
    for code in codes[:5]:
        contest(session, code, None, "browser", LATER)

    with pytest.raises(TooManyAttempts):
        contest(session, codes[5], None, "browser", LATER)
    contest(session, codes[5], None, "another", LATER)


def test_throwing_the_cookie_away_does_not_help_for_long(session, city):
    codes = [_report(session) for _ in range(31)]
    for number, code in enumerate(codes[:30]):
        contest(session, code, None, f"browser {number}", LATER, network="here")

    with pytest.raises(TooManyAttempts):
        contest(session, codes[30], None, "a new one", LATER, network="here")


def test_a_closed_report_goes_nowhere(session, closed):
    with pytest.raises(Conflict):
        contest(session, closed.code, None, "browser", LATER)

    assert kinds(session, closed)[-1] == "resolved"


@pytest.mark.parametrize(
    ("said", "field"),
    [({"category": "no.such"}, "category"), ({"words": "x" * 1001}, "words")],
)
def test_what_cannot_be_used_changes_nothing(session, pothole, said, field):
    with pytest.raises(Invalid) as refused:
        contest(session, pothole.code, None, "browser", LATER, **said)

    assert (refused.value.field, pothole.status) == (field, "assigned")


def _report(session):
    new = NewComplaint("A hole", LonLat(*HARBOUR), category="road.pothole")
    return submit(session, new, MONDAY).code
