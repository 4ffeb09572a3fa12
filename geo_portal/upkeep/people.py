"""Who works here, for administrators: taking on, roles, signing out, letting go."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from geo_portal.accounts import links, register
from geo_portal.accounts.people import Membership, Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.accounts.sessions import end_sessions
from geo_portal.accounts.tables import Account, Posting, SignedIn
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Conflict, Invalid, NotFound

SET_UP_LASTS = timedelta(hours=24)


@dataclass(frozen=True)
class Colleague(register.Listed):
    """A member of staff, and when they were last seen."""

    last_seen: datetime | None = None


def colleagues(session: Session, asking: Person) -> list[Colleague]:
    """Everybody who works for the city or did, by name."""
    require(asking, Operation.MANAGE_PEOPLE)
    latest = select(SignedIn.person_id, func.max(SignedIn.last_seen_at))
    rows = session.execute(latest.group_by(SignedIn.person_id))
    seen = {row[0]: row[1] for row in rows}
    return [Colleague(**vars(one), last_seen=seen.get(one.id)) for one in register.staff(session)]


def colleague(session: Session, asking: Person, person_id: int) -> Colleague:
    """One of them; raises `NotFound`."""
    found = [one for one in colleagues(session, asking) if one.id == person_id]
    if not found:
        raise NotFound("Nobody of the staff has this number.")
    return found[0]


def hire(
    session: Session,
    city: CityFacts,
    asking: Person,
    email: str,
    name: str,
    held: Membership,
    now: datetime,
) -> str:
    """Take somebody on, or give a known person one more role; the link that sets the account up.

    Raises `Invalid` for an address, role, department or area that cannot be.
    """
    require(asking, Operation.MANAGE_PEOPLE)
    contact = links.read_contact(email)
    plain = " ".join(name.split())
    if len(plain) > register.LONGEST_NAME or not plain.isprintable():
        raise Invalid(
            "A name has 1 to {longest} characters.", field="name", longest=register.LONGEST_NAME
        )
    person_id = register.take_on(
        session, city, now, email=contact, name=plain or None, memberships=(held,)
    )
    return links.make_link(session, contact, person_id, now, purpose="set_up", lasts=SET_UP_LASTS)


def add_role(
    session: Session,
    city: CityFacts,
    asking: Person,
    person_id: int,
    held: Membership,
    now: datetime,
) -> None:
    """Give a member of staff one more role; the same again changes nothing."""
    found = colleague(session, asking, person_id)
    register.take_on(session, city, now, email=found.email, name=None, memberships=(held,))


def end_role(session: Session, asking: Person, person_id: int, held: Membership) -> None:
    """Take a role away; raises `NotFound` where it is not held, and `Conflict` for the last hold.

    The last administrator stays one: nobody could make another.
    """
    require(asking, Operation.MANAGE_PEOPLE)
    _keep_an_administrator(session, person_id, (held,))
    level, code = held.area or (None, None)
    ended = delete(Posting).where(
        Posting.person_id == person_id,
        Posting.role == held.role,
        Posting.department_code.is_not_distinct_from(held.department_code),
        Posting.area_level.is_not_distinct_from(level),
        Posting.area_code.is_not_distinct_from(code),
    )
    if session.scalar(ended.returning(Posting.id)) is None:
        raise NotFound("This role is not held any more.")


def sign_out(session: Session, asking: Person, person_id: int, now: datetime) -> None:
    """End every sign-in of a member of staff, on all devices."""
    found = colleague(session, asking, person_id)
    end_sessions(session, found.id, now)


def new_link(session: Session, asking: Person, person_id: int, now: datetime) -> str:
    """A fresh link for who lost password and phone; both must be set up again."""
    found = colleague(session, asking, person_id)
    register.start_over(session, found.email, now)
    return links.make_link(
        session, found.email, found.id, now, purpose="set_up", lasts=SET_UP_LASTS
    )


def let_go(session: Session, asking: Person, person_id: int, now: datetime) -> None:
    """Close an account: its roles end and it is signed out everywhere. Not one's own."""
    found = colleague(session, asking, person_id)
    if found.id == asking.id:
        raise Conflict("You cannot close your own account. Ask another administrator.")
    _keep_an_administrator(session, person_id, found.memberships)
    register.deactivate(session, found.email, now)


def _keep_an_administrator(session: Session, person_id: int, ended: tuple[Membership, ...]) -> None:
    if not any(one.role == "administrator" for one in ended):
        return
    # Two administrators who let each other go at the same moment must not both succeed.
    others = session.scalars(
        select(Posting.id)
        .join(Account, Account.id == Posting.person_id)
        .where(Posting.role == "administrator", Posting.person_id != person_id, Account.active)
        .with_for_update()
    )
    if others.first() is None:
        raise Conflict("This is the last administrator. Make somebody else one first.")
