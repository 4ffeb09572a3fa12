"""Proofs of who somebody is: passwords, codes from an app, links and codes by mail."""

import re
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlalchemy import select, text

from geo_portal.accounts import limits, links, passwords, sessions, sign_in, totp
from geo_portal.accounts.links import LinkRefused
from geo_portal.accounts.passwords import WeakPassword
from geo_portal.accounts.people import Membership
from geo_portal.accounts.register import deactivate, person_behind
from geo_portal.accounts.totp import WrongCode
from geo_portal.errors import Invalid, NotAllowed
from geo_portal.outbox.tables import Message
from tests.people_fixtures import add_person, forget_people

NOON = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HERE, THERE = "the browser that asked", "another browser"
HOME = "203.0.113.7"
GOOD = "lantern river seven"


@pytest.fixture
def budi(session, city):
    """The number of an officer with a password."""
    number = add_person(session, "budi", Membership("officer", "ROADS"))
    passwords.set_password(session, number, GOOD)
    return number


@pytest.fixture
def app(session, budi):
    """Budi's authenticator app, set up."""
    offer = totp.offer(budi, "budi@x.example", "Tiny")
    app = pyotp.TOTP(offer.typed.replace(" ", ""))
    totp.accept(session, budi, offer.sealed, app.at(NOON - 5 * MINUTE), NOON - 5 * MINUTE)
    return app


def tried(session, password, *, email="budi@x.example", at=NOON, network=HOME):
    return sign_in.with_password(session, email, password, at, network=network, browser="Firefox")


# Passwords


@pytest.mark.parametrize("typed", ["budi@x.example", " BUDI@X.example "])
def test_the_right_password_opens_half_the_door(session, budi, typed):
    token = tried(session, GOOD, email=typed)

    found = sessions.find_sign_in(session, token, NOON)
    assert (found.person.id, found.complete) == (budi, False)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("budi@x.example", "lantern river eight"),
        ("budi@x.example", GOOD.upper()),
        ("budi@x.example", GOOD + " "),
        ("nobody@x.example", GOOD),
        ("", ""),
        ("\0", "\0"),
        ("\udc80", "\udc80"),
    ],
)
def test_a_wrong_pair_opens_nothing(session, budi, email, password):
    assert tried(session, password, email=email) is None


def test_who_left_cannot_sign_in(session, budi):
    deactivate(session, "budi@x.example", NOON)

    assert tried(session, GOOD) is None


def test_only_a_hash_of_a_password_is_stored(session, budi):
    kept = session.execute(text("SELECT password_hash FROM people")).scalar_one()

    assert kept.startswith("$argon2id$")
    assert GOOD not in kept


def test_nobody_is_looked_for_as_thoroughly_as_somebody(session, budi, monkeypatch):
    checked = []
    real = passwords._matches
    monkeypatch.setattr(passwords, "_matches", lambda *told: checked.append(1) or real(*told))

    tried(session, "wrong", email="budi@x.example")
    tried(session, "wrong", email="nobody@x.example")

    assert len(checked) == 2


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password",
        "PassWord123",
        "Bismillah786",
        "aaaaaaaaaaaa",
        "budi@x.example",
        "budi2026",
        "x" * 300,
    ],
)
def test_a_password_that_would_be_guessed_is_refused(session, budi, password):
    with pytest.raises(WeakPassword):
        passwords.set_password(session, budi, password)

    assert tried(session, GOOD) is not None


@pytest.mark.parametrize(
    "password", ["correct horse", "سڑک پر گڑھا ہے", "x1y2" * 64, "        tent  "]
)
def test_long_and_foreign_passwords_are_welcome(session, budi, password):
    passwords.set_password(session, budi, password)

    assert tried(session, password) is not None


def test_after_ten_wrong_passwords_one_has_to_wait(session, budi):
    [tried(session, "wrong", at=NOON + n * timedelta(seconds=1)) for n in range(10)]

    with pytest.raises(limits.TooManyAttempts) as refused:
        tried(session, GOOD, at=NOON + MINUTE)

    assert refused.value.retry_after_s == 240
    assert tried(session, GOOD, at=NOON + 5 * MINUTE + timedelta(seconds=10)) is not None


def test_somebody_elses_wrong_guesses_do_not_lock_one_out(session, budi):
    [tried(session, "wrong", network="198.51.100.9") for _ in range(10)]

    assert tried(session, GOOD, network=HOME) is not None


