"""How people's channels, their wishes, and what is known of their addresses are stored."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table

AT_ONCE, DAILY, WEEKLY = RHYTHMS = ("at_once", "daily", "weekly")


class Channel(Table):
    """A way beside e-mail by which a person wants to hear: a browser, a number, a web address.

    Nothing is sent before `verified_at`. `keys` are a browser's own; `code_hash` is the digest of
    the code that was sent to a number to see whose it is. `problem` is why the last message failed.
    """

    __tablename__ = "channels"
    __table_args__ = (
        # Serves "how does this person want to hear"; also keeps a channel from being added twice.
        Index("ix_channels_address", "person_id", "kind", "address", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str]
    address: Mapped[str]
    keys: Mapped[dict[str, str] | None]
    label: Mapped[str]
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    code_hash: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    problem: Mapped[str | None]


class MessageWishes(Table):
    """How and when a person wants to hear; without a row at once, by e-mail, at any hour.

    Quiet hours are whole hours of the city's day, from `quiet_from` up to `quiet_until`.
    `digest_at` is when the next summary is due.
    """

    __tablename__ = "message_wishes"
    __table_args__ = (
        CheckConstraint(f"rhythm IN {RHYTHMS!r}", name="rhythm"),
        CheckConstraint("quiet_from BETWEEN 0 AND 23", name="quiet_from"),
        CheckConstraint("quiet_until BETWEEN 0 AND 23", name="quiet_until"),
        # Serves the sweep for summaries that are due.
        Index(
            "ix_message_wishes_digest",
            "digest_at",
            postgresql_where=text("digest_at IS NOT NULL"),
        ),
    )

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    rhythm: Mapped[str]
    by_mail: Mapped[bool]
    quiet_from: Mapped[int | None] = mapped_column(SmallInteger)
    quiet_until: Mapped[int | None] = mapped_column(SmallInteger)
    digest_at: Mapped[datetime | None]


class MailAddress(Table):
    """What is known of an e-mail address in small letters: its owner wants no more, it fails."""

    __tablename__ = "mail_addresses"

    address: Mapped[str] = mapped_column(primary_key=True)
    stopped_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class MessageWording(Table):
    """The city's own words for a message, in place of the portal's."""

    __tablename__ = "message_wordings"

    role: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    sentence: Mapped[str]
    edited_at: Mapped[datetime]
    edited_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
