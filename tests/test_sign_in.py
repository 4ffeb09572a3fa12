"""Proofs of who somebody is: passwords, codes from an app, links and codes by mail."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text

from geo_portal.accounts import limits, passwords, sessions, sign_in, totp
from geo_portal.accounts.passwords import WeakPassword
from geo_portal.accounts.people import Membership
from geo_portal.accounts.register import deactivate
from geo_portal.accounts.totp import WrongCode
from tests.people_fixtures import add_person

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
