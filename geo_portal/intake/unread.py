"""What arrived and could not be used, for those who run the portal."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.intake.tables import Received

SHOWN = 100


@dataclass(frozen=True)
class Unread:
    """A message that nobody could make sense of; `excerpt` is its beginning."""

    channel: str
    sender: str
    at: datetime
    problem: str
    excerpt: str


def unread(session: Session, who: Person) -> list[Unread]:
    """The newest that had something wrong with them; raises `NotAllowed`."""
    require(who, Operation.SEE_DEAD_LETTERS)
    rows = session.scalars(
        select(Received)
        .where(Received.problem.is_not(None))
        .order_by(Received.id.desc())
        .limit(SHOWN)
    )
    return [Unread(one.channel, one.sender, one.at, one.problem or "", one.excerpt) for one in rows]
