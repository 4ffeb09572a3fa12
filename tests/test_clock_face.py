"""What a complaint's clock shows to the citizen who waits and to the officer who hurries."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from geo_portal.city.facts import facts
from geo_portal.complaints.clock_face import ClockFace, clock_face
from geo_portal.complaints.escalation import escalate_overdue
from geo_portal.complaints.find import ComplaintFilter, by_code, find
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.public import public
from geo_portal.complaints.tables import Complaint
from tests.staff_fixtures import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = MONDAY + HOUR


@pytest.fixture
def face(session, pothole):
    """The clock of the pothole as a page sees it at a moment."""

    def seen(now, **more) -> ClockFace:
        session.flush()
        return clock_face(by_code(session, pothole.code), facts(session), now, **more)

    return seen


@pytest.mark.parametrize(
    ("since", "used"),
    [
        (timedelta(), 0),
        # Seven of twenty-four hours on Monday, none in the night, half of it on Tuesday at one.
        (7 * HOUR, 7 / 24),
        (20 * HOUR, 7 / 24),
        (DAY + 4 * HOUR, 0.5),
        (3 * DAY, 1),
        (4 * DAY + 4 * HOUR, 1.5),
        # A clock that was set back shows nothing used, not less than nothing.
        (-DAY, 0),
    ],
)
def test_the_share_used_is_counted_like_the_promise(face, since, used):
    assert face(MONDAY + since).used == pytest.approx(used)


def test_who_is_told_next_and_when(session, face, pothole):
    half_way = pothole.escalate_at
    before = face(LATER).next_step

    escalate_overdue(session, half_way)

    assert (before.told, before.at) == ("office", half_way)
    assert (face(half_way).next_step.told, face(half_way).next_step.at) == (
        "office_head",
        pothole.due_at,
    )


def test_it_is_overdue_by_the_clock_on_the_wall(face, pothole):
    late = face(pothole.due_at + 5 * HOUR)

    assert late.overdue_by == 5 * HOUR
    assert face(pothole.due_at).overdue_by is None


def test_an_answer_is_late_once_its_time_has_passed(face, pothole):
    found = [face(pothole.respond_by), face(pothole.respond_by + HOUR)]

    assert [one.answered_late for one in found] == [False, True]


@pytest.mark.parametrize(("after", "late"), [(HOUR, False), (2 * DAY, True)])
def test_an_answer_stays_late_or_in_time(session, face, pothole, rina, after, late):
    make_move(session, rina, pothole.code, "start", Said(), MONDAY + after)

    assert face(MONDAY + 30 * DAY).answered_late == late


def test_while_it_waits_nothing_is_used_and_what_is_to_come_moves_on(session, face, pothole, rina):
    due, half_way = pothole.due_at, pothole.escalate_at
    asked = Said(remark="Which lane?")
    make_move(session, rina, pothole.code, "ask", asked, LATER)

    waiting = face(LATER + DAY)

    assert not waiting.runs
    assert (waiting.stands_still.since, waiting.stands_still.reason) == (LATER, "Which lane?")
    assert waiting.used == pytest.approx(1 / 24)
    assert (waiting.due_at, waiting.next_step.at) == (due + DAY, half_way + DAY)
    assert waiting.overdue_by is None


def test_after_the_pause_it_shows_the_same_as_before(session, face, pothole, rina):
    make_move(session, rina, pothole.code, "ask", Said(remark="Which lane?"), LATER)
    make_move(session, rina, pothole.code, "resume", Said(), LATER + DAY)

    found = face(LATER + DAY)

    assert found.runs
    assert found.used == pytest.approx(1 / 24)


def test_what_a_sensitive_report_waits_for_is_for_staff_alone(session, face, pothole, rina):
    pothole.sensitive = True
    make_move(session, rina, pothole.code, "ask", Said(remark="Who was it?"), LATER)

    seen = [face(LATER), face(LATER, for_staff=True)]

    assert [one.stands_still.reason for one in seen] == [None, "Who was it?"]


def test_when_it_is_closed_the_clock_stops_where_it_was(session, face, pothole, rina):
    make_move(session, rina, pothole.code, "resolve", Said("Filled.", "fixed"), LATER)

    closed = face(MONDAY + 30 * DAY)

    assert (closed.runs, closed.overdue_by, closed.next_step) == (False, None, None)
    assert closed.used == pytest.approx(1 / 24)


def test_one_from_before_promises_were_kept_shows_its_deadline_all_the_same(session, face, pothole):
    session.execute(update(Complaint).values(promised=None))

    assert face(MONDAY + 3 * DAY).used == pytest.approx(1)


def test_what_waits_in_time_is_in_no_list_of_the_overdue(session, pothole, rina):
    late = pothole.due_at + DAY
    overdue = ComplaintFilter(overdue_at=late)
    before = find(session, overdue).rows
    make_move(session, rina, pothole.code, "wait", Said("Asphalt", until=LATER + 20 * DAY), LATER)

    after = find(session, overdue).rows

    assert [row.code for row in before] == [pothole.code]
    assert after == []
    assert not public(by_code(session, pothole.code)).is_overdue(late)
