"""Signing in by six digits that come as a text message, through a real gateway on loopback."""

import json
import re

import pytest

from geo_portal.accounts import limits, links, sign_in
from geo_portal.accounts.links import enter_code, read_contact, send_code
from geo_portal.accounts.sessions import find_sign_in
from geo_portal.errors import Invalid
from tests.people_fixtures import forget_people, run_jobs
from tests.staff_fixtures import MONDAY
from tests.test_sign_in import HERE, HOME, MINUTE, THERE

NUMBER = "+6281234567890"


@pytest.fixture
def texts(session, receiver, monkeypatch):
    """The code that was sent last; the gateway is set."""
    monkeypatch.setattr(links.secrets, "randbelow", lambda _: 123456)
    return "123456"


def asked(session, *, number=NUMBER, at=MONDAY, network=HOME):
    send_code(session, number, at, browser=HERE, network=network, language="en", portal="Tiny Town")


def entered(session, code, *, at=MONDAY + MINUTE, browser=HERE):
    return enter_code(session, code, at, browser=browser, network=HOME)


def test_a_citizen_signs_in_by_telephone(portal, receiver, database):
    try:
        page = portal.get("/sign-in")
        sent = portal.post("/sign-in", data={"contact": "0812 3456 7890", "next": "/account"})
        run_jobs(database)
        [(path, _, body)] = receiver.got
        code = re.search(r"\b\d{6}\b", json.loads(body)["message"])[0]
        wrong = portal.post("/sign-in/code", data={"code": "000000", "contact": NUMBER})
        right = portal.post("/sign-in/code", data={"code": code, "next": "/account"})
        again = portal.post("/sign-in/code", data={"code": code})
    finally:
        forget_people(database)

    assert "telephone number" in page.text
    assert NUMBER in sent.text
    assert path.endswith("6281234567890")
    assert (wrong.status_code, right.status_code, again.status_code) == (422, 200, 422)
    assert right.url.path == "/account"
    assert NUMBER in right.text


def test_without_a_gateway_nothing_is_offered_and_the_page_says_why(portal):
    page = portal.get("/sign-in")
    sent = portal.post("/sign-in", data={"contact": "0812 3456 7890"})

    assert "telephone number" not in page.text
    assert (sent.status_code, "cannot send text messages" in sent.text) == (422, True)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"at": MONDAY + 10 * MINUTE},
        {"browser": THERE},
        {"browser": None},
        {"code": "654321"},
    ],
)
def test_a_code_for_nobody_else_and_no_later(session, city, texts, spoilt):
    asked(session)

    assert entered(session, **({"code": texts} | spoilt)) is None


def test_after_five_wrong_codes_the_right_one_is_dead(session, city, texts):
    asked(session)
    [entered(session, "000000") for _ in range(5)]

    assert entered(session, texts) is None


def test_the_same_number_is_the_same_person_and_no_staff(session, city, texts):
    asked(session)
    first = sign_in.with_link(session, entered(session, texts), MONDAY, language="ur", browser="F")
    asked(session, at=MONDAY + MINUTE)
    again = entered(session, texts, at=MONDAY + 2 * MINUTE)

    second = sign_in.with_link(session, again, MONDAY, language="en", browser="F")

    people = [find_sign_in(session, token, MONDAY).person for token in (first, second)]
    assert people[0].id == people[1].id
    assert (people[0].phone, people[0].email, people[0].is_staff) == (NUMBER, None, False)
    assert (people[0].name, people[0].language) == (people[0].pseudonym, "ur")


def test_a_number_is_not_flooded_nor_is_the_citys_purse(session, city, texts):
    [asked(session, network=f"10.0.0.{n}") for n in range(limits.TEXTS_TO_NUMBER.most)]
    [
        limits.count_attempt(session, MONDAY, (limits.TEXTS_FROM_NETWORK, HOME))
        for _ in range(limits.TEXTS_FROM_NETWORK.most)
    ]

    with pytest.raises(limits.TooManyAttempts):
        asked(session, network="10.0.0.99")
    with pytest.raises(limits.TooManyAttempts):
        asked(session, number="+6281234567899")


@pytest.mark.parametrize("typed", ["0812 3456 7890", "+62 812-3456-7890", "(0812) 34567890"])
def test_a_number_is_read_as_people_write_it(receiver, typed):
    assert read_contact(typed, "ID") == NUMBER


def test_what_is_no_number_is_refused(receiver):
    with pytest.raises(Invalid, match="not a telephone number"):
        read_contact("0812 34", "ID")
