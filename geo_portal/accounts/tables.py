"""How people, what they are responsible for, and their sign-ins are stored.

Tokens, codes and the addresses that limits count by are kept as digests only: whoever reads the
database can neither sign in with what is in it nor see who tried to.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.accounts.people import ROLES
from geo_portal.database import Table

PURPOSES = ("sign_in", "set_up", "demo")


class Account(Table):
    """A person: a citizen who gave an address, or a member of staff.

    `pseudonym` is what officers see of a citizen. `totp_secret` is sealed with the portal's key
    (`accounts/secret.py`) and only read when it is asked for by name; `totp_last_step` is the
    last time step whose code was used, so that no code works twice.
    """

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("pseudonym"),
        # Serves the sign-in; addresses that differ in capitals only are one.
        Index("ix_people_email", func.lower(text("email")), unique=True),
        # Serves the sign-in by phone.
        Index("ix_people_phone", "phone", unique=True),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str]
    pseudonym: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    language: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime]
    password_hash: Mapped[str | None] = mapped_column(deferred=True)
    totp_secret: Mapped[str | None] = mapped_column(deferred=True)
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger, deferred=True)


class Posting(Table):
    """A role that a person holds, for a department or all of them, in an area or everywhere."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES!r}", name="role"),
        CheckConstraint("(area_level IS NULL) = (area_code IS NULL)", name="area"),
        # Serves "what may this person do"; also keeps a role from being given twice.
        UniqueConstraint(
            "person_id",
            "role",
            "department_code",
            "area_level",
            "area_code",
            name="uq_memberships_held",
            postgresql_nulls_not_distinct=True,
        ),
        # Serves "who works for this department".
        Index("ix_memberships_department", "department_code"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    role: Mapped[str]
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    area_level: Mapped[str | None]
    area_code: Mapped[str | None]


class SignedIn(Table):
    """A browser in which a person is signed in; `token_hash` is the digest of its cookie."""

    __tablename__ = "sessions"
    __table_args__ = (
        # Serves "where am I signed in" and ending all sessions of a person.
        Index("ix_sessions_person", "person_id"),
        # Serves the nightly sweep.
        Index("ix_sessions_expires_at", "expires_at"),
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    browser: Mapped[str]
    ended_at: Mapped[datetime | None]


class SignInLink(Table):
    """A link or six-digit code that signs a person in once.

    `browser_hash` is the digest of a cookie of the browser that asked for it; None for links
    that a colleague hands over. Without `person_id` the account is made when the link is used.
    """

    __tablename__ = "sign_in_links"
    __table_args__ = (
        CheckConstraint(f"purpose IN {PURPOSES!r}", name="purpose"),
        # Serves typing the code in the browser that asked for it.
        Index("ix_sign_in_links_browser", "browser_hash"),
        # Serves the nightly sweep.
        Index("ix_sign_in_links_expires_at", "expires_at"),
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    code_hash: Mapped[str | None]
    contact: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    browser_hash: Mapped[str | None]
    purpose: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))


class RecoveryCode(Table):
    """A code that stands in once for a lost phone."""

    __tablename__ = "recovery_codes"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class ForeignIdentity(Table):
    """Who a person is at the city's own identity provider (OpenID Connect)."""

    __tablename__ = "foreign_identities"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))


class Attempt(Table):
    """One try at something that is limited; `key_hash` stands for who tried, or from where."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        # Serves "how often in the last minutes".
        Index("ix_sign_in_attempts_counted", "what", "key_hash", "at"),
        # Serves the nightly sweep.
        Index("ix_sign_in_attempts_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    what: Mapped[str]
    key_hash: Mapped[str]
    at: Mapped[datetime]


class LookUp(Table):
    """That somebody of the staff looked for a caller: who, when, for what, how much came of it.

    `sought` is a digest: the list tells whether the same was sought twice, never what it was.
    """

    __tablename__ = "look_ups"
    __table_args__ = (
        # Serves the audit: what one person looked up, newest first.
        Index("ix_look_ups_person", "person_id", text("at DESC")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(BigInteger)
    sought_by: Mapped[str]
    sought: Mapped[str]
    found: Mapped[int]
