"""Passwords: which are taken, how they are kept, and whether one is right."""

from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from geo_portal.accounts.tables import Account
from geo_portal.errors import Invalid

SHORTEST = 8
LONGEST = 256
COMMON = Path(__file__).parent / "common_passwords.txt"


class WeakPassword(Invalid):
    """The password would be guessed soon."""


def set_password(session: Session, person_id: int, password: str) -> None:
    """Give a person a new password; raises `WeakPassword` and then changes nothing.

    There are no rules about digits or signs: they make passwords harder to keep in mind than to
    guess. Length, and not being everybody's, is what counts.
    """
    own = session.execute(
        select(Account.email, Account.name).where(Account.id == person_id)
    ).one_or_none()
    _check(password, tuple(own or ()))
    session.execute(
        update(Account).where(Account.id == person_id).values(password_hash=_hash(password))
    )


def is_set(session: Session, person_id: int) -> bool:
    """Whether the person has a password."""
    found = select(Account.password_hash.is_not(None)).where(Account.id == person_id)
    return bool(session.scalar(found))


def is_right(session: Session, person_id: int | None, password: str) -> bool:
    """Whether this is the person's password; as slow for somebody whom we do not know."""
    kept = session.scalar(select(Account.password_hash).where(Account.id == person_id))
    right = _matches(kept or _nobodys_hash(), password) and kept is not None
    if right and kept and _hasher().check_needs_rehash(kept):
        fresh = update(Account).where(Account.id == person_id).values(password_hash=_hash(password))
        session.execute(fresh)
    return right


def _check(password: str, own: tuple[str | None, ...]) -> None:
    if len(password) < SHORTEST:
        raise WeakPassword(
            "A password needs {shortest} characters or more. Three words make a good one.",
            field="password",
            shortest=SHORTEST,
        )
    if len(password) > LONGEST:
        raise WeakPassword(
            "A password may have {longest} characters at most.", field="password", longest=LONGEST
        )
    if _is_everybodys(password.casefold(), own):
        raise WeakPassword(
            "This password is one of those that are tried first. Please choose another.",
            field="password",
        )


def _is_everybodys(password: str, own: tuple[str | None, ...]) -> bool:
    bare = "".join(letter for letter in password if letter.isalpha())
    names = {(name or "").casefold() for name in own}
    names |= {name.partition("@")[0] for name in names}
    return (
        password in _common()
        or password in names
        or (len(bare) >= 4 and bare in names)
        or len(set(password)) <= 2
    )


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


def _matches(kept: str, password: str) -> bool:
    try:
        return _hasher().verify(kept, password[: LONGEST + 1].encode("utf-8", "replace"))
    except (VerificationError, InvalidHashError):
        return False


def _hash(password: str) -> str:
    return _hasher().hash(password.encode("utf-8", "replace"))


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hash("no password at all")
