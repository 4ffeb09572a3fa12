"""Links and codes by mail make a citizen of whoever has the address, once and in one browser."""

import re
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, text

from geo_portal.accounts import limits, links, sessions, sign_in
from geo_portal.accounts.links import LinkRefused
from geo_portal.accounts.people import Membership
from geo_portal.accounts.register import deactivate, person_behind
from geo_portal.errors import Invalid, NotAllowed
from geo_portal.outbox.tables import Message
from tests.people_fixtures import add_person, forget_people

NOON = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HERE, THERE = "the browser that asked", "another browser"
HOME = "203.0.113.7"


@pytest.fixture
def officer(session, city):
    """The number of Budi, an officer."""
    return add_person(session, "budi", Membership("officer", "ROADS"))


def asked(session, contact="asha@x.example", *, at=NOON, browser=HERE, network=HOME):
    """The (token, code) of the message that a new link came with."""
    links.send_link(session, contact, at, browser=browser, network=network, language="en")
    mail = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    address = re.search(r"http\S+token=\S+", mail.body_text)[0]
    (token,) = parse_qs(urlsplit(address).query)["token"]
    return token, re.search(r"\b\d{6}\b", mail.subject)[0]


def test_a_link_makes_a_citizen_of_whoever_has_the_address(session, city):
    token, _ = asked(session)

    opened = links.open_link(session, token, NOON + 9 * MINUTE, browser=HERE)
    signed = sign_in.with_link(session, opened, NOON, language="ur", browser="Firefox")

    person = sessions.person_of(session, signed, NOON)
    assert (person.email, person.name, person.is_staff) == ("asha@x.example", "asha", False)


def test_the_same_address_in_capitals_is_the_same_person(session, city):
    numbers = {person_behind(session, email, NOON, "en") for email in ("a@x.org", "A@X.org")}

    assert len(numbers) == 1


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"at": NOON + 10 * MINUTE}, "too old. Ask for a new one"),
        ({"browser": THERE}, "only in the browser in which you asked"),
        ({"browser": None}, "only in the browser in which you asked"),
        ({"token": "nonsense\0\udc80"}, "not complete, or no longer known"),
    ],
)
def test_a_link_that_does_not_fit_says_what_to_do(session, city, spoilt, said):
    token, _ = asked(session)
    token, at, browser = (
        spoilt.get("token", token),
        spoilt.get("at", NOON),
        spoilt.get("browser", HERE),
    )

    with pytest.raises(LinkRefused, match=said):
        links.look_at_link(session, token, at, browser=browser)
    with pytest.raises(LinkRefused, match=said):
        links.open_link(session, token, at, browser=browser)


def test_a_link_works_once(session, city):
    token, code = asked(session)
    links.open_link(session, token, NOON, browser=HERE)

    with pytest.raises(LinkRefused, match="used already"):
        links.open_link(session, token, NOON, browser=HERE)

    assert links.enter_code(session, code, NOON, browser=HERE, network=HOME) is None


def test_another_browser_does_not_use_a_link_up(session, city):
    token, _ = asked(session)
    with pytest.raises(LinkRefused):
        links.open_link(session, token, NOON, browser=THERE)

    assert links.open_link(session, token, NOON, browser=HERE).contact == "asha@x.example"


def test_looking_at_a_link_does_not_use_it_up(session, city):
    token, _ = asked(session)
    links.look_at_link(session, token, NOON, browser=HERE)

    assert links.open_link(session, token, NOON, browser=HERE).contact == "asha@x.example"


def test_of_many_uses_at_once_one_wins(database, city):
    with database.transaction() as session:
        token, _ = asked(session)
    together, won = threading.Barrier(8), []

    def use():
        together.wait()
        try:
            with database.transaction() as session:
                won.append(links.open_link(session, token, NOON, browser=HERE))
        except LinkRefused:
            pass

    users = [threading.Thread(target=use) for _ in range(8)]
    [user.start() for user in users]
    [user.join() for user in users]
    forget_people(database)

    assert len(won) == 1


def test_a_code_signs_in_only_where_it_was_asked_for(session, city):
    _, code = asked(session)

    there = links.enter_code(session, code, NOON, browser=THERE, network=HOME)
    here = links.enter_code(session, code, NOON, browser=HERE, network=HOME)

    assert (there, here.contact) == (None, "asha@x.example")


@pytest.mark.parametrize(("wrong_before", "signs_in"), [(4, True), (5, False)])
def test_after_five_wrong_codes_the_right_one_is_dead(session, city, wrong_before, signs_in):
    _, code = asked(session)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(wrong_before):
        links.enter_code(session, wrong, NOON, browser=HERE, network=HOME)

    opened = links.enter_code(session, code, NOON, browser=HERE, network=HOME)

    assert (opened is not None) is signs_in


def test_a_code_is_good_for_ten_minutes(session, city):
    _, code = asked(session)

    opened = links.enter_code(session, code, NOON + 10 * MINUTE, browser=HERE, network=HOME)

    assert opened is None


def test_nobody_is_flooded_with_links(session, city):
    for n in range(5):
        asked(session, network=f"198.51.100.{n}")

    with pytest.raises(limits.TooManyAttempts):
        asked(session, "ASHA@x.example", network=HOME)


def test_neither_link_nor_code_nor_network_can_be_read_from_the_database(session, city):
    token, code = asked(session)

    kept = str(
        [
            session.execute(text(f"SELECT * FROM {table}")).all()
            for table in ("sign_in_links", "sign_in_attempts")
        ]
    )

    assert token not in kept
    assert code not in re.findall(r"'(\w+)'", kept)
    assert HOME not in kept


def test_a_link_alone_does_not_let_staff_in(session, officer):
    token, _ = asked(session, "budi@x.example")

    opened = links.open_link(session, token, NOON, browser=HERE)
    signed = sign_in.with_link(session, opened, NOON, language="en", browser="Firefox")

    assert sessions.person_of(session, signed, NOON) is None


def test_a_closed_account_stays_closed(session, officer):
    deactivate(session, "budi@x.example", NOON)
    token, _ = asked(session, "budi@x.example")
    opened = links.open_link(session, token, NOON, browser=HERE)

    with pytest.raises(NotAllowed, match="closed"):
        sign_in.with_link(session, opened, NOON, language="en", browser="Firefox")


@pytest.mark.parametrize(
    "typed",
    [
        *("", "asha", "asha@", "@x.example", "a b@x.example", "a@x", "a@x..y", "a@b@x.example"),
        *("a@x.y\nBcc: b@x.y", "a@x.example\0", "<a@x.example>", "+62 811 000"),
        "x" * 200 + "@x.example",
    ],
)
def test_what_is_no_address_gets_no_message(session, city, typed):
    with pytest.raises(Invalid):
        links.read_contact(typed)


@pytest.mark.parametrize(
    "typed", ["asha@x.example", " o'neil+tag@mail.x.example ", "अ@उदाहरण.example"]
)
def test_addresses_are_taken_as_people_have_them(typed):
    assert links.read_contact(typed) == typed.strip()
