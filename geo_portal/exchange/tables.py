"""How far other systems have read, and which of their requests are ours."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


class Webhook(Table):
    """An address that public events are sent to, in their order; `cursor` is the last one taken.

    `secret` signs them and is sealed with the portal's key. After `failures` in a row the next
    try is at `next_try_at`; `kinds` empty stands for all. A paused one keeps its place.
    """

    __tablename__ = "webhooks"
    __table_args__ = (
        # Serves the worker: whose turn it is.
        Index("ix_webhooks_next_try_at", "next_try_at", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    url: Mapped[str]
    secret: Mapped[str] = mapped_column(deferred=True)
    kinds: Mapped[list[Any]]
    cursor: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    problem: Mapped[str | None]
    next_try_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class WebhookDelivery(Table):
    """One of the last tries to send; `events` is 0 when it was only tried whether it arrives."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        # Serves the last deliveries of one webhook.
        Index("ix_webhook_deliveries_webhook", "webhook_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    at: Mapped[datetime]
    events: Mapped[int]
    problem: Mapped[str | None]


class ExchangeState(Table):
    """How far a pull or push with another server has come, so that it goes on there."""

    __tablename__ = "exchange_states"

    server: Mapped[str] = mapped_column(primary_key=True)
    direction: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


class ExchangeLink(Table):
    """A report of ours that another server has too, and what of it was last taken or told.

    Without a `remote_id` it was sent and the other side has given only a `token` so far.
    """

    __tablename__ = "exchange_links"
    __table_args__ = (
        # Serves "is this request of theirs one of ours".
        UniqueConstraint("server", "remote_id"),
        # Serves the pushing of what happened since.
        Index("ix_exchange_links_complaint", "complaint_id"),
    )

    server: Mapped[str] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), primary_key=True)
    remote_id: Mapped[str | None]
    token: Mapped[str | None]
    pulled: Mapped[bool]
    theirs: Mapped[dict[str, Any]]
    told_event_id: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    linked_at: Mapped[datetime]
