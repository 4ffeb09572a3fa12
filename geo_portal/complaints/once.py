"""A report sent twice over a bad network is filed once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from geo_portal.complaints.tables import UsedKey
from geo_portal.errors import Invalid

LONGEST_KEY = 255
KEPT_FOR = timedelta(days=30)


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


def forget_old(session: Session, now: datetime) -> None:
    """Drop keys that nobody will repeat any more."""
    session.execute(delete(UsedKey).where(UsedKey.used_at < now - KEPT_FOR))
