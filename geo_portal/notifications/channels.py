"""A person's own channels: added, shown to be theirs, taken away."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal import outbox
from geo_portal.accounts.limits import Limit, count_attempt, refuse_if_too_many
from geo_portal.accounts.people import Person
from geo_portal.accounts.phone_numbers import read_number
from geo_portal.accounts.secret import digest
from geo_portal.accounts.typed_codes import digits
from geo_portal.errors import Conflict, Invalid, NotFound
from geo_portal.notifications.gateways import BY_PHONE, sends
from geo_portal.notifications.push import PUSH
from geo_portal.notifications.tables import Channel
from geo_portal.notifications.webhooks import WEBHOOK
from geo_portal.outbox.safe_http import NoAnswer, checked_url, public_addresses
from geo_portal.translation import N_, translator

MOST_CHANNELS = 10
MOST_CODES = 5
CODE_LASTS = timedelta(minutes=10)
LONGEST_LABEL = 60
CODES_TO_NUMBER = Limit("channel codes to a number", 3, timedelta(hours=1))
CODES_BY_PERSON = Limit("channel codes by a person", 10, timedelta(days=1))
CODE_TEXT = N_("{code} is the code by which {portal} knows that this number is yours.")


class WrongCode(Invalid):
    """It is not the code that was sent to the number."""


def channels_of(session: Session, person: Person) -> list[Channel]:
    """Everything that a person has added, oldest first."""
    mine = select(Channel).where(Channel.person_id == person.id).order_by(Channel.id)
    return list(session.scalars(mine))


def add_browser(
    session: Session, person: Person, endpoint: str, keys: dict[str, str], label: str, now: datetime
) -> int:
    """Push messages for a browser that has agreed; doing it again renews its keys."""
    _check_url(endpoint)
    return _add(session, person, PUSH, endpoint, label, now, keys=keys, verified_at=now)


def add_webhook(session: Session, person: Person, url: str, now: datetime) -> int:
    """Messages to a person's own program; raises an `Invalid` for an address we never call."""
    _check_url(url.strip())
    label = urlsplit(url.strip()).hostname or ""
    return _add(session, person, WEBHOOK, url.strip(), label, now, verified_at=now)


def add_number(
    session: Session,
    person: Person,
    kind: str,
    typed: str,
    now: datetime,
    *,
    country: str,
    portal: str,
) -> int:
    """Text messages to a number, once the code that is sent there was typed here.

    Raises `Invalid` for what is no number or a channel that the city does not have, and
    `TooManyAttempts`.
    """
    if kind not in BY_PHONE or not sends(kind):
        raise Invalid("The city does not send messages this way.", field="kind")
    number = read_number(typed, country)
    tried = (CODES_TO_NUMBER, number), (CODES_BY_PERSON, str(person.id))
    refuse_if_too_many(session, now, *tried)
    count_attempt(session, now, *tried)
    code = f"{secrets.randbelow(1_000_000):06}"
    added = _add(
        session, person, kind, number, number, now, code_hash=_kept(number, code), attempts=0
    )
    words = translator(person.language).gettext(CODE_TEXT)
    outbox.post(
        session,
        now,
        kind="channel_code",
        channel=kind,
        recipient=number,
        subject="",
        text=words.format(code=code, portal=portal),
        language=person.language,
        send_before=now + CODE_LASTS,
        person_id=person.id,
    )
    return added


def verify(session: Session, person: Person, number: int, code: str, now: datetime) -> bool:
    """Whether the code is the one that was sent; False counts as a try and must be committed.

    Raises `NotFound`, or `Conflict` after five wrong ones.
    """
    channel = _mine(session, person, number)
    if channel.verified_at is not None:
        return True
    if channel.attempts >= MOST_CODES or channel.code_hash is None:
        raise Conflict("This code was tried too often. Remove the number and add it again.")
    channel.attempts += 1
    if channel.code_hash == _kept(channel.address, digits(code)):
        channel.verified_at, channel.code_hash = now, None
    session.flush()
    return channel.verified_at is not None


def remove(session: Session, person: Person, number: int) -> None:
    """Take a channel away; raises `NotFound`."""
    session.delete(_mine(session, person, number))
    session.flush()


def _mine(session: Session, person: Person, number: int) -> Channel:
    found = session.get(Channel, number)
    if found is None or found.person_id != person.id:
        raise NotFound("This is not one of your channels.")
    return found


def _add(
    session: Session,
    person: Person,
    kind: str,
    address: str,
    label: str,
    now: datetime,
    **more: Any,
) -> int:
    many = select(func.count()).where(Channel.person_id == person.id, Channel.address != address)
    if (session.scalar(many) or 0) >= MOST_CHANNELS:
        raise Conflict("You have {most} channels already. Remove one first.", most=MOST_CHANNELS)
    added = insert(Channel).values(
        person_id=person.id,
        kind=kind,
        address=address,
        label=label[:LONGEST_LABEL],
        created_at=now,
        **more,
    )
    again = added.on_conflict_do_update(
        index_elements=["person_id", "kind", "address"], set_=more | {"problem": None}
    )
    return int(session.execute(again.returning(Channel.id)).scalar_one())


def _check_url(url: str) -> None:
    """Refuse at once what would be refused when a message is due; it is looked at again then."""
    parts = checked_url(url)
    if parts.scheme != "https":
        raise Invalid("Please give an address that begins with https://.", field="url")
    try:
        public_addresses(parts.hostname or "")
    except NoAnswer:
        raise Invalid(
            "Nobody knows the name {host}. Is it written correctly?",
            field="url",
            host=(parts.hostname or "")[:100],
        ) from None


def _kept(number: str, code: str) -> str:
    return digest("channel code", f"{number}:{code}")
