"""A report sent twice over a bad network is filed once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, delete, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from geo_portal.complaints.submit import NewComplaint, readable
from geo_portal.complaints.tables import Complaint
from geo_portal.database import Table
from geo_portal.errors import Invalid

LONGEST_KEY = 255
KEPT_FOR = timedelta(days=30)
SAME_AGAIN_WITHIN = timedelta(hours=1)


class UsedKey(Table):
    """An idempotency key and what was answered, so that a repeated send files nothing twice."""

    __tablename__ = "used_keys"
    __table_args__ = (
        # Serves the sweep of keys older than a day.
        Index("ix_used_keys_used_at", "used_at"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    reply: Mapped[dict[str, Any]]
    used_at: Mapped[datetime]


class OtherUseOfKey(Invalid):
    """The key was used before, for something else."""


@dataclass(frozen=True)
class Earlier:
    """What was answered when this key was used first."""

    complaint_id: int
    reply: dict[str, Any]


def fingerprint(body: dict[str, Any]) -> str:
    """A digest of what was sent, the same for the same content in any order."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def earlier_use(session: Session, key: str, told: str) -> Earlier | None:
    """The answer given to `key` before, or None when it is new.

    Holds the key until the transaction ends, so that of fifty sends at once one files and
    forty-nine wait and then read its answer. Raises `OtherUseOfKey` when the key came with
    another content (`told` is its `fingerprint`).
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid("An idempotency key has 1 to {limit} characters.", limit=LONGEST_KEY)
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
    used = session.scalars(select(UsedKey).where(UsedKey.key == key)).one_or_none()
    if used is None:
        return None
    if used.fingerprint != told:
        raise OtherUseOfKey("This idempotency key was already used for a different report.")
    return Earlier(used.complaint_id, used.reply)


def remember(
    session: Session, key: str, told: str, complaint_id: int, reply: dict[str, Any], now: datetime
) -> None:
    """Keep what was answered, for whoever sends the same again."""
    session.execute(
        insert(UsedKey),
        {
            "key": key,
            "fingerprint": told,
            "complaint_id": complaint_id,
            "reply": reply,
            "used_at": now,
        },
    )


def sent_just_now(session: Session, new: NewComplaint, now: datetime) -> str | None:
    """The code of the very same report, when this browser has sent it within the last hour.

    Who goes back may get a new form with a new key, and sends what is already there.
    """
    if new.device_hash is None:
        return None
    asked = select(Complaint.code).where(
        Complaint.device_hash == new.device_hash,
        Complaint.submitted_at > now - SAME_AGAIN_WITHIN,
        Complaint.description == readable(new.description),
        Complaint.point == new.place.ewkt,
    )
    return session.scalar(asked.limit(1))


def forget_old(session: Session, now: datetime) -> None:
    """Drop keys that nobody will repeat any more."""
    session.execute(delete(UsedKey).where(UsedKey.used_at < now - KEPT_FOR))
