"""A question is asked, found in the mail, answered; and what went out is looked over."""

import pytest
from playwright.sync_api import expect

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.accounts.sessions import open_session, token_hash
from geo_portal.city.facts import facts
from geo_portal.complaints.case_tables import Follower
from geo_portal.complaints.cases import take
from geo_portal.complaints.lifecycle import Said, carry_out
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.reporters import follower_token, reporter_token
from geo_portal.http import session_cookie
from geo_portal.outbox import post
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_every_page import _open, _violations
from tests.people_fixtures import add_person, forget_people

QUESTION = "Which side of the gate?"
READERS = pytest.mark.parametrize(
    ("lang", "size", "colours"),
    [("en", DESK, "light"), ("ur", PHONE, "dark"), ("id", PHONE, "light")],
    ids=["en-desk-light", "ur-phone-dark", "id-phone-light"],
)


@pytest.fixture
def asked(reported, database):
    """A report about which its office has asked something; its code."""
    with database.transaction() as session:
        complaint = take(session, reported)
        said = Said(remark=QUESTION)
        carry_out(session, facts(session), complaint, MOVES["ask"], said, {}, clock.now(), None)
    return reported


@pytest.fixture
def follower(reported, database):
    """The token of a neighbour who follows the report."""
    with database.transaction() as session:
        complaint = take(session, reported)
        token = follower_token(complaint.id, "neighbour@tiny.example")
        session.add(
            Follower(
                complaint_id=complaint.id,
                email="neighbour@tiny.example",
                language="en",
                token_hash=token_hash(token),
                asked_at=clock.now(),
                confirmed_at=clock.now(),
            )
        )
    return token


@pytest.fixture
def administrator(database, reported):
    """The cookie of an administrator, for whom a message waits that was given up."""
    with database.transaction() as session:
        number = add_person(session, "root", Membership("administrator"))
        token = open_session(session, number, clock.now(), browser="T", second_factor=True)
        post(
            session,
            clock.now(),
            kind="remark",
            recipient="asha@tiny.example",
            subject=f"{reported}: Roads wrote",
            text="…",
            language="en",
            complaint_id=take(session, reported).id,
        )
    yield token
    forget_people(database)


def test_a_question_is_answered_from_the_mail(visitors, asked):
    page = visitors.page(viewport=PHONE)
    page.goto(f"/c/{asked}/answer?key={reporter_token(asked)}")
    expect(page.get_by_text(QUESTION)).to_be_visible()
    page.get_by_label("Your answer").fill("The left one.")
    page.get_by_role("button", name="Send the answer").click()

    expect(page).to_have_url(f"{visitors.portal}/c/{asked}")
    expect(page.get_by_text("The left one.")).to_be_visible()


@READERS
def test_the_question_can_be_read_by_everybody(visitors, asked, lang, size, colours):
    page = visitors.page(locale=lang, viewport=size, color_scheme=colours)
    _open(page, f"/c/{asked}/answer?key={reporter_token(asked)}")

    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@READERS
def test_stopping_the_messages_can_be_done_by_everybody(visitors, follower, lang, size, colours):
    page = visitors.page(locale=lang, viewport=size, color_scheme=colours)
    _open(page, f"/follow/{follower}/leave")
    asking = _violations(page)
    page.locator("main button").click()
    page.wait_for_load_state("networkidle")

    assert (asking, _violations(page)) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@READERS
def test_the_messages_can_be_looked_over_by_everybody(visitors, administrator, lang, size, colours):
    page = visitors.page(locale=lang, viewport=size, color_scheme=colours)
    cookie = {"name": session_cookie(), "value": administrator, "url": visitors.portal}
    page.context.add_cookies([cookie])
    _open(page, "/desk/messages?state=waiting")

    expect(page.get_by_text("Roads wrote")).to_be_visible()
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
