"""Signing in without a password: a link or six digits by mail, or six digits by text message.

All of it works for ten minutes, once, in one browser.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from geo_portal import outbox
from geo_portal.accounts.limits import (
    CODES_FROM_NETWORK,
    LINKS_FROM_NETWORK,
    LINKS_TO_CONTACT,
    TEXTS_FROM_NETWORK,
    TEXTS_TO_NUMBER,
    count_attempt,
    refuse_if_too_many,
)
from geo_portal.accounts.phone_numbers import SMS, read_number, sends_texts
from geo_portal.accounts.secret import digest
from geo_portal.accounts.sessions import token_hash
from geo_portal.accounts.tables import SignInLink
from geo_portal.accounts.typed_codes import digits
from geo_portal.errors import Conflict, Invalid
from geo_portal.settings import settings
from geo_portal.translation import N_, translator

LASTS = timedelta(minutes=10)
LONGEST_CONTACT = 200
MOST_CODES = 5
TOKEN_BYTES = 32
# Not a full grammar of addresses: what matters is that a message to it can be tried.
_PART = r"[^@\s<>,;:\"()\[\]\\.]+"
EMAIL = re.compile(rf"{_PART}(\.{_PART})*@{_PART}(\.{_PART})+")

SUBJECT = N_("{code} is your code to sign in")
TEXT = N_(
    "Somebody, hopefully you, wants to sign in to {portal} with this address.\n\n"
    "Open this link in the browser in which you asked for it:\n{address}\n\n"
    "Or type this code there: {code}\n\n"
    "Both work once, for ten minutes. If it was not you, there is nothing to do: "
    "without this message nobody can sign in."
)

TEXT_MESSAGE = N_("{code} is your code to sign in to {portal}. It works for ten minutes.")


class LinkRefused(Conflict):
    """The link or code signs nobody in; the sentence says what to do."""


@dataclass(frozen=True)
class Opened:
    """What a link that was good says: whose contact it proves, and what it was made for."""

    contact: str
    person_id: int | None
    purpose: str


def read_contact(typed: str, country: str | None = None) -> str:
    """The e-mail address or telephone number (E.164) somebody meant; raises `Invalid`.

    A number without a country's code is one of `country` (ISO 3166). Where the city sends no text
    messages only an e-mail address will do.
    """
    contact = typed.strip()
    if re.fullmatch(r"\+?[\d\s()./-]{6,}", contact):
        if sends_texts():
            return read_number(contact, country, field="contact")
        raise Invalid(
            "The portal cannot send text messages yet. Please give an e-mail address.",
            field="contact",
        )
    if len(contact) > LONGEST_CONTACT or not EMAIL.fullmatch(contact) or not contact.isprintable():
        raise Invalid(
            "This is not an e-mail address. It should look like name@example.org.", field="contact"
        )
    return contact


def send_link(
    session: Session,
    contact: str,
    now: datetime,
    *,
    browser: str,
    network: str,
    language: str,
    lead_to: str = "/",
) -> None:
    """Mail a link and a code that sign in once, in the browser with this token.

    The same happens for every address, known or not: nobody learns who has an account.
    Raises `TooManyAttempts`.
    """
    tried = ((LINKS_TO_CONTACT, contact.lower()), (LINKS_FROM_NETWORK, network))
    refuse_if_too_many(session, now, *tried)
    count_attempt(session, now, *tried)
    token, code = secrets.token_urlsafe(TOKEN_BYTES), f"{secrets.randbelow(1_000_000):06}"
    _keep(session, token, contact, now + LASTS, purpose="sign_in", browser=browser, code=code)
    _mail(session, now, contact, code, _address(token, lead_to), language)


def send_code(
    session: Session,
    number: str,
    now: datetime,
    *,
    browser: str,
    network: str,
    language: str,
    portal: str,
) -> None:
    """Text six digits to a number (E.164) that sign in once, in the browser with this token.

    The same happens for every number, known or not. Raises `TooManyAttempts`.
    """
    tried = ((TEXTS_TO_NUMBER, number), (TEXTS_FROM_NETWORK, network))
    refuse_if_too_many(session, now, *tried)
    count_attempt(session, now, *tried)
    # Nobody ever gets the token: a code is all that a text message brings.
    token, code = secrets.token_urlsafe(TOKEN_BYTES), f"{secrets.randbelow(1_000_000):06}"
    _keep(session, token, number, now + LASTS, purpose="sign_in", browser=browser, code=code)
    outbox.post(
        session,
        now,
        kind="sign_in",
        channel=SMS,
        recipient=number,
        subject="",
        text=translator(language).gettext(TEXT_MESSAGE).format(code=code, portal=portal),
        language=language,
        send_before=now + LASTS,
    )


def make_link(
    session: Session, contact: str, person_id: int, now: datetime, *, purpose: str, lasts: timedelta
) -> str:
    """The address of a link to hand over in person: good once, in any browser."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _keep(session, token, contact, now + lasts, purpose=purpose, person_id=person_id)
    return _address(token, "/")


