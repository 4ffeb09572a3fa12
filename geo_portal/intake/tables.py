"""How messages that arrive, and reports that are being told message by message, are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


class Conversation(Table):
    """A report that somebody is telling; it ends when the place is known and the report filed.

    `photos` are the keys of pictures that are kept already, `asked` how often the place was asked
    for.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        # Serves the nightly sweep of what was never finished.
        Index("ix_conversations_updated_at", "updated_at"),
    )

    channel: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(primary_key=True)
    description: Mapped[str | None]
    photos: Mapped[list[Any]]
    language: Mapped[str]
    asked: Mapped[int] = mapped_column(SmallInteger)
    updated_at: Mapped[datetime]


class Received(Table):
    """A message that arrived: what became of it, and what was wrong with it.

    `foreign_id` is the sender's or gateway's own, so that the same message counts once.
    """

    __tablename__ = "received"
    __table_args__ = (
        # Serves "did this message arrive before".
        Index("ix_received_foreign", "channel", "foreign_id", unique=True),
        # Serves the list of messages that nobody could make sense of, newest first.
        Index("ix_received_problem", "id", postgresql_where=text("problem IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    channel: Mapped[str]
    foreign_id: Mapped[str]
    sender: Mapped[str]
    at: Mapped[datetime]
    outcome: Mapped[str]
    problem: Mapped[str | None]
    excerpt: Mapped[str]
    complaint_id: Mapped[int | None] = mapped_column(BigInteger)
