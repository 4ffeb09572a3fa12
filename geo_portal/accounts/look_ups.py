"""Keeps who of the staff looked for which caller: looking somebody up leaves a trace."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.accounts.secret import digest
from geo_portal.accounts.tables import LookUp

MOST_LISTED = 200


def note_look_up(
    session: Session, person: Person, sought_by: str, sought: str, found: int, now: datetime
) -> None:
    """Write down that `person` looked for `sought` by `code` or `contact` and found so many.

    Only a digest of what was sought is kept.
    """
    session.execute(
        insert(LookUp).values(
            at=now,
            person_id=person.id,
            sought_by=sought_by,
            sought=digest("look-up", sought),
            found=found,
        )
    )


def look_ups(session: Session, asking: Person) -> list[LookUp]:
    """The latest look-ups, newest first, for who manages people."""
    require(asking, Operation.MANAGE_PEOPLE)
    return list(session.scalars(select(LookUp).order_by(LookUp.id.desc()).limit(MOST_LISTED)))
