"""How messages on their way out are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


class Message(Table):
    """A message to one person by one channel; when sent, and if not, why not.

    `complaint_id`, `event_id` and `person_id` name rows of floors above, so nothing here depends
    on them. Before `send_after` it waits, after `send_before` it is of no use any more.
    `claimed_at` is when a worker began to send it, `handed_over_at` when it began to give the
    text to the mail server; with `dead_at` nobody will try again by themselves. `facts` is what a
    channel needs beside the recipient. What is for the portal's own pages (`inbox`) is sent when
    it is written, and `read_at` when its reader has seen it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        # Serves "what goes out, and what was given up, for this report".
        Index("ix_outbox_complaint", "complaint_id"),
        # Serves the list of messages that were given up, newest first.
        Index("ix_outbox_dead", "dead_at", postgresql_where=text("dead_at IS NOT NULL")),
        # Serves the sweep for messages that are due, and "how many wait, and for how long".
        Index(
            "ix_outbox_waiting",
            "send_after",
            postgresql_where=text("sent_at IS NULL AND dead_at IS NULL"),
        ),
        # Serves a person's own messages on the portal, newest first.
        Index("ix_outbox_inbox", "person_id", "id", postgresql_where=text("channel = 'inbox'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    complaint_id: Mapped[int | None] = mapped_column(BigInteger)
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    channel: Mapped[str] = mapped_column(server_default="email")
    recipient: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str | None]
    unsubscribe: Mapped[str | None]
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    send_before: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_error: Mapped[str | None]
    dead_at: Mapped[datetime | None]
    dedup_key: Mapped[str | None] = mapped_column(unique=True)
    facts: Mapped[dict[str, Any] | None]
    read_at: Mapped[datetime | None]
