"""Sends public events to the addresses that other systems gave, signed, in order, none left out."""

import hashlib
import hmac
import json
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from geo_portal import clock
from geo_portal.accounts.key_tables import ApiKey
from geo_portal.accounts.keys import Key
from geo_portal.accounts.secret import sealed, unsealed_for_sure
from geo_portal.database import Database
from geo_portal.errors import Invalid, NotFound
from geo_portal.exchange.events import event_body, feed, newest
from geo_portal.exchange.tables import Webhook
from geo_portal.outbox.safe_http import ForeignAddressRefused, NoAnswer, ask, checked_url

log = logging.getLogger(__name__)

AT_ONCE = 100
MOST_PER_KEY = 10
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
GIVEN_UP_AFTER = 40  # tries: about nine days
MOST_DELIVERIES_A_TURN = 50


@dataclass(frozen=True)
class ListedWebhook:
    """A webhook as its owner sees it; `problem` is why the last try failed."""

    id: int
    url: str
    kinds: tuple[str, ...]
    cursor: int
    failures: int
    problem: str | None
    delivered_at: datetime | None
    ended_at: datetime | None


def add_webhook(
    session: Session, key: Key, url: str, now: datetime, *, kinds: tuple[str, ...] = ()
) -> tuple[int, str]:
    """The number of a new webhook and the secret that its deliveries are signed with, shown once.

    Events from now on are sent. Raises `Invalid` for an address that cannot be called.
    """
    checked_url(url)
    if len(webhooks_of(session, key)) >= MOST_PER_KEY:
        raise Invalid("A key has {limit} webhooks at most.", field="url", limit=MOST_PER_KEY)
    secret = f"whsec_{secrets.token_urlsafe(32)}"
    made = Webhook(
        key_id=key.id,
        url=url,
        secret=sealed(secret),
        kinds=list(kinds),
        cursor=newest(session),
        next_try_at=now,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made.id, secret


def webhooks_of(session: Session, key: Key) -> list[ListedWebhook]:
    """The key's webhooks that have not ended, oldest first."""
    rows = session.scalars(
        select(Webhook)
        .where(Webhook.key_id == key.id, Webhook.ended_at.is_(None))
        .order_by(Webhook.id)
    )
    return [
        ListedWebhook(
            *(row.id, row.url, tuple(row.kinds), row.cursor, row.failures, row.problem),
            *(row.delivered_at, row.ended_at),
        )
        for row in rows
    ]


def end_webhook(session: Session, key: Key, number: int, now: datetime) -> None:
    """Nothing is sent any more; raises `NotFound` for one that is not the key's."""
    ended = session.scalar(
        update(Webhook)
        .where(Webhook.id == number, Webhook.key_id == key.id, Webhook.ended_at.is_(None))
        .values(ended_at=now)
        .returning(Webhook.id)
    )
    if ended is None:
        raise NotFound("There is no webhook {number} of this key.", number=number)


def signature(secret: str, moment: int, body: bytes) -> str:
    """What `X-Geo-Portal-Signature` holds: HMAC-SHA-256 over the moment, a point and the body.

    The moment (seconds since 1970) is part of it, so that nobody can send an old one again.
    """
    signed = str(moment).encode() + b"." + body
    return f"t={moment},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


@dataclass(frozen=True)
class _Delivery:
    webhook_id: int
    url: str
    secret: str
    body: bytes
    last: int


def deliver_webhooks(database: Database) -> None:
    """Send what waits, a batch at a time; each result is written down in its own transaction.

    Whoever was not reached is tried again later from the same event on, so one may get a batch
    twice but never misses an event; `cursor` in each tells what is new.
    """
    for _ in range(MOST_DELIVERIES_A_TURN):
        now = clock.now()
        with database.transaction() as session:
            delivery = _next(session, now)
        if delivery is None:
            return
        problem = _sent(delivery, now)
        with database.transaction() as session:
            _note(session, delivery, problem, clock.now())


def _next(session: Session, now: datetime) -> _Delivery | None:
    """The next batch that is due; its webhook is put off, lest another worker takes it too."""
    due = session.scalars(
        select(Webhook)
        .join(ApiKey, ApiKey.id == Webhook.key_id)
        .where(Webhook.next_try_at <= now, Webhook.ended_at.is_(None), ApiKey.revoked_at.is_(None))
        .order_by(Webhook.next_try_at)
        .options(undefer(Webhook.secret))
        .with_for_update(of=Webhook, skip_locked=True)
    )
    for webhook in due:
        events = feed(session, webhook.cursor, kinds=tuple(webhook.kinds), limit=AT_ONCE)
        if events:
            webhook.next_try_at = now + FIRST_PAUSE
            told = {"events": [event_body(event) for event in events]}
            body = json.dumps(told, ensure_ascii=False).encode()
            secret = unsealed_for_sure(webhook.secret)
            return _Delivery(webhook.id, webhook.url, secret, body, events[-1].id)
    return None


def _sent(delivery: _Delivery, now: datetime) -> str | None:
    """Why it was not taken; None when it was."""
    headers = {
        "Content-Type": "application/json",
        "X-Geo-Portal-Signature": signature(delivery.secret, int(now.timestamp()), delivery.body),
    }
    try:
        answer = ask("POST", delivery.url, body=delivery.body, headers=headers, most_bytes=1_000)
    except (NoAnswer, ForeignAddressRefused) as problem:
        return str(problem)[:300]
    return None if 200 <= answer.status < 300 else f"It answered with the status {answer.status}."


def _note(session: Session, delivery: _Delivery, problem: str | None, now: datetime) -> None:
    webhook = session.get_one(Webhook, delivery.webhook_id, with_for_update=True)
    webhook.problem = problem
    if problem is None:
        webhook.cursor, webhook.failures = delivery.last, 0
        webhook.delivered_at = webhook.next_try_at = now
        return
    webhook.failures += 1
    pause = min(FIRST_PAUSE * 2 ** min(webhook.failures - 1, 20), LONGEST_PAUSE)
    webhook.next_try_at = now + pause
    if webhook.failures >= GIVEN_UP_AFTER:
        webhook.ended_at = now
    log.warning("Webhook %s was not delivered (%s)", webhook.id, problem)
