"""Which browser something came from, as far as ratings need it: the staff's own, or many people's.

A browser is known by a random cookie that it gets with its first report; only a keyed digest of
it is stored.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.secret import digest
from geo_portal.complaints.case_tables import StaffDevice
from geo_portal.complaints.tables import Complaint

# More reports than one household sends in a month come from a counter, a kiosk or a quota.
MANY_REPORTS = 20
COUNTED_FOR = timedelta(days=30)


def device_hash(cookie: str) -> str:
    """What is stored of a browser's cookie."""
    return digest("device", cookie)


def remember_staff_device(session: Session, person: Person, device: str, now: datetime) -> None:
    """Keep that a member of staff works in this browser."""
    seen = insert(StaffDevice).values(device_hash=device, person_id=person.id, seen_at=now)
    session.execute(
        seen.on_conflict_do_update(
            index_elements=["device_hash", "person_id"], set_={"seen_at": now}
        )
    )


def any_of_staff(session: Session, devices: Collection[str]) -> bool:
    """Whether a member of staff has worked in one of these browsers."""
    asked = select(StaffDevice.person_id).where(StaffDevice.device_hash.in_(devices)).limit(1)
    return session.scalar(asked) is not None


def sends_many(session: Session, device: str, now: datetime) -> bool:
    """Whether a browser has sent more reports lately than one household does."""
    asked = select(func.count()).where(
        Complaint.device_hash == device, Complaint.submitted_at > now - COUNTED_FOR
    )
    return (session.scalar(asked) or 0) > MANY_REPORTS
