"""How people want to be seen by their neighbours and by the offices."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.community.tables import SHOWN_AS, Profile
from geo_portal.errors import Invalid
from geo_portal.settings import settings
from geo_portal.translation import N_

SHOWN_AS_WORDS = {
    "anonymous": N_("Without any name"),
    "pseudonym": N_("With my pseudonym"),
    "name": N_("With my name"),
}


@dataclass(frozen=True)
class Seen:
    """`shown_as` is one of `SHOWN_AS`; offices see the pseudonym unless `name_to_offices`."""

    shown_as: str
    name_to_offices: bool = False


def seen(session: Session, person_id: int) -> Seen:
    """What the person chose, else what the city has set for everybody."""
    asked = select(Profile.shown_as, Profile.name_to_offices).where(Profile.person_id == person_id)
    row = session.execute(asked).one_or_none()
    if row is None:
        return Seen("anonymous" if settings().anonymous_by_default else "pseudonym")
    return Seen(row.shown_as, row.name_to_offices)


def choose(session: Session, person: Person, wanted: Seen, now: datetime) -> None:
    """Keep a choice; what was written earlier stays signed as it was. Raises `Invalid`."""
    if wanted.shown_as not in SHOWN_AS:
        raise Invalid("Please choose how you want to be seen.", field="shown_as")
    told = {
        "shown_as": wanted.shown_as,
        "name_to_offices": wanted.name_to_offices,
        "changed_at": now,
    }
    kept = insert(Profile).values(person_id=person.id, **told)
    session.execute(kept.on_conflict_do_update(index_elements=["person_id"], set_=told))


def signature(session: Session, person: Person | None) -> str | None:
    """What stands beside something that the person writes; None for nothing."""
    if person is None:
        return None
    known = {"pseudonym": person.pseudonym, "name": person.name}
    return known.get(seen(session, person.id).shown_as)


def name_for_offices(session: Session, person: Person) -> str:
    """What an officer reads of a citizen."""
    return person.name if seen(session, person.id).name_to_offices else person.pseudonym
