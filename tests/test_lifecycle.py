"""A complaint's life: every move from every state, and what each move needs."""

from datetime import timedelta

import pytest

from geo_portal.complaints.cases import ChangedMeanwhile
from geo_portal.complaints.lifecycle import NotFromHere, Said, make_move
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.states import STATES
from geo_portal.errors import Invalid, NotAllowed, NotFound
from tests.staff_fixtures import MONDAY, kinds

LATER = MONDAY + timedelta(hours=1)
WHOLE = Said(
    remark="The hole is filled.", outcome="fixed", until=LATER + timedelta(days=2), into=None
)


def test_work_begins_and_is_finished(session, pothole, rina):
    make_move(session, rina, pothole.code, "start", Said(), LATER)
    make_move(session, rina, pothole.code, "resolve", WHOLE, LATER + timedelta(hours=2))

    assert (pothole.status, pothole.outcome, pothole.light) == ("resolved", "fixed", "done")
    assert pothole.closed_at == LATER + timedelta(hours=2)
    assert kinds(session, pothole) == ["submitted", "assigned", "in_progress", "resolved"]


@pytest.mark.parametrize("name", sorted(set(MOVES) - {"merge"}))
@pytest.mark.parametrize("status", STATES)
def test_a_move_is_made_from_its_own_states_and_refused_from_others(
    session, pothole, rina, name, status
):
    pothole.status = status
    pothole.closed_at = None if STATES[status].open else LATER
    session.flush()
    allowed = status in MOVES[name].start

    made = _outcome(lambda: make_move(session, rina, pothole.code, name, WHOLE, LATER))

    assert made == ("made" if allowed else "NotFromHere")
    assert pothole.status == (MOVES[name].end if allowed else status)


@pytest.mark.parametrize(
    ("name", "said", "field"),
    [
        ("resolve", Said(remark="Done"), "outcome"),
        ("resolve", Said(outcome="fixed"), "remark"),
        ("resolve", Said(remark="Done", outcome="closed"), "outcome"),
        ("resolve", Said(remark="Soon", outcome="scheduled"), "planned_for"),
        ("resolve", Said("Soon", "scheduled", planned_for=MONDAY), "planned_for"),
        ("resolve", Said(remark="Not ours", outcome="handed_over"), "handed_to"),
        ("resolve", Said(remark="x" * 4001, outcome="fixed"), "remark"),
        ("ask", Said(remark="  "), "remark"),
        ("wait", Said(remark="For asphalt", until=MONDAY), "until"),
        ("wait", Said(remark="For asphalt", until=MONDAY + timedelta(days=400)), "until"),
        ("reject", Said(), "remark"),
        ("merge", Said(into="nonsense"), "into"),
    ],
)
def test_what_is_missing_is_named_and_nothing_changes(session, pothole, rina, name, said, field):
    with pytest.raises(Invalid) as refused:
        make_move(session, rina, pothole.code, name, said, LATER)

    session.refresh(pothole)
    assert refused.value.field == field
    assert (pothole.status, pothole.version) == ("assigned", 1)
    assert kinds(session, pothole) == ["submitted", "assigned"]


def test_a_form_from_before_a_colleagues_change_overwrites_nothing(session, pothole, rina, joko):
    seen = pothole.version
    make_move(session, joko, pothole.code, "start", Said(), LATER, seen)

    with pytest.raises(ChangedMeanwhile) as refused:
        make_move(session, rina, pothole.code, "resolve", WHOLE, LATER, seen)

    assert refused.value.version == pothole.version
    assert pothole.status == "in_progress"


def test_another_departments_officer_may_not_touch_it(session, pothole, sari):
    with pytest.raises(NotAllowed):
        make_move(session, sari, pothole.code, "start", Said(), LATER)

    assert pothole.status == "assigned"


def test_an_unknown_step_and_an_unknown_report_are_not_found(session, pothole, rina):
    with pytest.raises(NotFound):
        make_move(session, rina, pothole.code, "explode", Said(), LATER)
    with pytest.raises(NotFound):
        make_move(session, rina, "ZZZZZ-ZZZZZ", "start", Said(), LATER)


def test_two_reports_of_one_problem_become_one(session, pothole, rina):
    from geo_portal.complaints.submit import NewComplaint, submit
    from geo_portal.geometry import LonLat
    from tests.city_fixtures import HARBOUR

    again = submit(
        session, NewComplaint("Same hole", LonLat(*HARBOUR), category="road.pothole"), LATER
    )

    make_move(session, rina, again.code, "merge", Said(into=pothole.code), LATER)

    assert pothole.status == "assigned"
    assert _status(session, again.code) == ("merged", pothole.id)


def test_it_is_opened_again_on_the_original_clock(session, pothole, rina):
    promised = pothole.due_at
    make_move(session, rina, pothole.code, "resolve", WHOLE, LATER)
    make_move(session, rina, pothole.code, "reopen", Said(remark="Water again"), LATER)

    assert pothole.status == "reopened"
    assert (pothole.due_at, pothole.closed_at) == (promised, None)


def test_while_it_waits_the_clock_stands_still(session, pothole, rina):
    promised = pothole.due_at
    make_move(session, rina, pothole.code, "ask", Said(remark="Which lane?"), LATER)
    assert pothole.paused_at == LATER

    make_move(session, rina, pothole.code, "resume", Said(), LATER + timedelta(days=1))

    assert pothole.due_at == promised + timedelta(days=1)
    assert pothole.paused_at is None


def _outcome(made):
    try:
        made()
    except NotFromHere:
        return "NotFromHere"
    return "made"


def _status(session, code):
    from sqlalchemy import select

    from geo_portal.complaints.tables import Complaint

    asked = select(Complaint.status, Complaint.merged_into_id).where(Complaint.code == code)
    return tuple(session.execute(asked).one())
