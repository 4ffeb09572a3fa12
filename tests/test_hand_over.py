"""Passing a complaint on: reason, hops, the arbiter, and what stays with it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from geo_portal.complaints.case_tables import Lesson
from geo_portal.complaints.hand_over import AlreadyClosed, NoSuchDepartment, assign, transfer
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.sorting import preview, sort
from geo_portal.complaints.tasks import TasksLeft, finish, split
from geo_portal.errors import Invalid, NotAllowed
from geo_portal.geometry import LonLat
from tests.city_fixtures import MARKET
from tests.staff_fixtures import MONDAY, kinds

LATER = MONDAY + timedelta(hours=1)
DONE = Said(remark="Filled.", outcome="fixed")


def test_number_clock_and_history_go_along(session, pothole, rina):
    code, promised, sent = pothole.code, pothole.due_at, pothole.submitted_at

    event = transfer(session, rina, code, "DRAIN", "The drain below has burst.", LATER)

    assert (pothole.code, pothole.due_at, pothole.submitted_at) == (code, promised, sent)
    assert (pothole.department_code, pothole.hops) == ("DRAIN", 1)
    assert event.remark == "The drain below has burst."
    assert kinds(session, pothole) == ["submitted", "assigned", "transferred"]


def test_a_hand_over_teaches_the_classifier(session, pothole, rina):
    transfer(session, rina, pothole.code, "DRAIN", "A drain.", LATER)

    lesson = session.scalars(select(Lesson).where(Lesson.complaint_id == pothole.id)).one()

    assert (lesson.kind, lesson.department_before, lesson.department_code) == (
        "transfer",
        "ROADS",
        "DRAIN",
    )


def test_the_third_hand_over_goes_to_the_arbiter(session, pothole, wati, hire):
    officers = {
        code: hire(f"Officer {code}", "officer", code) for code in ("ROADS", "DRAIN", "LIGHT")
    }
    transfer(session, officers["ROADS"], pothole.code, "DRAIN", "A drain.", LATER)
    transfer(session, officers["DRAIN"], pothole.code, "LIGHT", "A cable.", LATER)
    third = transfer(session, officers["LIGHT"], pothole.code, "ROADS", "A road.", LATER)

    with pytest.raises(NotAllowed):
        transfer(session, officers["ROADS"], pothole.code, "DRAIN", "Theirs!", LATER)
    decided = transfer(session, wati, pothole.code, "DRAIN", "Drainage does it.", LATER)

    assert third.facts["to_arbiter"]
    assert decided.facts["arbitrated"]
    assert pothole.department_code == "DRAIN"


@pytest.mark.parametrize(
    ("to", "reason", "refusal"),
    [
        ("GONE", "It is theirs.", NoSuchDepartment),
        ("DRAIN", "  ", Invalid),
        ("ROADS", "It is ours.", Invalid),
    ],
)
def test_a_hand_over_that_cannot_be_changes_nothing(session, pothole, rina, to, reason, refusal):
    with pytest.raises(refusal):
        transfer(session, rina, pothole.code, to, reason, LATER)

    session.refresh(pothole)
    assert (pothole.department_code, pothole.hops) == ("ROADS", 0)


def test_a_closed_report_is_not_passed_on(session, pothole, rina):
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)

    with pytest.raises(AlreadyClosed):
        transfer(session, rina, pothole.code, "DRAIN", "A drain.", LATER)


def test_the_work_is_given_to_a_colleague_of_the_office_only(session, pothole, rina, joko, sari):
    assign(session, rina, pothole.code, LATER, to_person=joko.id)

    with pytest.raises(Invalid):
        assign(session, rina, pothole.code, LATER, to_person=sari.id)

    assert pothole.assignee_id == joko.id


def test_who_closed_it_does_not_get_it_back(session, pothole, rina, joko):
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)
    make_move(session, joko, pothole.code, "reopen", Said(remark="Still there"), LATER)

    with pytest.raises(Invalid):
        assign(session, joko, pothole.code, LATER, to_person=rina.id)
    assign(session, joko, pothole.code, LATER, to_person=joko.id)

    assert (pothole.assignee_id, pothole.status) == (joko.id, "assigned")


def test_another_category_goes_elsewhere_and_what_changed_is_shown_first(session, pothole, rina):
    shown = preview(session, pothole, LATER, category="drain.flood")

    event = sort(session, rina, pothole.code, LATER, category="drain.flood")

    assert shown.department == ("ROADS", "DRAIN")
    assert event.facts["changed"]["category"] == ["road.pothole", "drain.flood"]
    assert (pothole.category_code, pothole.department_code) == ("drain.flood", "DRAIN")
    assert pothole.due_at == MONDAY + timedelta(hours=12)


def test_another_place_brings_another_office(session, pothole, rina):
    event = sort(session, rina, pothole.code, LATER, place=LonLat(*MARKET))

    assert pothole.office_code == "ROADS-S"
    assert event.facts["changed"]["office"] == ["ROADS-N", "ROADS-S"]


def test_a_part_of_the_work_is_done_elsewhere_before_the_whole_is(session, pothole, rina, sari):
    task = split(session, rina, pothole.code, "Take down the lamp post", "LIGHT", LATER)
    with pytest.raises(TasksLeft):
        make_move(session, rina, pothole.code, "resolve", DONE, LATER)

    finish(session, sari, task.id, "Taken down", LATER)
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)

    assert pothole.status == "resolved"
    assert "task_done" in kinds(session, pothole)
