"""Keys for other programs: what each may do, how often, and what it did."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from geo_portal.accounts.key_tables import ApiKey, KeyUse
from geo_portal.accounts.limits import TooManyAttempts
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.accounts.sessions import token_hash
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Conflict, Invalid, NotAllowed, NotFound
from geo_portal.translation import N_

# What a key can be for, and how the pages say it.
SCOPES = {
    "report": N_("Send reports"),
    "update": N_("Say what became of reports"),
    "events": N_("Read the feed of events and have them sent"),
}
MOST_PER_HOUR = 1_000
LONGEST_NAME = 80
USES_KEPT = timedelta(days=400)
HOUR = timedelta(hours=1)


class NoSuchKey(NotAllowed):
    """No key was shown, or none that works."""


@dataclass(frozen=True)
class Key:
    """A key that was shown and works; `use_id` is the line about this very use."""

    id: int
    name: str
    department_code: str | None
    use_id: int

    def covers(self, department: str | None, office: str | None) -> bool:
        """Whether what belongs there is the key's business."""
        return self.department_code is None or self.department_code in (department, office)


@dataclass(frozen=True)
class ListedKey:
    """A key as lists show it."""

    id: int
    name: str
    beginning: str
    scopes: tuple[str, ...]
    department_code: str | None
    most_per_hour: int
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    uses: int


def add_key(
    session: Session,
    city: CityFacts,
    name: str,
    scopes: tuple[str, ...],
    now: datetime,
    *,
    department: str | None = None,
    most_per_hour: int = MOST_PER_HOUR,
    lasts: timedelta | None = None,
    who: Person | None = None,
) -> str:
    """A new key, which is stored nowhere and cannot be shown again.

    Raises `Invalid` for a scope or department that there is not, `Conflict` for a used name.
    """
    wanted = " ".join(name.split())
    _check(city, wanted, scopes, department, most_per_hour)
    if session.scalar(select(ApiKey.id).where(ApiKey.name == wanted)):
        raise Conflict("There is a key of the name “{name}” already.", field="name", name=wanted)
    token = f"gp_{secrets.token_urlsafe(32)}"
    session.add(
        ApiKey(
            name=wanted,
            token_hash=token_hash(token),
            beginning=token[:8],
            scopes=list(scopes),
            department_code=department,
            most_per_hour=most_per_hour,
            made_at=now,
            made_by=who.id if who else None,
            expires_at=now + lasts if lasts else None,
        )
    )
    session.flush()
    return token


def add_key_as(
    session: Session,
    who: Person | None,
    city: CityFacts,
    name: str,
    scopes: tuple[str, ...],
    now: datetime,
    department: str | None = None,
) -> str:
    """The same for somebody who must be allowed to; raises `NotAllowed`."""
    require(who, Operation.MANAGE_KEYS)
    return add_key(session, city, name, scopes, now, department=department, who=who)


def _check(
    city: CityFacts,
    name: str,
    scopes: tuple[str, ...],
    department: str | None,
    most_per_hour: int,
) -> None:
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(
            "Please give the key a name of 1 to {limit} characters.",
            field="name",
            limit=LONGEST_NAME,
        )
    if not scopes or set(scopes) - set(SCOPES):
        raise Invalid(
            "A key needs at least one of the scopes: {scopes}.",
            field="scopes",
            scopes=", ".join(SCOPES),
        )
    if department is not None and department not in city.departments:
        raise Invalid("There is no department “{code}”.", field="department", code=department)
    if not 0 < most_per_hour <= 1_000_000:
        raise Invalid("A key is used 1 to 1,000,000 times an hour.", field="most_per_hour")


def use_key(session: Session, token: str | None, scope: str, what: str, now: datetime) -> Key:
    """The key behind `token`, with this use of it written down; to be committed at once.

    Raises `NoSuchKey` for an unknown, expired or revoked one and for one without the scope, and
    `TooManyAttempts` for one that was used too often within the hour.
    """
    if not token:
        raise NoSuchKey("An api_key is needed for this. The city gives them out.")
    found = session.scalars(
        select(ApiKey).where(ApiKey.token_hash == token_hash(token)).with_for_update()
    ).one_or_none()
    if found is None or found.revoked_at or (found.expires_at and found.expires_at <= now):
        raise NoSuchKey("This api_key is not known here, or does not work any more.")
    if scope not in found.scopes:
        raise NoSuchKey(
            "This api_key is not meant for this: it lacks the scope “{scope}”.", scope=scope
        )
    _refuse_too_often(session, found, now)
    used = KeyUse(key_id=found.id, at=now, what=what)
    session.add(used)
    session.flush()
    return Key(found.id, found.name, found.department_code, used.id)


def _refuse_too_often(session: Session, key: ApiKey, now: datetime) -> None:
    counted = select(func.count(), func.min(KeyUse.at)).where(
        KeyUse.key_id == key.id, KeyUse.at > now - HOUR
    )
    many, first = session.execute(counted).one()
    if many >= key.most_per_hour:
        raise TooManyAttempts(first + HOUR - now)


def note_use(session: Session, key: Key, about: str) -> None:
    """Write down which report a use was about, in the transaction of the change itself."""
    session.execute(update(KeyUse).where(KeyUse.id == key.use_id).values(about=about))


def list_keys(session: Session) -> list[ListedKey]:
    """All keys, those that work first, then by name."""
    last = select(func.max(KeyUse.at)).where(KeyUse.key_id == ApiKey.id).scalar_subquery()
    uses = select(func.count()).where(KeyUse.key_id == ApiKey.id).scalar_subquery()
    rows = session.execute(
        select(ApiKey, last, uses).order_by(ApiKey.revoked_at.is_not(None), func.lower(ApiKey.name))
    )
    return [
        ListedKey(
            *(key.id, key.name, key.beginning, tuple(key.scopes), key.department_code),
            *(key.most_per_hour, key.made_at, key.expires_at, key.revoked_at, used, many),
        )
        for key, used, many in rows
    ]


def list_keys_for(session: Session, who: Person | None) -> list[ListedKey]:
    """The same for somebody who must be allowed to see them; raises `NotAllowed`."""
    require(who, Operation.MANAGE_KEYS)
    return list_keys(session)


def revoke_key(session: Session, name: str, now: datetime) -> None:
    """The key works no more; raises `NotFound` for a name that no working key has."""
    ended = session.scalar(
        update(ApiKey)
        .where(ApiKey.name == name, ApiKey.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiKey.id)
    )
    if ended is None:
        raise NotFound("There is no working key of the name “{name}”.", name=name[:LONGEST_NAME])


def revoke_key_as(session: Session, who: Person | None, name: str, now: datetime) -> None:
    """The same for somebody who must be allowed to; raises `NotAllowed`."""
    require(who, Operation.MANAGE_KEYS)
    revoke_key(session, name, now)


def forget_old_uses(session: Session, now: datetime) -> None:
    """Drop what was done with keys longer ago than an audit looks back."""
    session.execute(delete(KeyUse).where(KeyUse.at < now - USES_KEPT))
