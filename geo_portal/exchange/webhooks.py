"""Sends public events to the addresses that other systems gave, signed, in order, none left out."""

import hashlib
import hmac
import json
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, undefer

from geo_portal import clock
from geo_portal.accounts.key_tables import ApiKey
from geo_portal.accounts.keys import Key
from geo_portal.accounts.secret import sealed, unsealed_for_sure
from geo_portal.database import Database
from geo_portal.errors import Invalid, NotFound
from geo_portal.exchange.events import check_kinds, event_body, feed, newest
from geo_portal.exchange.tables import Webhook, WebhookDelivery
from geo_portal.outbox.safe_http import (
    ForeignAddressRefused,
    NoAnswer,
    ask,
    checked_url,
    is_ours,
    public_addresses,
)

log = logging.getLogger(__name__)

AT_ONCE = 100
MOST_PER_KEY = 10
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
PAUSED_AFTER = 40  # tries: about nine days
MOST_DELIVERIES_A_TURN = 50
DELIVERIES_KEPT = 20


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
    paused_at: datetime | None


def check_address(url: str) -> None:
    """Raise `Invalid` for an address that events cannot be sent to: why, in words.

    Asks the network what the name stands for, so it is no part of a transaction.
    """
    parts = checked_url(url)
    host = parts.hostname or ""
    try:
        addresses = public_addresses(host)
    except NoAnswer:
        raise Invalid(
            "Nothing is known by the name “{host}”. Please look at the address again.",
            field="url",
            host=host[:100],
        ) from None
    if parts.scheme != "https" and not all(map(is_ours, addresses)):
        raise Invalid(
            "The address should begin with https://, so that nobody on the way reads along.",
            field="url",
        )


def add_webhook(
    session: Session, key_id: int, url: str, now: datetime, *, kinds: tuple[str, ...] = ()
) -> tuple[int, str]:
    """The number of a new webhook and the secret that its deliveries are signed with, shown once.

    Events from now on are sent. The address has passed `check_address`. Raises `Invalid` for
    kinds of events that there are not.
    """
    check_kinds(kinds)
    if len(webhooks_of(session, key_id)) >= MOST_PER_KEY:
        raise Invalid("A key has {limit} webhooks at most.", field="url", limit=MOST_PER_KEY)
    secret = f"whsec_{secrets.token_urlsafe(32)}"
    made = Webhook(
        key_id=key_id,
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


def webhooks_of(session: Session, key_id: int) -> list[ListedWebhook]:
    """The key's webhooks that have not ended, oldest first."""
    rows = session.scalars(
        select(Webhook)
        .where(Webhook.key_id == key_id, Webhook.ended_at.is_(None))
        .order_by(Webhook.id)
    )
    return [
        ListedWebhook(
            *(row.id, row.url, tuple(row.kinds), row.cursor, row.failures, row.problem),
            *(row.delivered_at, row.paused_at),
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
class Delivery:
    """A batch of events on its way; `last` is the number of the latest, None for a mere trial."""

    webhook_id: int
    url: str
    secret: str
    body: bytes
    events: int
    last: int | None


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
        problem = sent(delivery, now)
        with database.transaction() as session:
            _note(session, delivery, problem, clock.now())


def _next(session: Session, now: datetime) -> Delivery | None:
    """The next batch that is due; its webhook is put off, lest another worker takes it too."""
    due = session.scalars(
        select(Webhook)
        .join(ApiKey, ApiKey.id == Webhook.key_id)
        .where(Webhook.next_try_at <= now, Webhook.ended_at.is_(None), Webhook.paused_at.is_(None))
        .where(ApiKey.revoked_at.is_(None))
        .order_by(Webhook.next_try_at)
        .options(undefer(Webhook.secret))
        .with_for_update(of=Webhook, skip_locked=True)
    )
    for webhook in due:
        events = feed(session, webhook.cursor, kinds=tuple(webhook.kinds), limit=AT_ONCE)
        if events:
            webhook.next_try_at = now + FIRST_PAUSE
            return delivery_to(webhook, [event_body(event) for event in events], events[-1].id)
    return None


def delivery_to(webhook: Webhook, events: list[dict[str, Any]], last: int | None) -> Delivery:
    """A batch as it is sent; of a trial the events are an empty list."""
    body = json.dumps({"events": events}, ensure_ascii=False).encode()
    secret = unsealed_for_sure(webhook.secret)
    return Delivery(webhook.id, webhook.url, secret, body, len(events), last)


def sent(delivery: Delivery, now: datetime) -> str | None:
    """Send it, in no transaction: why it was not taken; None when it was."""
    headers = {
        "Content-Type": "application/json",
        "X-Geo-Portal-Signature": signature(delivery.secret, int(now.timestamp()), delivery.body),
    }
    try:
        answer = ask("POST", delivery.url, body=delivery.body, headers=headers, most_bytes=1_000)
    except (NoAnswer, ForeignAddressRefused) as problem:
        return str(problem)[:300]
    return None if 200 <= answer.status < 300 else f"It answered with the status {answer.status}."


def _note(session: Session, delivery: Delivery, problem: str | None, now: datetime) -> None:
    webhook = session.get_one(Webhook, delivery.webhook_id, with_for_update=True)
    write_down(session, delivery, problem, now)
    webhook.problem = problem
    if problem is None:
        webhook.cursor, webhook.failures = delivery.last or webhook.cursor, 0
        webhook.delivered_at = webhook.next_try_at = now
        return
    webhook.failures += 1
    pause = min(FIRST_PAUSE * 2 ** min(webhook.failures - 1, 20), LONGEST_PAUSE)
    webhook.next_try_at = now + pause
    if webhook.failures >= PAUSED_AFTER:
        webhook.paused_at = now
    log.warning("Webhook %s was not delivered (%s)", webhook.id, problem)


def write_down(session: Session, delivery: Delivery, problem: str | None, now: datetime) -> None:
    """Keep what became of a delivery, and of earlier ones the last few."""
    number = delivery.webhook_id
    session.add(WebhookDelivery(webhook_id=number, at=now, events=delivery.events, problem=problem))
    session.flush()
    of_it = WebhookDelivery.webhook_id == number
    newest_first = select(WebhookDelivery.id).where(of_it).order_by(WebhookDelivery.id.desc())
    kept = newest_first.limit(DELIVERIES_KEPT)
    session.execute(delete(WebhookDelivery).where(of_it, WebhookDelivery.id.not_in(kept)))
