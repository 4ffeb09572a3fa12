"""Sign-ins as the portal remembers them: opened, found again by their cookie, seen and ended."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Membership, Person
from geo_portal.accounts.tables import SignedIn
from geo_portal.errors import NotFound
from geo_portal.settings import settings

TOKEN_BYTES = 32
LONGEST_BROWSER = 200
# Seen this long ago or less is not written down again: most requests then only read.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Lifetime:
    """How long a sign-in lasts without a request, and how long at most."""

    idle: timedelta
    absolute: timedelta


CITIZEN = Lifetime(idle=timedelta(days=30), absolute=timedelta(days=90))
STAFF = Lifetime(idle=timedelta(hours=4), absolute=timedelta(hours=12))
# Between the password and the second factor.
HALF_WAY = Lifetime(idle=timedelta(minutes=10), absolute=timedelta(minutes=10))


@dataclass(frozen=True)
class SignIn:
    """A sign-in that still holds; while it is not `complete` the person may do nothing yet."""

    person: Person
    complete: bool
    token_hash: str


@dataclass(frozen=True)
class Device:
    """One of a person's sign-ins, for the list of them; `browser` as the browser named itself."""

    token_hash: str
    browser: str
    created_at: datetime
    last_seen_at: datetime


def token_hash(token: str) -> str:
    """What is stored of a token: it has 256 random bits, so a plain digest cannot be undone."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def open_session(
    session: Session, person_id: int, now: datetime, *, browser: str, second_factor: bool
) -> str:
    """Sign a person in on one browser; the new token, which is stored nowhere, comes back."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.execute(
        insert(SignedIn),
        {
            "token_hash": token_hash(token),
            "person_id": person_id,
            "created_at": now,
            "last_seen_at": now,
            "expires_at": now + CITIZEN.absolute,
            "second_factor_at": now if second_factor else None,
            "browser": browser.replace("\0", "")[:LONGEST_BROWSER],
            "ended_at": None,
        },
    )
    return token


_FOUND = text("""
    SELECT person.id, person.name, person.pseudonym, person.email, person.phone, person.language,
           signed_in.created_at, signed_in.last_seen_at, signed_in.second_factor_at,
           (SELECT jsonb_agg(jsonb_build_array(role, department_code, area_level, area_code)
                             ORDER BY held.id)
            FROM memberships AS held WHERE held.person_id = person.id) AS memberships
    FROM sessions AS signed_in JOIN people AS person ON person.id = signed_in.person_id
    WHERE signed_in.token_hash = :token_hash
      AND signed_in.ended_at IS NULL AND signed_in.expires_at > :now AND person.active
""")


def find_sign_in(session: Session, token: str, now: datetime) -> SignIn | None:
    """The sign-in behind a cookie; None when it is unknown, ended or too old. One query."""
    key = token_hash(token)
    row = session.execute(_FOUND, {"token_hash": key, "now": now}).one_or_none()
    if row is None:
        return None
    person = _person(row)
    complete = person.second_factor or not (person.is_staff and settings().staff_second_factor)
    lifetime = _lifetime(person, complete)
    if now >= min(row.last_seen_at + lifetime.idle, row.created_at + lifetime.absolute):
        return None
    if now - row.last_seen_at >= SEEN_EVERY:
        seen = update(SignedIn).where(SignedIn.token_hash == key).values(last_seen_at=now)
        session.execute(seen)
    return SignIn(person, complete, key)


def person_of(session: Session, token: str, now: datetime) -> Person | None:
    """The person whose complete sign-in this token is, or None."""
    found = find_sign_in(session, token, now)
    return found.person if found and found.complete else None


def _person(row: Any) -> Person:
    held = [
        Membership(role, department, (level, code) if level and code else None)
        for role, department, level, code in row.memberships or []
    ]
    return Person(
        id=row.id,
        name=row.name,
        pseudonym=row.pseudonym,
        email=row.email,
        phone=row.phone,
        language=row.language,
        memberships=tuple(held),
        second_factor=row.second_factor_at is not None,
    )


def _lifetime(person: Person, complete: bool) -> Lifetime:
    if not complete:
        return HALF_WAY
    return STAFF if person.is_staff else CITIZEN


def devices(session: Session, person: Person, now: datetime) -> list[Device]:
    """Where a person is signed in, last seen first."""
    lifetime = _lifetime(person, complete=True)
    rows = session.scalars(
        select(SignedIn)
        .where(
            SignedIn.person_id == person.id,
            SignedIn.ended_at.is_(None),
            SignedIn.last_seen_at > now - lifetime.idle,
            SignedIn.created_at > now - lifetime.absolute,
        )
        .order_by(SignedIn.last_seen_at.desc(), SignedIn.token_hash)
    )
    return [Device(row.token_hash, row.browser, row.created_at, row.last_seen_at) for row in rows]


def end_session(session: Session, person_id: int, key: str, now: datetime) -> None:
    """End one of the person's own sign-ins; raises `NotFound` for anybody else's."""
    ended = session.execute(
        update(SignedIn)
        .where(
            SignedIn.token_hash == key,
            SignedIn.person_id == person_id,
            SignedIn.ended_at.is_(None),
        )
        .values(ended_at=now)
        .returning(SignedIn.token_hash)
    )
    if ended.first() is None:
        raise NotFound("This device is signed out already.")


def end_token(session: Session, token: str, now: datetime) -> None:
    """End the sign-in behind a cookie, whosever it is; none is no matter."""
    held = (SignedIn.token_hash == token_hash(token), SignedIn.ended_at.is_(None))
    session.execute(update(SignedIn).where(*held).values(ended_at=now))


def end_sessions(
    session: Session, person_id: int, now: datetime, *, except_hash: str | None = None
) -> None:
    """End all sign-ins of a person, but for the one with the token hash `except_hash`."""
    session.execute(
        update(SignedIn)
        .where(
            SignedIn.person_id == person_id,
            SignedIn.ended_at.is_(None),
            SignedIn.token_hash.is_distinct_from(except_hash),
        )
        .values(ended_at=now)
    )


def forget_old_sessions(session: Session, now: datetime) -> None:
    """Drop sign-ins that ended or ran out a day ago."""
    over = now - timedelta(days=1)
    session.execute(
        delete(SignedIn).where((SignedIn.expires_at < over) | (SignedIn.ended_at < over))
    )
