"""A firm without an account answers once, by a link that runs out, and closes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from geo_portal.complaints.case_tables import ContractorLink, Evidence
from geo_portal.complaints.contractors import (
    LinkOver,
    LinkUsed,
    answer_as_contractor,
    ask_contractor,
    asked_by,
    links_of,
)
from geo_portal.complaints.lifecycle import make_move
from geo_portal.complaints.reporters import ForeignLink
from geo_portal.errors import Conflict, Invalid, NotAllowed
from geo_portal.outbox import Message
from tests.proof_fixtures import DONE
from tests.staff_fixtures import MONDAY, kinds

LATER = MONDAY + timedelta(hours=1)
WANTED = {"firm": "Batu Jaya", "email": "batu@x.example", "message": "Please fill the hole."}


@pytest.fixture
def token(session, pothole, rina):
    """The link that Rina has sent to a firm, good for two weeks."""
    return ask_contractor(session, rina, pothole.code, MONDAY, **WANTED).rpartition("/")[2]


def test_the_link_goes_out_by_mail_and_is_stored_nowhere_else(session, pothole, token):
    [mail] = session.scalars(select(Message)).all()
    [link] = links_of(session, pothole.id)
    stored = session.execute(text("SELECT contractor_links::text FROM contractor_links")).scalar()

    assert (mail.recipient, token in mail.body_text) == ("batu@x.example", True)
    assert token not in stored
    assert (link.firm, link.expires_at) == ("Batu Jaya", MONDAY + timedelta(days=14))
    assert kinds(session, pothole)[-1] == "contractor_asked"


def test_the_work_is_done_and_the_office_still_closes_it(session, pothole, rina, token, shoot):
    event = answer_as_contractor(session, token, "done", " Filled. ", [shoot(LATER)], LATER)

    assert (event.kind, event.by, event.person_id) == ("contractor_done", "contractor", None)
    assert (event.remark, pothole.status) == ("Filled.", "assigned")
    [evidence] = session.scalars(select(Evidence)).all()
    assert (evidence.contractor, evidence.given_by, evidence.accepted) == ("Batu Jaya", None, True)
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)
    assert pothole.status == "resolved"


def test_the_firm_cannot_do_it(session, pothole, token):
    event = answer_as_contractor(session, token, "cannot", "No machine free.", [], LATER)

    assert (event.kind, pothole.status) == ("contractor_cannot", "assigned")


def test_a_link_is_used_once(session, pothole, token, shoot):
    answer_as_contractor(session, token, "cannot", "No machine free.", [], LATER)

    with pytest.raises(LinkUsed):
        answer_as_contractor(session, token, "done", "After all", [shoot(LATER)], LATER)
    with pytest.raises(LinkUsed):
        asked_by(session, token, LATER)


def test_a_link_runs_out(session, token):
    in_time = asked_by(session, token, MONDAY + timedelta(days=14))

    with pytest.raises(LinkOver):
        asked_by(session, token, MONDAY + timedelta(days=14, seconds=1))

    assert in_time.link.firm == "Batu Jaya"


@pytest.mark.parametrize("guess", ["", "x", "0" * 43, "../../etc/passwd"])
def test_a_foreign_link_opens_nothing(session, token, guess):
    with pytest.raises(ForeignLink):
        asked_by(session, guess, LATER)


def test_a_report_that_was_closed_meanwhile_takes_no_answer(session, pothole, rina, token):
    make_move(session, rina, pothole.code, "resolve", DONE, LATER)

    with pytest.raises(LinkOver):
        asked_by(session, token, LATER)


@pytest.mark.parametrize(
    ("said", "remark", "field"),
    [
        ("perhaps", "x", "answer"),
        ("done", "x", "evidence"),
        ("cannot", " ", "remark"),
        ("cannot", "x" * 4001, "remark"),
    ],
)
def test_an_answer_that_lacks_something_uses_nothing_up(
    session, pothole, token, said, remark, field
):
    with pytest.raises(Invalid) as refused:
        answer_as_contractor(session, token, said, remark, [], LATER)

    assert refused.value.field == field
    assert asked_by(session, token, LATER).link.answered_at is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"firm": " "}, "firm"),
        ({"email": "nowhere"}, "email"),
        ({"message": ""}, "message"),
        ({"days": 0}, "days"),
        ({"days": 365}, "days"),
    ],
)
def test_what_the_office_must_say(session, pothole, rina, change, field):
    with pytest.raises(Invalid) as refused:
        ask_contractor(session, rina, pothole.code, MONDAY, **(WANTED | change))

    assert refused.value.field == field
    assert session.scalars(select(ContractorLink)).all() == []


@pytest.mark.parametrize("who", ["sari", "asha"])
def test_only_the_office_in_charge_asks_a_firm(session, pothole, request, who):
    with pytest.raises(NotAllowed):
        ask_contractor(session, request.getfixturevalue(who), pothole.code, MONDAY, **WANTED)


def test_a_private_report_is_sent_to_no_firm(session, pothole, rina):
    pothole.sensitive = True

    with pytest.raises(Conflict):
        ask_contractor(session, rina, pothole.code, MONDAY, **WANTED)