def _keep(
    session: Session,
    token: str,
    contact: str,
    expires_at: datetime,
    *,
    purpose: str,
    browser: str | None = None,
    code: str | None = None,
    person_id: int | None = None,
) -> None:
    session.execute(
        insert(SignInLink),
        {
            "token_hash": token_hash(token),
            "code_hash": _kept_code(browser, code) if browser and code else None,
            "contact": contact,
            "person_id": person_id,
            "browser_hash": token_hash(browser) if browser else None,
            "purpose": purpose,
            "expires_at": expires_at,
        },
    )


def _kept_code(browser: str, code: str) -> str:
    return digest("sign-in code", f"{browser}:{code}")


def _address(token: str, lead_to: str) -> str:
    asked = {"token": token} | ({"next": lead_to} if lead_to != "/" else {})
    return f"{settings().public_url.rstrip('/')}/sign-in/link?{urlencode(asked)}"


def _mail(
    session: Session, now: datetime, contact: str, code: str, address: str, language: str
) -> None:
    said = translator(language).gettext
    outbox.post(
        session,
        now,
        kind="sign_in",
        recipient=contact,
        subject=said(SUBJECT).format(code=code),
        text=said(TEXT).format(portal=settings().public_url, address=address, code=code),
        language=language,
        send_before=now + LASTS,
    )


def open_link(session: Session, token: str, now: datetime, *, browser: str | None) -> Opened:
    """Use a link up; raises `LinkRefused` when it is unknown, used, too old or another browser's.

    Of several uses at the same moment one wins.
    """
    key = token_hash(token)
    opened = session.execute(
        update(SignInLink)
        .where(
            SignInLink.token_hash == key,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
            SignInLink.browser_hash.is_(None)
            | (SignInLink.browser_hash == token_hash(browser or "")),
        )
        .values(used_at=now)
        .returning(SignInLink.contact, SignInLink.person_id, SignInLink.purpose)
    ).one_or_none()
    if opened is None:
        raise _why_refused(session, key, now)
    return Opened(*opened)


def look_at_link(session: Session, token: str, now: datetime, *, browser: str | None) -> Opened:
    """What `open_link` would give or refuse, without using the link up.

    Mail programs open links by themselves to look for viruses; only a person presses a button.
    """
    row = session.get(SignInLink, token_hash(token))
    fits = row and (row.browser_hash is None or row.browser_hash == token_hash(browser or ""))
    if row is None or not fits or row.used_at or row.expires_at <= now:
        raise _why_refused(session, token_hash(token), now)
    return Opened(row.contact, row.person_id, row.purpose)


def _why_refused(session: Session, key: str, now: datetime) -> LinkRefused:
    row = session.get(SignInLink, key, populate_existing=True)
    if row is None:
        return LinkRefused(
            "This link is not complete, or no longer known. "
            "Copy all of it from the message, or ask for a new one."
        )
    if row.used_at:
        return LinkRefused("This link was used already. Ask for a new one to sign in again.")
    if row.expires_at <= now:
        return LinkRefused("This link is too old. Ask for a new one; it comes at once.")
    return LinkRefused(
        "This link works only in the browser in which you asked for it. "
        "Open it there, or type the code from the message there."
    )


def enter_code(
    session: Session, code: str, now: datetime, *, browser: str | None, network: str
) -> Opened | None:
    """Use up the link whose six digits were typed in its browser; None when they are wrong.

    After five wrong codes the link is dead. Raises `TooManyAttempts`. A wrong code must not end
    in a refusal by the caller, or the try would not be counted.
    """
    tried = (CODES_FROM_NETWORK, network)
    refuse_if_too_many(session, now, tried)
    count_attempt(session, now, tried)
    key = token_hash(browser or "")
    counted = session.scalars(
        update(SignInLink)
        .where(
            SignInLink.browser_hash == key,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
            SignInLink.attempts < MOST_CODES,
        )
        .values(attempts=SignInLink.attempts + 1)
        .returning(SignInLink.token_hash)
    )
    opened = session.execute(
        update(SignInLink)
        .where(
            SignInLink.token_hash.in_(counted.all()),
            SignInLink.code_hash == _kept_code(browser or "", digits(code)),
            SignInLink.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(SignInLink.contact, SignInLink.person_id, SignInLink.purpose)
    ).first()
    return Opened(*opened) if opened else None


def forget_old_links(session: Session, now: datetime) -> None:
    """Drop links that ran out a day ago; until then their refusals can still be explained."""
    session.execute(delete(SignInLink).where(SignInLink.expires_at < now - timedelta(days=1)))
