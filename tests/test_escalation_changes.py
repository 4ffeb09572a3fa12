"""What pauses, wrong clocks and sorting anew do to the ladder."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from geo_portal.complaints.escalation import escalate_overdue
from geo_portal.complaints.hand_over import transfer
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.overlong_pauses import end_pauses
from geo_portal.complaints.sorting import sort
from geo_portal.complaints.tables import Event
from geo_portal.complaints.timeline import ClockIsSlow
from tests.ladder_steps import LATER, local, rungs, steps
from tests.staff_fixtures import MONDAY, kinds


def test_while_it_waits_nothing_is_told_and_the_ladder_moves_along(session, pothole, rina):
    half_way = pothole.escalate_at
    make_move(session, rina, pothole.code, "ask", Said(remark="Which lane?"), LATER)
    while_waiting = escalate_overdue(session, half_way + timedelta(hours=1))

    # A whole working day later.
    make_move(session, rina, pothole.code, "resume", Said(), LATER + timedelta(days=1))

    assert while_waiting == 0
    assert pothole.escalate_at == half_way + timedelta(days=1)


def test_a_pause_over_the_weekend_gives_back_working_hours_only(session, pothole, rina):
    friday, monday = local("2026-03-06T15:00"), local("2026-03-10T09:00")
    pothole.due_at = local("2026-03-10T12:00")
    make_move(session, rina, pothole.code, "ask", Said(remark="Which lane?"), friday)

    make_move(session, rina, pothole.code, "resume", Said(), monday)

    # Friday's last hour and Tuesday's first: Monday was a day off.
    assert pothole.due_at == local("2026-03-10T14:00")


def test_a_pause_ends_at_its_limit_however_late_that_is_noticed(session, pothole, rina):
    limit, promised = LATER + timedelta(days=1), pothole.due_at
    waits = Said(remark="For asphalt", until=limit)
    make_move(session, rina, pothole.code, "wait", waits, LATER)

    found = [end_pauses(session, limit + timedelta(days=3)), end_pauses(session, limit)]

    event = session.scalars(
        select(Event).where(Event.complaint_id == pothole.id).order_by(Event.id.desc())
    ).first()
    assert found == [1, 0]
    assert (pothole.status, pothole.paused_at) == ("in_progress", None)
    assert pothole.due_at == promised + timedelta(days=1)
    assert (event.kind, event.by, event.facts["pause_ended"]) == ("in_progress", "portal", True)


def test_a_pause_that_has_not_reached_its_limit_goes_on(session, pothole, rina):
    waits = Said(remark="For asphalt", until=LATER + timedelta(days=2))
    make_move(session, rina, pothole.code, "wait", waits, LATER)

    found = end_pauses(session, LATER + timedelta(days=1))

    assert found == 0
    assert pothole.status == "waiting_other"


@pytest.mark.parametrize("sweep", [escalate_overdue, end_pauses])
def test_a_machine_whose_clock_is_slow_writes_nothing_into_the_past(session, pothole, rina, sweep):
    late = local("2026-03-16T08:00")
    make_move(session, rina, pothole.code, "ask", Said(remark="Which lane?"), late)
    make_move(session, rina, pothole.code, "resume", Said(), late)
    before = kinds(session, pothole)

    found = sweep(session, late - timedelta(minutes=10))

    assert found == 0
    assert kinds(session, pothole) == before


def test_a_clock_set_back_takes_no_time_away(session, pothole, rina):
    promised = pothole.due_at
    make_move(session, rina, pothole.code, "ask", Said(remark="Which lane?"), LATER)

    make_move(session, rina, pothole.code, "resume", Said(), LATER - timedelta(minutes=1))

    assert pothole.due_at == promised


def test_a_machine_whose_clock_is_wrong_changes_nothing(session, pothole, rina):
    make_move(session, rina, pothole.code, "ask", Said(remark="Which lane?"), LATER)
    before = kinds(session, pothole)

    with pytest.raises(ClockIsSlow), session.begin_nested():
        make_move(session, rina, pothole.code, "resume", Said(), LATER - timedelta(minutes=3))

    session.refresh(pothole)
    assert (pothole.status, pothole.paused_at) == ("waiting_citizen", LATER)
    assert kinds(session, pothole) == before


def test_the_ladder_goes_along_to_another_department(session, pothole, rina):
    before = pothole.escalate_at
    transfer(session, rina, pothole.code, "DRAIN", "The drain below has burst.", LATER)

    escalate_overdue(session, before)

    (event,) = rungs(session, pothole)
    assert (event.office_code, event.facts["reached_at"]) == ("DRAIN", before.isoformat())


def test_sorted_under_a_shorter_promise_what_has_passed_is_told_at_once(session, pothole, rina):
    sorted_at = MONDAY + timedelta(hours=13)
    sort(session, rina, pothole.code, sorted_at, category="drain.flood")

    escalate_overdue(session, sorted_at)

    assert pothole.due_at == MONDAY + timedelta(hours=12)
    assert [number for _, number, _ in steps(session, pothole)] == [1, 2]


def test_sorted_under_a_longer_promise_its_steps_are_told_when_they_come(session, pothole, rina):
    overdue = pothole.due_at
    escalate_overdue(session, overdue)
    sort(session, rina, pothole.code, overdue, category="light.street")

    at_once = escalate_overdue(session, overdue)
    escalate_overdue(session, pothole.due_at)

    # Three of ten days are gone, so both steps lie ahead again.
    assert at_once == 0
    assert [number for _, number, _ in steps(session, pothole)] == [1, 2, 1, 2]


def test_sorted_after_a_pause_the_pause_still_counts(session, pothole, rina):
    make_move(session, rina, pothole.code, "ask", Said(remark="Which lane?"), LATER)
    make_move(session, rina, pothole.code, "resume", Said(), LATER + timedelta(days=1))
    promised = pothole.due_at

    sort(session, rina, pothole.code, LATER + timedelta(days=1), category="waste.pile")

    # Litter has three working days like a pothole.
    assert pothole.due_at == promised


def test_sorted_while_it_waits_the_clock_runs_on(session, pothole, rina):
    promised = pothole.due_at
    make_move(session, rina, pothole.code, "ask", Said(remark="Which lane?"), LATER)

    sort(session, rina, pothole.code, LATER + timedelta(days=1), category="waste.pile")

    assert (pothole.status, pothole.paused_at) == ("assigned", None)
    assert pothole.due_at == promised + timedelta(days=1)
