"""How often something may be tried: by one person, from one network, in the last minutes."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from geo_portal.accounts.secret import digest
from geo_portal.accounts.tables import Attempt
from geo_portal.errors import TooMuch
from geo_portal.translation import N_

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """At most `most` tries of `what` `within` this time; then one has to wait."""

    what: str
    most: int
    within: timedelta


PASSWORD_HERE = Limit("password by a person from a network", 10, timedelta(minutes=5))
PASSWORD_ANYWHERE = Limit("password by a person", 50, timedelta(hours=1))
PASSWORD_NETWORK = Limit("password from a network", 100, timedelta(minutes=5))
SECOND_FACTOR = Limit("second factor", 5, timedelta(minutes=5))
SECOND_FACTOR_DAY = Limit("second factor in a day", 50, timedelta(days=1))
LINKS_TO_CONTACT = Limit("links to a contact", 5, timedelta(minutes=15))
LINKS_FROM_NETWORK = Limit("links from a network", 30, timedelta(minutes=15))
# Every text is paid for, and some are asked for to make a city pay.
TEXTS_TO_NUMBER = Limit("texts to a number", 5, timedelta(hours=1))
TEXTS_FROM_NETWORK = Limit("texts from a network", 10, timedelta(hours=1))
CODES_FROM_NETWORK = Limit("codes from a network", 30, timedelta(minutes=15))


class TooManyAttempts(TooMuch):
    """It was tried too often; `retry_after_s` is when the next try is allowed."""

    def __init__(self, wait: timedelta) -> None:
        self.retry_after_s = max(1, round(wait.total_seconds()))
        super().__init__(
            N_("That was tried too often. Please try again in {minutes} min."),
            minutes=max(1, -(-self.retry_after_s // 60)),
        )


def network(address: str) -> str:
    """Who an address stands for: one IPv4 address, or the /64 that an IPv6 household has."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def refuse_if_too_many(session: Session, now: datetime, *tried: tuple[Limit, str]) -> None:
    """Raise `TooManyAttempts` when a limit is reached for its key.

    Counts what is committed, so requests that arrive at the very same moment may pass together;
    they are never more than the portal has database connections.
    """
    for limit, key in tried:
        counted = select(func.count(), func.min(Attempt.at)).where(
            Attempt.what == limit.what,
            Attempt.key_hash == digest("limit", key),
            Attempt.at > now - limit.within,
        )
        many, first = session.execute(counted).one()
        if many >= limit.most:
            raise TooManyAttempts(first + limit.within - now)


def count_attempt(session: Session, now: datetime, *tried: tuple[Limit, str]) -> None:
    """Remember a try. The caller must not refuse by raising afterwards: that takes it back."""
    session.execute(
        insert(Attempt),
        [{"what": limit.what, "key_hash": digest("limit", key), "at": now} for limit, key in tried],
    )


def forget_old_attempts(session: Session, now: datetime) -> None:
    """Drop what no limit looks at any more."""
    session.execute(delete(Attempt).where(Attempt.at < now - KEPT_FOR))
