"""Sign-ins: found by their cookie only, never for longer than they last, seen and ended."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text, update

from geo_portal.accounts import sessions
from geo_portal.accounts.tables import Account, Posting, SignedIn
from geo_portal.errors import NotFound

NOON = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def person(session, name, *postings):
    """The number of a new person with these (role, department) postings."""
    number = session.execute(
        insert(Account)
        .values(name=name, pseudonym=name.upper(), email=f"{name}@x.example", language="en")
        .values(created_at=NOON)
        .returning(Account.id)
    ).scalar_one()
    held = [{"person_id": number, "role": r, "department_code": d} for r, d in postings]
    session.execute(insert(Posting), held) if held else None
    return number


@pytest.fixture
def asha(session, city):
    """A citizen."""
    return person(session, "asha")


@pytest.fixture
def budi(session, city):
    """An officer of the roads department."""
    return person(session, "budi", ("officer", "ROADS"))


def opened(session, who, *, second_factor=False, at=NOON):
    return sessions.open_session(session, who, at, browser="Firefox", second_factor=second_factor)


def test_a_citizen_is_known_by_the_cookie(session, asha):
    token = opened(session, asha)

    found = sessions.person_of(session, token, NOON + HOUR)

    assert (found.id, found.name, found.is_staff, found.second_factor) == (
        asha,
        "asha",
        False,
        False,
    )


def test_an_officer_is_known_with_all_memberships(session, budi):
    token = opened(session, budi, second_factor=True)

    found = sessions.person_of(session, token, NOON)

    assert found.departments == ("ROADS",)
    assert found.second_factor


def test_an_officer_without_the_second_factor_is_nobody_yet(session, budi):
    token = opened(session, budi)

    known = sessions.person_of(session, token, NOON)
    waiting = sessions.find_sign_in(session, token, NOON)

    assert known is None
    assert (waiting.person.id, waiting.complete) == (budi, False)


@pytest.mark.parametrize("what", ["the digest", "nothing", "another", "odd"])
def test_no_other_token_opens_it(session, asha, what):
    token = opened(session, asha)
    tried = {
        "the digest": sessions.token_hash(token),
        "nothing": "",
        "another": token[:-1] + "!",
        "odd": "\udc80\0' OR 1=1",
    }

    assert sessions.person_of(session, tried[what], NOON) is None


def test_only_the_digest_of_a_token_is_stored(session, asha):
    token = opened(session, asha)

    stored = str(session.execute(text("SELECT * FROM sessions")).all())

    assert token not in stored
    assert len(token) * 6 >= 128


@pytest.mark.parametrize(
    ("who", "second_factor", "after", "known"),
    [
        ("asha", False, timedelta(days=30) - HOUR, True),
        ("asha", False, timedelta(days=30), False),
        ("budi", True, timedelta(hours=4) - timedelta(seconds=1), True),
        ("budi", True, timedelta(hours=4), False),
        ("budi", False, timedelta(minutes=10), False),
    ],
)
def test_an_unused_sign_in_runs_out(session, request, who, second_factor, after, known):
    token = opened(session, request.getfixturevalue(who), second_factor=second_factor)

    found = sessions.find_sign_in(session, token, NOON + after)

    assert (found is not None) is known


def test_a_used_sign_in_of_staff_ends_after_twelve_hours(session, budi):
    token = opened(session, budi, second_factor=True)

    found = [
        sessions.person_of(session, token, NOON + hours * HOUR) is not None
        for hours in (3, 6, 9, 11, 12)
    ]

    assert found == [True, True, True, True, False]


def test_a_citizen_who_joins_the_staff_signs_in_again(session, asha):
    token = opened(session, asha)
    session.execute(
        insert(Posting), {"person_id": asha, "role": "officer", "department_code": "ROADS"}
    )

    found = sessions.person_of(session, token, NOON)

    assert found is None


def test_who_has_left_is_signed_out_everywhere(session, budi):
    token = opened(session, budi, second_factor=True)
    session.execute(update(Account).where(Account.id == budi).values(active=False))

    found = sessions.find_sign_in(session, token, NOON)

    assert found is None


def test_a_device_is_seen_and_signed_out(session, asha):
    here, lost = opened(session, asha), opened(session, asha, at=NOON + HOUR)
    known = sessions.find_sign_in(session, here, NOON + HOUR).person
    listed = sessions.devices(session, known, NOON + HOUR)

    sessions.end_session(session, asha, sessions.token_hash(lost), NOON + HOUR)

    assert {device.token_hash for device in listed} == set(map(sessions.token_hash, (here, lost)))
    assert sessions.person_of(session, lost, NOON + HOUR) is None
    assert sessions.person_of(session, here, NOON + HOUR) is not None


def test_nobody_signs_out_another_persons_device(session, asha, budi):
    token = opened(session, asha)

    with pytest.raises(NotFound):
        sessions.end_session(session, budi, sessions.token_hash(token), NOON)

    assert sessions.person_of(session, token, NOON) is not None


def test_all_other_devices_are_signed_out_at_once(session, asha):
    tokens = [opened(session, asha) for _ in range(3)]
    kept = sessions.token_hash(tokens[1])

    sessions.end_sessions(session, asha, NOON, except_hash=kept)

    known = [sessions.person_of(session, token, NOON) is not None for token in tokens]
    assert known == [False, True, False]


def test_what_is_long_over_is_forgotten(session, asha):
    tokens = [opened(session, asha) for _ in range(2)]
    sessions.end_session(session, asha, sessions.token_hash(tokens[0]), NOON)

    sessions.forget_old_sessions(session, NOON + timedelta(days=2))

    assert session.query(SignedIn).count() == 1
