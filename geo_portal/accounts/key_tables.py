"""How the keys of other programs are stored, and each use of one."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


class ApiKey(Table):
    """A key of another program; only its digest is kept, and its first letters to know it by.

    With a `department_code` it may only touch what belongs to that department or office.
    """

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    beginning: Mapped[str]
    scopes: Mapped[list[Any]]
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    most_per_hour: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class KeyUse(Table):
    """One call that was made with a key: when, for what, and about which report."""

    __tablename__ = "api_key_uses"
    __table_args__ = (
        # Serves "how often in the last hour", "last used", and the list of what a key did.
        Index("ix_api_key_uses_key", "key_id", "at"),
        # Serves the nightly sweep.
        Index("ix_api_key_uses_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    at: Mapped[datetime]
    what: Mapped[str]
    about: Mapped[str | None]
