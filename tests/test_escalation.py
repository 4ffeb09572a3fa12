"""Whoever must hear that a complaint's time runs out hears it once, whatever happens meanwhile."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, update

from geo_portal import worker
from geo_portal.city.clock_tables import EscalationStep
from geo_portal.city.tables import City
from geo_portal.complaints.escalation import escalate_next_overdue, escalate_overdue
from geo_portal.complaints.hand_over import transfer
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.overlong_pauses import end_pauses
from geo_portal.complaints.sorting import sort
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Event
from geo_portal.complaints.timeline import ClockIsSlow
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY, kinds

LATER = MONDAY + timedelta(hours=1)
DONE = Said(remark="Filled.", outcome="fixed")


def local(text: str) -> datetime:
    """A moment by the clocks of the tiny town."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Jakarta"))


def steps(session, complaint) -> list[tuple[str, int, str]]:
    """What the ladder told of a complaint, in order: kind, step, who."""
    return [(e.kind, e.facts["step"], e.facts["told"]) for e in rungs(session, complaint)]


def rungs(session, complaint) -> list[Event]:
    told = select(Event).where(Event.complaint_id == complaint.id, Event.facts.has_key("told"))
    return list(session.scalars(told.order_by(Event.id)))


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
