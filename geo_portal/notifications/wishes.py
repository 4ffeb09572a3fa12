"""How and when a person wants to hear: rhythm, quiet hours, an end to all mail by one click."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.secret import sealed, unsealed
from geo_portal.errors import Invalid, NotFound
from geo_portal.notifications.tables import AT_ONCE, DAILY, RHYTHMS, MailAddress, MessageWishes
from geo_portal.settings import settings

# The hour of the city's day at which summaries are written; the weekly one on Mondays.
DIGEST_HOUR = 8


@dataclass(frozen=True)
class Wishes:
    """How and when; quiet hours as whole hours of the city's day, both or neither."""

    rhythm: str = AT_ONCE
    by_mail: bool = True
    quiet_from: int | None = None
    quiet_until: int | None = None

    def not_before(self, now: datetime, zone: tzinfo) -> datetime:
        """`now`, or the end of the quiet hours that it lies in."""
        if self.quiet_from is None or self.quiet_until is None:
            return now
        local = now.astimezone(zone)
        hours = (local.hour - self.quiet_from) % 24
        if hours >= (self.quiet_until - self.quiet_from) % 24:
            return now
        ends = datetime.combine(local.date(), time(self.quiet_until), zone)
        return (ends if ends > local else ends + timedelta(days=1)).astimezone(now.tzinfo)


def wishes_of(session: Session, people: Collection[int]) -> dict[int, Wishes]:
    """The wishes of those who have said any."""
    rows = session.scalars(select(MessageWishes).where(MessageWishes.person_id.in_(people)))
    return {
        row.person_id: Wishes(row.rhythm, row.by_mail, row.quiet_from, row.quiet_until)
        for row in rows
    }


def wish(session: Session, person: Person, wanted: Wishes, now: datetime, zone: tzinfo) -> None:
    """Write a person's wishes down; raises `Invalid` for what is no hour or rhythm."""
    hours = (wanted.quiet_from, wanted.quiet_until)
    if any(hour is not None and not 0 <= hour <= 23 for hour in hours) or (
        (hours[0] is None) != (hours[1] is None)
    ):
        raise Invalid("Quiet hours need a beginning and an end.", field="quiet_from")
    if wanted.rhythm not in RHYTHMS:
        raise Invalid("Please choose how often you want to hear.", field="rhythm")
    due = None if wanted.rhythm == AT_ONCE else next_digest(wanted.rhythm, now, zone)
    values = vars(wanted) | {"digest_at": due}
    written = insert(MessageWishes).values(person_id=person.id, **values)
    session.execute(written.on_conflict_do_update(index_elements=["person_id"], set_=values))


def next_digest(rhythm: str, now: datetime, zone: tzinfo) -> datetime:
    """The next eight o'clock in the morning of the city's day; weekly on a Monday."""
    local = now.astimezone(zone)
    due = datetime.combine(local.date(), time(DIGEST_HOUR), zone)
    while due <= local or (rhythm != DAILY and due.weekday() != 0):
        due = datetime.combine(due.date() + timedelta(days=1), time(DIGEST_HOUR), zone)
    return due.astimezone(now.tzinfo)


def stop_link(address: str) -> str:
    """The address that ends all mail about reports to an e-mail address, for itself alone."""
    return f"{settings().public_url.rstrip('/')}/messages/stop/{sealed(address.lower())}"


def address_behind(token: str) -> str:
    """The e-mail address that a link to stop was made for; raises `NotFound`."""
    address = unsealed(token)
    if address is None or "@" not in address:
        raise NotFound("This link is not complete. Copy all of it from the message.")
    return address


def stop(session: Session, address: str, now: datetime) -> None:
    """Write no more about reports to this address; codes to sign in still come when asked for."""
    _know(session, address, stopped_at=now)


def go_on(session: Session, address: str) -> None:
    """Write again."""
    _know(session, address, stopped_at=None, bounced_at=None, reason=None)


def bounced(session: Session, address: str, why: str, now: datetime) -> None:
    """Remember that mail to this address came back."""
    _know(session, address, bounced_at=now, reason=why[:300])


def known_of(session: Session, addresses: Collection[str]) -> dict[str, MailAddress]:
    """What is known of these addresses; in small letters, as they are the keys."""
    small = [address.lower() for address in addresses]
    rows = session.scalars(select(MailAddress).where(MailAddress.address.in_(small)))
    return {row.address: row for row in rows}


def _know(session: Session, address: str, **what: object) -> None:
    written = insert(MailAddress).values(address=address.lower(), **what)
    session.execute(written.on_conflict_do_update(index_elements=["address"], set_=what))
    session.expire_all()
