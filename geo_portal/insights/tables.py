"""How usual times, unusual weeks and those who hear of them are stored."""

from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


class UsualTime(Table):
    """How long a kind of problem takes at a department or office; see `eta.Eta`."""

    __tablename__ = "usual_times"

    category_code: Mapped[str] = mapped_column(primary_key=True)
    owner_code: Mapped[str] = mapped_column(primary_key=True)
    known: Mapped[int]
    half: Mapped[timedelta | None]
    most: Mapped[timedelta | None]
    as_of: Mapped[datetime]


class Alert(Table):
    """A week in which an area had far more reports of a kind than it usually has.

    `week` is its Monday; `expected` the usual number, `chance` how often so many come by chance.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        # Serves the newest weeks, and tells of each once.
        UniqueConstraint("week", "level", "area_code", "category_code"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    week: Mapped[date]
    level: Mapped[str]
    area_code: Mapped[str]
    category_code: Mapped[str]
    seen: Mapped[int]
    expected: Mapped[float]
    chance: Mapped[float]
    found_at: Mapped[datetime]


class AlertReader(Table):
    """Somebody who hears of unusual weeks; an empty kind or area (`level:code`) is every one."""

    __tablename__ = "alert_readers"
    __table_args__ = (
        # Serves a person's own list, and holds each wish once.
        UniqueConstraint("person_id", "category_code", "area"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"))
    category_code: Mapped[str] = mapped_column(server_default="")
    area: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str]
    since: Mapped[datetime]