def test_one_network_cannot_try_everybody(session, budi):
    for _ in range(100):
        limits.count_attempt(session, NOON, (limits.PASSWORD_NETWORK, HOME))

    with pytest.raises(limits.TooManyAttempts):
        tried(session, GOOD, email="one.more@x.example")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1%eth0", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_household_counts_as_one(address, network):
    assert limits.network(address) == network


# The app's codes


def test_a_code_completes_the_sign_in_under_a_new_token(session, app):
    first = tried(session, GOOD)
    half_way = sessions.find_sign_in(session, first, NOON)

    second = sign_in.with_second_factor(session, half_way, app.at(NOON), NOON, browser="Firefox")

    assert sessions.person_of(session, second, NOON).second_factor
    assert sessions.find_sign_in(session, first, NOON) is None


@pytest.mark.parametrize("again", ["{}", " {}", "{:.3} {:.0}"])
def test_a_code_works_once_however_it_is_typed(session, budi, app, again):
    code = app.at(NOON)
    totp.is_right(session, budi, code, NOON)
    typed = {"{}": code, " {}": f" {code}"}.get(again, f"{code[:3]} {code[3:]}")

    assert not totp.is_right(session, budi, typed, NOON + timedelta(seconds=5))


def test_a_code_older_than_the_last_one_used_is_dead(session, budi, app):
    totp.is_right(session, budi, app.at(NOON), NOON)

    assert not totp.is_right(session, budi, app.at(NOON - MINUTE / 2), NOON)


@pytest.mark.parametrize(
    ("off", "right"), [(-MINUTE / 2, True), (MINUTE / 2, True), (-MINUTE, False), (MINUTE, False)]
)
def test_a_phones_clock_may_be_half_a_minute_off(session, budi, app, off, right):
    assert totp.is_right(session, budi, app.at(NOON + off), NOON) is right


def test_digits_of_another_script_are_digits(session, budi, app):
    urdu = app.at(NOON).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))

    assert totp.is_right(session, budi, urdu, NOON)


@pytest.mark.parametrize("code", ["", "000", "abcdef", "²²²²²²", "\0", "9" * 10_000])
def test_what_is_no_code_is_wrong(session, budi, app, code):
    assert not totp.is_right(session, budi, code, NOON)


def test_after_five_wrong_codes_one_has_to_wait(session, budi, app):
    half_way = sessions.find_sign_in(session, tried(session, GOOD), NOON)
    wrong = app.at(NOON + 60 * MINUTE)
    [sign_in.with_second_factor(session, half_way, wrong, NOON, browser="") for _ in range(5)]

    with pytest.raises(limits.TooManyAttempts):
        sign_in.with_second_factor(session, half_way, app.at(NOON), NOON, browser="")


def test_a_recovery_code_stands_in_once(session, budi, app):
    code, *_ = totp.renew_recovery_codes(session, budi)

    right = [totp.is_right(session, budi, typed, NOON) for typed in (code.lower(), code)]

    assert right == [True, False]


def test_new_recovery_codes_replace_the_old(session, budi, app):
    old, *_ = totp.renew_recovery_codes(session, budi)

    new = totp.renew_recovery_codes(session, budi)

    assert len(set(new)) == 10
    assert not totp.is_right(session, budi, old, NOON)


def test_nobody_elses_offer_can_be_accepted(session, budi, app):
    mallory = add_person(session, "mallory")
    offer = totp.offer(mallory, "m@x.example", "Tiny")
    code = pyotp.TOTP(offer.typed.replace(" ", "")).at(NOON)

    with pytest.raises(WrongCode):
        totp.accept(session, budi, offer.sealed, code, NOON)


def test_the_secret_is_sealed_in_the_database(session, budi, app):
    kept = session.execute(text("SELECT totp_secret FROM people WHERE id = :i"), {"i": budi})

    assert app.secret not in kept.scalar_one()


# Links and codes by mail


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


def test_a_link_alone_does_not_let_staff_in(session, budi):
    token, _ = asked(session, "budi@x.example")

    opened = links.open_link(session, token, NOON, browser=HERE)
    signed = sign_in.with_link(session, opened, NOON, language="en", browser="Firefox")

    assert sessions.person_of(session, signed, NOON) is None


def test_a_closed_account_stays_closed(session, budi):
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
