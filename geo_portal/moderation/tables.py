"""How objections, what moderators did and covered photos are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


class Flag(Table):
    """Somebody's objection to something; `kind` and `reference` say to what.

    `flagged_by` is `person:` and a number, `device:` or `network:` and a digest: who objects, once.
    """

    __tablename__ = "flags"
    __table_args__ = (
        # Keeps one person from objecting twice; serves all objections to one thing.
        Index("ix_flags_once", "kind", "reference", "flagged_by", unique=True),
        # Serves the moderators' queue, oldest first.
        Index("ix_flags_open", "at", postgresql_where=text("decided_at IS NULL")),
        # Serves how often somebody's objections were right.
        Index("ix_flags_flagged_by", "flagged_by"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    reference: Mapped[str]
    reason: Mapped[str]
    note: Mapped[str]
    flagged_by: Mapped[str]
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decision: Mapped[str | None]


class ModerationAct(Table):
    """What a moderator did, to what, and why; rows are only ever added."""

    __tablename__ = "moderation_acts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    act: Mapped[str]
    kind: Mapped[str]
    reference: Mapped[str]
    why: Mapped[str]


class CoveredPhoto(Table):
    """A photo of which parts were covered: which file took the place of which.

    `original_key` is kept out of public reach until `original_gone_at`; `rectangles` are in
    hundredths of the picture's sides. `photos.key` is the newest `shown_key`.
    """

    __tablename__ = "covered_photos"
    __table_args__ = (
        # Serves "how was this photo before".
        Index("ix_covered_photos_photo", "photo_id"),
        # Serves the nightly sweep of originals.
        Index("ix_covered_photos_kept", "at", postgresql_where=text("original_gone_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"))
    original_key: Mapped[str] = mapped_column(unique=True)
    shown_key: Mapped[str]
    rectangles: Mapped[list[Any]]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    original_gone_at: Mapped[datetime | None]
