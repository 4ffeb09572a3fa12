"""The register of people: citizens who come by themselves, staff who are taken on and who leave."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session

from geo_portal.accounts.people import ROLES, Membership
from geo_portal.accounts.sessions import end_sessions
from geo_portal.accounts.tables import Account, Posting, RecoveryCode
from geo_portal.accounts.typed_codes import new_letters
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Conflict, Invalid, NotAllowed, NotFound

LONGEST_NAME = 100
# Roles that mean nothing without a department.
NEEDS_DEPARTMENT = ("officer",)


@dataclass(frozen=True)
class Listed:
    """A member of staff as the list shows them."""

    id: int
    name: str
    email: str
    active: bool
    memberships: tuple[Membership, ...]


def person_behind(session: Session, contact: str, now: datetime, language: str) -> int:
    """The number of the person with this e-mail address or telephone number (E.164).

    Somebody new if there was none. Raises `NotAllowed` when the account was closed.
    """
    if "@" in contact:
        session.execute(_new_account(contact, contact.partition("@")[0], now, language))
        theirs = func.lower(Account.email) == contact.lower()
    else:
        session.execute(_new_caller(contact, now, language))
        theirs = Account.phone == contact
    person_id, active = session.execute(select(Account.id, Account.active).where(theirs)).one()
    if not active:
        raise NotAllowed("This account was closed. Please turn to the city's office.")
    return int(person_id)


def _new_account(email: str, name: str, now: datetime, language: str) -> Insert:
    """Does nothing when somebody has this address already."""
    return (
        insert(Account)
        .values(
            name=name[:LONGEST_NAME],
            pseudonym=new_letters(8),
            email=email,
            language=language,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[text("lower(email)")])
    )


def _new_caller(number: str, now: datetime, language: str) -> Insert:
    """Does nothing when somebody has this number. A number is nobody's name: they get another."""
    pseudonym = new_letters(8)
    return (
        insert(Account)
        .values(
            name=pseudonym, pseudonym=pseudonym, phone=number, language=language, created_at=now
        )
        .on_conflict_do_nothing(index_elements=[Account.phone])
    )


def take_on(
    session: Session,
    city: CityFacts,
    now: datetime,
    *,
    email: str,
    name: str | None,
    memberships: tuple[Membership, ...],
) -> int:
    """Give a person, new or known, these roles beside those they have; their number.

    Raises `Invalid` for a role, department or level of area that the city does not have.
    """
    for one in memberships:
        _check(city, one)
    session.execute(_new_account(email, name or email.partition("@")[0], now, city.languages[0]))
    found = func.lower(Account.email) == email.lower()
    values = {"active": True} | ({"name": name} if name else {})
    person_id = session.scalars(
        update(Account).where(found).values(values).returning(Account.id)
    ).one()
    for one in memberships:
        level, code = one.area or (None, None)
        session.execute(
            insert(Posting)
            .values(person_id=person_id, role=one.role, department_code=one.department_code)
            .values(area_level=level, area_code=code)
            .on_conflict_do_nothing(constraint="uq_memberships_held")
        )
    return int(person_id)


def _check(city: CityFacts, wanted: Membership) -> None:
    if wanted.role not in ROLES:
        raise Invalid(
            "There is no role “{role}”. The roles are: {roles}.",
            role=wanted.role,
            roles=", ".join(ROLES),
        )
    if wanted.department_code is None and wanted.role in NEEDS_DEPARTMENT:
        raise Invalid("An officer belongs to a department; name it with --department.")
    department = city.departments.get(wanted.department_code or "")
    if wanted.department_code and (department is None or not department.active):
        raise Invalid("There is no department “{code}”.", code=wanted.department_code)
    levels = [level.code for level in city.levels]
    if wanted.area and wanted.area[0] not in levels:
        raise Invalid(
            "There is no level “{level}”. The levels are: {levels}.",
            level=wanted.area[0],
            levels=", ".join(levels),
        )


def deactivate(session: Session, email: str, now: datetime) -> int:
    """Close an account: its roles end, and it is signed out everywhere; its number.

    Raises `NotFound` for an unknown address and `Conflict` for one that is closed already.
    """
    person_id, active = _found(session, email)
    if not active:
        raise Conflict("The account {email} is closed already.", email=email)
    session.execute(update(Account).where(Account.id == person_id).values(active=False))
    session.execute(delete(Posting).where(Posting.person_id == person_id))
    end_sessions(session, person_id, now)
    return person_id


def start_over(session: Session, email: str, now: datetime) -> int:
    """Forget password and second factor, and sign the person out everywhere; their number.

    Raises `NotFound` for an unknown address and `Conflict` for a closed account.
    """
    person_id, active = _found(session, email)
    if not active:
        raise Conflict("The account {email} is closed already.", email=email)
    session.execute(
        update(Account)
        .where(Account.id == person_id)
        .values(password_hash=None, totp_secret=None, totp_last_step=None)
    )
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    end_sessions(session, person_id, now)
    return person_id


def _found(session: Session, email: str) -> tuple[int, bool]:
    found = func.lower(Account.email) == email.lower()
    row = session.execute(select(Account.id, Account.active).where(found)).one_or_none()
    if row is None:
        raise NotFound("Nobody here has the address {email}.", email=email)
    return row.id, row.active


def rename(session: Session, person_id: int, name: str) -> None:
    """Change what a person is called; raises `Invalid` when there is nothing left of it."""
    wanted = " ".join("".join(sign for sign in name if sign.isprintable()).split())
    if not 0 < len(wanted) <= LONGEST_NAME:
        raise Invalid("A name has 1 to {longest} characters.", field="name", longest=LONGEST_NAME)
    session.execute(update(Account).where(Account.id == person_id).values(name=wanted))


def staff(session: Session) -> list[Listed]:
    """Everybody who works for the city or did, by name."""
    held: dict[int, list[Membership]] = {}
    for row in session.scalars(select(Posting).order_by(Posting.id)):
        area = (row.area_level, row.area_code) if row.area_level and row.area_code else None
        held.setdefault(row.person_id, []).append(Membership(row.role, row.department_code, area))
    people = session.scalars(
        select(Account)
        .where(Account.id.in_(held) | ~Account.active)
        .order_by(Account.name, Account.id)
    )
    return [
        Listed(one.id, one.name, one.email or "", one.active, tuple(held.get(one.id, ())))
        for one in people
    ]
