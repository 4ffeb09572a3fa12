"""Whoever must hear that a complaint's time runs out hears it once, whatever happens meanwhile."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from geo_portal import worker
from geo_portal.city.clock_tables import EscalationStep
from geo_portal.city.tables import City
from geo_portal.complaints.escalation import escalate_next_overdue, escalate_overdue
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Event
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR
from tests.ladder_steps import DONE, LATER, local, rungs, steps
from tests.staff_fixtures import MONDAY


@pytest.fixture
def patient(session, city) -> None:
    """The town takes over the ladder of Pakistan's portal: twenty days, then forty."""
    session.execute(delete(EscalationStep))
    session.add_all(
        [
            EscalationStep(position=0, after=timedelta(days=20), told="office_head"),
            EscalationStep(position=1, after=timedelta(days=40), told="department_head"),
        ]
    )
    session.execute(update(City).values(facts_version=City.facts_version + 1))


def test_an_overdue_complaint_is_escalated_once_per_deadline(session, pothole):
    late = pothole.due_at + timedelta(minutes=1)

    found = [escalate_next_overdue(session, late), escalate_next_overdue(session, late)]

    assert found == [True, False]
    assert steps(session, pothole) == [("reminded", 1, "office"), ("escalated", 2, "office_head")]


def test_nothing_is_told_before_half_of_the_time_is_gone(session, pothole):
    half_way = pothole.escalate_at

    found = [
        escalate_next_overdue(session, half_way - timedelta(seconds=1)),
        escalate_next_overdue(session, half_way),
    ]

    # Three working days of eight hours, of which twelve hours are half.
    assert half_way == local("2026-03-03T13:00")
    assert found == [False, True]


def test_after_a_week_without_a_worker_every_step_is_told_in_order_with_its_own_moment(
    session, pothole
):
    back = local("2026-03-16T08:00")

    escalate_overdue(session, back)

    assert steps(session, pothole) == [
        ("reminded", 1, "office"),
        ("escalated", 2, "office_head"),
        ("escalated", 3, "department_head"),
        ("escalated", 4, "city_secretary"),
    ]
    told = rungs(session, pothole)
    assert [datetime.fromisoformat(event.facts["reached_at"]) for event in told] == [
        local("2026-03-03T13:00"),
        local("2026-03-05T09:00"),
        local("2026-03-06T13:00"),
        # Monday the ninth is the town's own day off.
        local("2026-03-11T09:00"),
    ]
    assert {event.at for event in told} == {back}


def test_reminding_the_office_is_nobody_elses_business(session, pothole):
    session.refresh(pothole)
    seen, changed = pothole.version, pothole.updated_at

    escalate_overdue(session, pothole.escalate_at)

    session.refresh(pothole)
    assert [event.internal for event in rungs(session, pothole)] == [True]
    assert (pothole.version, pothole.updated_at) == (seen, changed)


def test_an_escalation_does_not_make_an_officers_form_stale(session, pothole, rina):
    seen = pothole.version
    escalate_overdue(session, pothole.due_at)

    make_move(session, rina, pothole.code, "start", Said(), pothole.due_at, seen)

    assert pothole.status == "in_progress"


def test_above_the_last_step_there_is_nothing_more_to_tell(session, pothole):
    escalate_overdue(session, local("2026-04-30T08:00"))

    session.refresh(pothole)
    assert (pothole.escalation_step, pothole.escalate_at) == (4, None)


def test_what_is_closed_is_not_escalated(session, pothole, rina):
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)

    found = escalate_next_overdue(session, local("2026-03-16T08:00"))

    assert not found


def test_opened_again_the_ladder_goes_on_where_it_was(session, pothole, rina, joko):
    escalate_overdue(session, pothole.due_at)
    make_move(session, rina, pothole.code, "resolve", DONE, pothole.due_at)
    opened = pothole.due_at + timedelta(hours=1)
    make_move(session, joko, pothole.code, "reopen", Said(remark="Still there"), opened)

    at_once = escalate_overdue(session, opened)
    later = escalate_overdue(session, local("2026-03-06T13:00"))

    assert (at_once, later) == (0, 1)
    assert [number for _, number, _ in steps(session, pothole)] == [1, 2, 3]


def test_opened_again_too_late_what_passed_meanwhile_is_told(session, pothole, rina, joko):
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)
    opened = local("2026-03-06T14:00")
    make_move(session, joko, pothole.code, "reopen", Said(remark="Still there"), opened)

    escalate_overdue(session, opened)

    assert [number for _, number, _ in steps(session, pothole)] == [1, 2, 3]


def test_with_the_ladder_of_pakistans_portal_days_count_whatever_was_promised(
    session, patient, pothole
):
    early = escalate_overdue(session, MONDAY + timedelta(days=19, hours=23))

    escalate_overdue(session, MONDAY + timedelta(days=40))

    assert early == 0
    assert steps(session, pothole) == [
        ("escalated", 1, "office_head"),
        ("escalated", 2, "department_head"),
    ]


def test_under_another_ladder_no_step_comes_before_its_time(session, pothole, patient):
    half_way = pothole.escalate_at

    escalate_overdue(session, half_way)

    session.refresh(pothole)
    assert steps(session, pothole) == []
    assert pothole.escalate_at == MONDAY + timedelta(days=20)


def test_only_so_many_are_claimed_at_once(session, city, pothole):
    new = NewComplaint("Another hole", LonLat(*HARBOUR), category="road.pothole")
    submit(session, new, MONDAY + timedelta(hours=1))

    found = [escalate_overdue(session, local("2026-03-16T08:00"), most=1) for _ in range(3)]

    assert found == [1, 1, 0]
    assert session.scalar(select(func.count()).where(Event.kind == "escalated")) == 6


def test_the_worker_lets_clocks_run_on_and_then_has_nothing_more_to_do(session, pothole, rina):
    make_move(session, rina, pothole.code, "ask", Said(remark="Which lane?"), LATER)

    found = [worker.run_clocks_on(session), worker.run_clocks_on(session)]

    assert found == [True, False]
    assert pothole.status == "in_progress"


def test_the_worker_tells_what_is_due_and_then_has_nothing_more_to_do(session, pothole):
    found = [worker.escalate(session), worker.escalate(session)]

    assert found == [True, False]
