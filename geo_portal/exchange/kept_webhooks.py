"""What administrators do with webhooks: see how they fare, add, try, pause and remove them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, undefer

from geo_portal import clock
from geo_portal.accounts.key_tables import ApiKey
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.database import Database
from geo_portal.errors import Invalid, NotFound
from geo_portal.exchange.tables import Webhook, WebhookDelivery
from geo_portal.exchange.webhooks import (
    add_webhook,
    check_address,
    delivery_to,
    sent,
    write_down,
)

SHOWN = 5
# What its key must be for.
SCOPE = "events"


@dataclass(frozen=True)
class KeptWebhook:
    """A webhook with what became of the last deliveries, newest first.

    `state` is sending, failing, paused or cut_off (its key was taken back).
    """

    id: int
    url: str
    key_name: str
    kinds: tuple[str, ...]
    state: str
    next_try_at: datetime
    deliveries: Sequence[WebhookDelivery]


def every_webhook(session: Session, who: Person | None) -> list[KeptWebhook]:
    """All that have not been removed, oldest first."""
    require(who, Operation.MANAGE_KEYS)
    rows = session.execute(
        select(Webhook, ApiKey.name, ApiKey.revoked_at)
        .join(ApiKey, ApiKey.id == Webhook.key_id)
        .where(Webhook.ended_at.is_(None))
        .order_by(Webhook.id)
    ).all()
    last = _last_deliveries(session)
    return [
        KeptWebhook(
            *(hook.id, hook.url, name, tuple(hook.kinds)),
            *(_state(hook, revoked_at, last.get(hook.id, [])), hook.next_try_at),
            last.get(hook.id, []),
        )
        for hook, name, revoked_at in rows
    ]


def _state(hook: Webhook, revoked_at: datetime | None, last: list[WebhookDelivery]) -> str:
    if revoked_at is not None:
        return "cut_off"
    if hook.paused_at is not None:
        return "paused"
    return "failing" if hook.failures or (last and last[0].problem) else "sending"


def _last_deliveries(session: Session) -> dict[int, list[WebhookDelivery]]:
    place = func.row_number().over(
        partition_by=WebhookDelivery.webhook_id, order_by=WebhookDelivery.id.desc()
    )
    ranked = select(WebhookDelivery.id, place.label("place")).subquery()
    query = (
        select(WebhookDelivery)
        .join(ranked, ranked.c.id == WebhookDelivery.id)
        .where(ranked.c.place <= SHOWN)
        .order_by(WebhookDelivery.id.desc())
    )
    found: dict[int, list[WebhookDelivery]] = {}
    for one in session.scalars(query):
        found.setdefault(one.webhook_id, []).append(one)
    return found


def keys_for_events(session: Session) -> list[tuple[int, str]]:
    """Number and name of the keys that may have events sent to them, by name."""
    rows = session.execute(
        select(ApiKey.id, ApiKey.name)
        .where(ApiKey.scopes.contains([SCOPE]), ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.name)
    )
    return [(number, name) for number, name in rows]


def check_address_as(who: Person | None, url: str) -> None:
    """`check_address` for those alone who may add one; nobody else makes the portal look."""
    require(who, Operation.MANAGE_KEYS)
    check_address(url)


def add_webhook_as(
    session: Session,
    who: Person | None,
    key_id: int | None,
    url: str,
    kinds: tuple[str, ...],
    now: datetime,
) -> str:
    """The secret of a new webhook of that key, shown once; raises what `add_webhook` raises."""
    require(who, Operation.MANAGE_KEYS)
    if key_id not in dict(keys_for_events(session)):
        raise Invalid("Choose the key of the program that gets the events.", field="key")
    return add_webhook(session, key_id, url, now, kinds=kinds)[1]


def pause_webhook(session: Session, who: Person | None, number: int, now: datetime) -> None:
    """Send nothing until it is resumed; what happens meanwhile is sent then."""
    _change(session, who, number, paused_at=now)


def resume_webhook(session: Session, who: Person | None, number: int, now: datetime) -> None:
    """Go on from the event where it stopped, at once."""
    _change(session, who, number, paused_at=None, failures=0, next_try_at=now)


def remove_webhook(session: Session, who: Person | None, number: int, now: datetime) -> None:
    """Nothing is sent there any more."""
    _change(session, who, number, ended_at=now)


def _change(session: Session, who: Person | None, number: int, **values: object) -> None:
    require(who, Operation.MANAGE_KEYS)
    changed = session.scalar(
        update(Webhook)
        .where(Webhook.id == number, Webhook.ended_at.is_(None))
        .values(**values)
        .returning(Webhook.id)
    )
    if changed is None:
        raise NotFound("There is no webhook {number}.", number=number)


def try_webhook(database: Database, who: Person | None, number: int) -> None:
    """Send a signed message without events now and write down what came of it.

    If it arrives, what waits after earlier failures is sent on the worker's next turn.
    """
    require(who, Operation.MANAGE_KEYS)
    with database.transaction() as session:
        hook = session.get(Webhook, number, options=[undefer(Webhook.secret)])
        if hook is None or hook.ended_at is not None:
            raise NotFound("There is no webhook {number}.", number=number)
        trial = delivery_to(hook, [], None)
    problem = sent(trial, clock.now())
    with database.transaction() as session:
        now = clock.now()
        write_down(session, trial, problem, now)
        if problem is None:
            at_once = update(Webhook).where(Webhook.id == number).values(next_try_at=now)
            session.execute(at_once)
