"""What an officer works with: ready-made sentences, several cases at once, views, snooze."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from geo_portal.complaints.case_tables import Feedback
from geo_portal.complaints.hand_over import assign, transfer
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.errors import Invalid, NotAllowed, NotFound, TooMuch
from geo_portal.geometry import LonLat
from geo_portal.inbox.bulk import Chosen, do_each, read_chosen
from geo_portal.inbox.case import look_at
from geo_portal.inbox.reporter import reporter_of
from geo_portal.inbox.snooze import snooze
from geo_portal.inbox.tables import SavedFilter
from geo_portal.inbox.views import MOST_VIEWS, forget_view, save_view, views_of
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY, kinds

LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def second_hole(session, city):
    """Another pothole at the harbour, reported an hour later."""
    new = NewComplaint("Another pothole", LonLat(*HARBOUR), category="road.pothole")
    return session.get_one(Complaint, submit(session, new, LATER).id)


def test_one_refusal_among_several_stops_no_other(session, pothole, second_hole, rina, sari):
    make_move(session, rina, pothole.code, "resolve", Said("Filled.", "fixed"), LATER)
    chosen = [Chosen(pothole.code, pothole.version), Chosen(second_hole.code, 1)]

    outcome = do_each(
        session,
        chosen,
        lambda one: transfer(session, rina, one.code, "DRAIN", "A drain.", LATER, one.version),
    )

    assert outcome.done == [second_hole.code]
    assert [(code, type(why).__name__) for code, why in outcome.refused] == [
        (pothole.code, "AlreadyClosed")
    ]
    assert kinds(session, pothole) == ["submitted", "assigned", "resolved"]
    assert second_hole.department_code == "DRAIN"


def test_a_case_that_changed_after_it_was_ticked_is_left_alone(session, pothole, rina, joko):
    ticked = Chosen(pothole.code, pothole.version)
    assign(session, joko, pothole.code, LATER, to_person=joko.id)

    outcome = do_each(
        session,
        [ticked],
        lambda one: assign(
            session, rina, one.code, LATER, to_person=rina.id, seen_version=one.version
        ),
    )

    assert [type(why).__name__ for _, why in outcome.refused] == ["ChangedMeanwhile"]
    assert pothole.assignee_id == joko.id


@pytest.mark.parametrize(
    "ticked",
    [[], ["nonsense"], ["4F7K2-M9Q0X"], ["4F7K2-M9Q0X.x"], [f"0000{n:06}.1" for n in range(101)]],
    ids=["none", "nonsense", "no version", "odd version", "too many"],
)
def test_ticks_that_mean_no_case_or_too_many_are_refused(ticked):
    with pytest.raises(Invalid):
        read_chosen(ticked)


def test_a_case_ticked_twice_is_one():
    chosen = read_chosen(["4F7K2-M9Q0X.3", "4f7k2m9q0x.3"])

    assert chosen == [Chosen("4F7K2-M9Q0X", 3)]


def test_a_view_is_ones_own_until_it_is_shared(session, rina, joko, sari):
    save_view(session, rina, "Mine", "?holder=mine&x=y", LATER)
    shared = save_view(session, rina, "Late", "pile=overdue", LATER, share_with="ROADS")

    names = [[one.name for one in views_of(session, who)] for who in (rina, joko, sari)]

    assert names == [["Late", "Mine"], ["Late"], []]
    assert shared.query == "pile=overdue"
    assert views_of(session, rina)[1].query == "holder=mine"


def test_the_same_name_again_replaces_a_view(session, rina):
    first = save_view(session, rina, "Late", "pile=overdue", LATER)
    again = save_view(session, rina, " Late ", "pile=at_risk", LATER)

    assert first is again
    assert [one.query for one in views_of(session, rina)] == ["pile=at_risk"]


def test_only_the_owner_removes_a_view(session, rina, joko):
    kept = save_view(session, rina, "Late", "pile=overdue", LATER, share_with="ROADS")
    with pytest.raises(NotFound):
        forget_view(session, joko, kept.id)

    forget_view(session, rina, kept.id)

    assert views_of(session, joko) == []


def test_views_that_cannot_be_kept_are_refused(session, rina):
    with pytest.raises(Invalid):
        save_view(session, rina, "  ", "", LATER)
    with pytest.raises(NotAllowed):
        save_view(session, rina, "Theirs", "", LATER, share_with="LIGHT")
    session.add_all(
        SavedFilter(person_id=rina.id, name=f"View {number}", query="", created_at=LATER)
        for number in range(MOST_VIEWS)
    )
    session.flush()
    with pytest.raises(TooMuch):
        save_view(session, rina, "One more", "", LATER)


def test_a_snooze_is_an_internal_event_and_does_not_stop_the_clock(session, pothole, rina):
    promised = pothole.due_at

    event = snooze(session, rina, pothole.code, LATER + timedelta(days=2), LATER)

    assert (event.kind, event.internal) == ("snoozed", True)
    assert (pothole.due_at, pothole.paused_at) == (promised, None)


def test_a_snooze_is_taken_back(session, pothole, rina):
    snooze(session, rina, pothole.code, LATER + timedelta(days=2), LATER)

    event = snooze(session, rina, pothole.code, None, LATER)

    assert (event.kind, pothole.snoozed_until) == ("woken", None)


@pytest.mark.parametrize("until", [LATER, LATER - timedelta(days=1), LATER + timedelta(days=31)])
def test_a_snooze_into_the_past_or_for_too_long_is_refused(session, pothole, rina, until):
    with pytest.raises(Invalid):
        snooze(session, rina, pothole.code, until, LATER)


def test_another_departments_officer_may_neither_snooze_nor_look(session, pothole, sari):
    with pytest.raises(NotAllowed):
        snooze(session, sari, pothole.code, LATER + timedelta(days=1), LATER)
    with pytest.raises(NotAllowed):
        look_at(session, sari, pothole.code)


def test_a_reporters_history_shows_a_pseudonym_and_no_private_reports(
    session, pothole, second_hole, asha, rina
):
    hidden = submit(
        session, NewComplaint("Seen him again", LonLat(*HARBOUR), category="order.crime"), LATER
    )
    session.execute(update(Complaint).values(reporter_id=asha.id))
    event = session.scalars(select(Event).where(Event.complaint_id == second_hole.id)).first()
    session.add(
        Feedback(
            complaint_id=second_hole.id,
            event_id=event.id,
            by="citizen",
            verdict="not",
            satisfied=False,
            counted=True,
            at=LATER,
        )
    )
    session.refresh(pothole)

    found = reporter_of(session, rina, pothole)

    assert (found.pseudonym, found.total, found.unsatisfied) == ("Asha-pseudonym", 1, 1)
    assert [one.code for one in found.others] == [second_hole.code]
    assert hidden.code not in {one.code for one in found.others}


def test_a_report_without_an_account_has_no_history(session, pothole, rina, sari):
    with pytest.raises(NotAllowed):
        reporter_of(session, sari, pothole)

    found = reporter_of(session, rina, pothole)

    assert found is None
