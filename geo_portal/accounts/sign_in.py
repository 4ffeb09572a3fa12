"""Signing in: which proof leads to which sign-in, and what is still missing after it."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.accounts import passwords, totp
from geo_portal.accounts.limits import (
    PASSWORD_ANYWHERE,
    PASSWORD_HERE,
    PASSWORD_NETWORK,
    SECOND_FACTOR,
    SECOND_FACTOR_DAY,
    count_attempt,
    refuse_if_too_many,
)
from geo_portal.accounts.links import Opened
from geo_portal.accounts.register import person_behind
from geo_portal.accounts.sessions import SignIn, end_session, open_session
from geo_portal.accounts.tables import Account

# Who can read what the operator's terminal prints has proved enough to look around a demo.
PROVES_TWICE = ("demo",)


def with_password(
    session: Session, email: str, password: str, now: datetime, *, network: str, browser: str
) -> str | None:
    """The token of a new sign-in that lacks its second factor, or None for a wrong pair.

    A wrong pair and an unknown address take the same time and leave the same trace. None must
    not end in a refusal by the caller, or the try would not be counted. Raises
    `TooManyAttempts`.
    """
    whom = email.strip().lower() if email.isprintable() else ""
    tried = (
        (PASSWORD_HERE, f"{whom} {network}"),
        (PASSWORD_ANYWHERE, whom),
        (PASSWORD_NETWORK, network),
    )
    refuse_if_too_many(session, now, *tried)
    known = select(Account.id).where(func.lower(Account.email) == whom, Account.active)
    person_id = session.scalar(known)
    if not passwords.is_right(session, person_id, password) or person_id is None:
        count_attempt(session, now, *tried)
        return None
    return open_session(session, person_id, now, browser=browser, second_factor=False)


def with_link(
    session: Session, opened: Opened, now: datetime, *, language: str, browser: str
) -> str:
    """The token of a new sign-in for a link that was good; staff still need a second factor.

    Raises `NotAllowed` when the account was closed.
    """
    person_id = opened.person_id or person_behind(session, opened.contact, now, language)
    twice = opened.purpose in PROVES_TWICE
    return open_session(session, person_id, now, browser=browser, second_factor=twice)


def with_second_factor(
    session: Session, half_way: SignIn, code: str, now: datetime, *, browser: str
) -> str | None:
    """The token of the complete sign-in that takes the place of `half_way`; None if wrong.

    Raises `TooManyAttempts`; None must not end in a refusal by the caller.
    """
    whom = str(half_way.person.id)
    tried = ((SECOND_FACTOR, whom), (SECOND_FACTOR_DAY, whom))
    refuse_if_too_many(session, now, *tried)
    if not totp.is_right(session, half_way.person.id, code, now):
        count_attempt(session, now, *tried)
        return None
    return complete(session, half_way, now, browser=browser)


def complete(session: Session, half_way: SignIn, now: datetime, *, browser: str) -> str:
    """End a sign-in and open one with a second factor in its place, under a new token."""
    end_session(session, half_way.person.id, half_way.token_hash, now)
    return open_session(session, half_way.person.id, now, browser=browser, second_factor=True)
