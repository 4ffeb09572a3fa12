"""Whose answers count: neighbours do, the office and one browser twice do not."""

from datetime import timedelta

import pytest

from geo_portal.complaints.devices import MANY_REPORTS, device_hash, remember_staff_device
from geo_portal.complaints.feedback import (
    Answer,
    NotAsked,
    answer,
    neighbours,
)
from geo_portal.complaints.reporters import (
    Answering,
)
from tests.feedback_facts import copies, left_out, one_who_follows
from tests.staff_fixtures import MONDAY, kinds

NEXT_DAY = MONDAY + timedelta(days=1)
REPORTER = Answering("reporter")


def test_two_neighbours_confirm_and_change_nothing_else(session, closed, hire):
    follow = [one_who_follows(session, closed, hire(name)) for name in ("Ali", "Bea")]

    answer(session, closed.code, follow[0], Answer("fixed"), NEXT_DAY)
    answer(session, closed.code, follow[1], Answer("fixed"), NEXT_DAY)

    assert (neighbours(session, closed), closed.status) == ({"fixed": 2}, "resolved")
    assert kinds(session, closed)[-2:] == ["feedback", "feedback"]
    with pytest.raises(NotAsked):
        answer(session, closed.code, follow[0], Answer("fixed"), NEXT_DAY)


def test_a_neighbours_no_opens_nothing(session, closed, hire):
    answer(
        session, closed.code, one_who_follows(session, closed, hire("Ali")), Answer("not"), NEXT_DAY
    )

    assert (closed.status, neighbours(session, closed)) == ("resolved", {"not": 1})


def test_staff_do_not_rate_themselves(session, closed, rina):
    answer(session, closed.code, Answering("reporter", person=rina), Answer("fixed"), NEXT_DAY)

    assert left_out(session) == "staff"


def test_the_offices_own_reports_are_not_counted(session, closed, joko):
    closed.reporter_id = joko.id

    answer(session, closed.code, REPORTER, Answer("fixed"), NEXT_DAY)

    assert left_out(session) == "self_filed"


def test_an_address_of_the_office_is_known_again(session, closed, joko):
    closed.contact = " JOKO@tiny.example"

    answer(session, closed.code, REPORTER, Answer("fixed"), NEXT_DAY)

    assert left_out(session) == "self_filed"


def test_another_offices_officer_reports_as_a_citizen(session, closed, sari):
    closed.reporter_id = sari.id

    answer(session, closed.code, REPORTER, Answer("fixed"), NEXT_DAY)

    assert left_out(session) is None


@pytest.mark.parametrize(
    ("sent_from", "answered_from"), [("theirs", "own"), ("own", "theirs"), ("theirs", "theirs")]
)
def test_a_browser_that_staff_work_in_is_not_counted(
    session, closed, rina, sent_from, answered_from
):
    remember_staff_device(session, rina, device_hash("theirs"), MONDAY)
    closed.device_hash = device_hash(sent_from)
    who = Answering("reporter", device_hash=device_hash(answered_from))

    answer(session, closed.code, who, Answer("fixed"), NEXT_DAY)

    assert left_out(session) == "staff_device"


def test_a_browser_that_sends_many_reports_is_not_counted(session, closed):
    closed.device_hash = device_hash("kiosk")
    session.flush()
    copies(session, closed, MANY_REPORTS)

    answer(session, closed.code, REPORTER, Answer("fixed"), NEXT_DAY)

    assert left_out(session) == "many_from_device"


def test_one_browser_is_not_two_neighbours(session, closed, hire):
    same = device_hash("one")
    first = one_who_follows(session, closed, hire("Ali"), same)
    second = one_who_follows(session, closed, hire("Bea"), same)

    answer(session, closed.code, first, Answer("fixed"), NEXT_DAY)
    answer(session, closed.code, second, Answer("fixed"), NEXT_DAY)

    assert neighbours(session, closed) == {"fixed": 1}
