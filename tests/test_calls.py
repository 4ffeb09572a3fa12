"""The call centre: filing for others, looking callers up, and the trace that this leaves."""

import pytest
from sqlalchemy import select, text

from geo_portal.accounts.people import Membership
from geo_portal.accounts.tables import LookUp
from geo_portal.complaints.contact_keys import contact_key
from geo_portal.complaints.on_behalf import callers_reports, file_on_behalf
from geo_portal.complaints.submit import NewComplaint
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.errors import Invalid, NotAllowed
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY

TOLD = NewComplaint(
    "The caller says there is a deep hole", LonLat(*HARBOUR), contact="0812 3456 7890"
)
AGENT = Membership("agent")


@pytest.fixture
def nadia(hire):
    """Who answers the telephone."""
    return hire("Nadia", "agent")


def test_what_was_told_keeps_its_channel_and_who_took_it_down(session, city, nadia):
    code = file_on_behalf(session, nadia, TOLD, "PHONE", MONDAY).code

    complaint = session.scalars(select(Complaint).where(Complaint.code == code)).one()
    taken = session.scalars(select(Event).where(Event.kind == "taken_down")).one()
    assert (complaint.channel, complaint.reporter_id) == ("PHONE", None)
    assert (taken.person_id, taken.internal) == (nadia.id, True)


@pytest.mark.parametrize("typed", ["+62 812-3456-7890", "081234567890", "(0812) 3456 7890"])
def test_a_caller_is_known_by_the_number_however_it_is_written(session, city, nadia, typed):
    code = file_on_behalf(session, nadia, TOLD, "PHONE", MONDAY).code

    _, rows = callers_reports(session, nadia, typed, MONDAY)

    assert [row.code for row in rows] == [code]


def test_every_look_up_leaves_a_trace_without_the_number(session, city, nadia):
    callers_reports(session, nadia, "081200000000", MONDAY)

    trace = session.scalars(select(LookUp)).one()
    assert (trace.person_id, trace.sought_by, trace.found) == (nadia.id, "contact", 0)
    assert "0812" not in trace.sought


@pytest.mark.parametrize("role", ["officer", "planner", None])
def test_only_who_serves_callers_looks_them_up(session, city, hire, role):
    somebody = hire("Somebody", role, "ROADS" if role == "officer" else None)

    with pytest.raises(NotAllowed):
        callers_reports(session, somebody, "081234567890", MONDAY)


@pytest.mark.parametrize("typed", ["", "x", "12345", "not-a-code"])
def test_what_is_neither_code_nor_contact_is_refused(session, city, nadia, typed):
    with pytest.raises(Invalid):
        callers_reports(session, nadia, typed, MONDAY)


def test_a_channel_that_staff_do_not_serve_is_refused(session, city, nadia):
    with pytest.raises(Invalid):
        file_on_behalf(session, nadia, TOLD, "OPEN311", MONDAY)


@pytest.mark.parametrize("contact", ["Asha@X.example", "+62 (812) 345", "12", "0812-3456-7890"])
def test_the_database_and_the_code_know_a_contact_by_the_same_key(session, contact):
    told = session.execute(text("SELECT contact_key(:contact)"), {"contact": contact}).scalar()

    assert contact_key(contact) in (told, None)


def test_a_call_from_the_first_word_to_the_callers_history(portal, signed_in):
    nadia = signed_in("nadia", AGENT)
    told = {"description": "A deep pothole", "lon": "95.03", "lat": "-10.005"}
    more = {"contact": "0812 3456 7890", "channel": "COUNTER", "step": "send"}
    filed = nadia.post("/desk/calls", data=told | more)

    history = nadia.post("/desk/calls/caller", data={"who": "+62 812 3456 7890"})

    assert "Read out the code" in filed.text
    assert "A deep pothole" in history.text
    assert nadia.get("/desk/calls").status_code == 200


def test_a_call_without_a_place_loses_nothing(portal, signed_in):
    nadia = signed_in("nadia", AGENT)

    page = nadia.post("/desk/calls", data={"description": "A deep pothole", "step": "send"})

    assert page.status_code == 422
    assert "A deep pothole" in page.text


def test_the_agent_asks_what_the_city_wants_to_know_of_this_kind(portal, signed_in):
    nadia = signed_in("nadia", AGENT)
    told = {"description": "Our bin was not emptied", "lon": "95.03", "lat": "-10.005"}
    told |= {"category": "waste.missed", "step": "send"}

    asked = nadia.post("/desk/calls", data=told)
    stopped = nadia.post("/desk/calls", data=told | {"answer-danger": "yes"})
    filed = nadia.post("/desk/calls", data=told | {"answer-danger": "no"})

    assert (asked.status_code, "Is anything in it dangerous?" in asked.text) == (422, True)
    assert (stopped.status_code, "call at once" in stopped.text) == (422, True)
    assert "Read out the code" in filed.text
