"""Who may not take part for a while, and what such a person is told.

A ban is of an account, of a browser, or of both. It never keeps anybody from reporting a danger:
see `complaints.submit`.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo_portal.database import Table
from geo_portal.errors import NotAllowed
from geo_portal.translation import N_

KEPT, LIFTED = DECISIONS = ("kept", "lifted")


def _of_known(column: str, name: str) -> Index:
    return Index(name, column, "until", postgresql_where=text(f"{column} IS NOT NULL"))


class Ban(Table):
    """That somebody may not take part until then, and why; one appeal, decided by another person.

    `because_of` names what was moderated, such as `comment:12`. `answer` is for who was banned.
    """

    __tablename__ = "bans"
    __table_args__ = (
        CheckConstraint(f"decision IN {DECISIONS!r}", name="decision"),
        CheckConstraint("person_id IS NOT NULL OR device_hash IS NOT NULL", name="somebodys"),
        CheckConstraint("decided_by <> made_by", name="second_person"),
        # Serve "may this person, this browser take part".
        _of_known("person_id", "ix_bans_person"),
        _of_known("device_hash", "ix_bans_device"),
        # Serves the moderators' list of appeals, oldest first.
        Index(
            "ix_bans_appealed",
            "appealed_at",
            postgresql_where=text("appealed_at IS NOT NULL AND decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    device_hash: Mapped[str | None]
    because_of: Mapped[str]
    reason: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    appeal: Mapped[str | None]
    appealed_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    answer: Mapped[str | None]


class Banned(NotAllowed):
    """Somebody who may not take part for a while; they can read why and appeal at /account/ban."""

    def __init__(self, ban: Ban) -> None:
        super().__init__(
            N_(
                "A moderator decided that you cannot take part until {until}: {reason} You can "
                "appeal once, at /account/ban; another moderator then decides. Dangers can be "
                "reported at any time."
            ),
            until=f"{ban.until:%Y-%m-%d}",
            reason=ban.reason if ban.reason.endswith((".", "!", "?")) else f"{ban.reason}.",
        )


def standing_ban(
    session: Session, person_id: int | None, device_hash: str | None, now: datetime
) -> Ban | None:
    """The ban of this account or browser that lasts longest; None for who may take part."""
    if person_id is None and device_hash is None:
        return None
    asked = select(Ban).where(_of(person_id, device_hash), Ban.until > now)
    asked = asked.where(or_(Ban.decision.is_(None), Ban.decision == KEPT))
    return session.scalars(asked.order_by(Ban.until.desc()).limit(1)).one_or_none()


def newest_ban(session: Session, person_id: int | None, device_hash: str | None) -> Ban | None:
    """The last ban of this account or browser, also one that is over."""
    asked = select(Ban).where(_of(person_id, device_hash)).order_by(Ban.id.desc()).limit(1)
    return session.scalars(asked).one_or_none()


def refuse_banned(
    session: Session, person_id: int | None, device_hash: str | None, now: datetime
) -> None:
    """Raise `Banned` for who may not take part."""
    ban = standing_ban(session, person_id, device_hash, now)
    if ban is not None:
        raise Banned(ban)


def _of(person_id: int | None, device_hash: str | None) -> ColumnElement[bool]:
    known = []
    if person_id is not None:
        known.append(Ban.person_id == person_id)
    if device_hash is not None:
        known.append(Ban.device_hash == device_hash)
    return or_(*known) if known else Ban.id.is_(None)
