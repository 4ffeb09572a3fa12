"""Who works for a department or office: whom a case can be given to, whom the ladder tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.tables import Account, Posting
from geo_portal.database import AnySelect


@dataclass(frozen=True)
class Colleague:
    """A member of staff as colleagues see them; `role` is officer or head."""

    id: int
    name: str
    email: str | None
    language: str
    role: str
    department_code: str | None


def colleagues_of(session: Session, departments: Sequence[str]) -> list[Colleague]:
    """Officers and heads of any of these departments and offices, by name; a person once."""
    return _held(session, Posting.department_code.in_(departments), ("officer", "head"))


def heads_of(session: Session, department: str) -> list[Colleague]:
    """The heads of one department or office, by name."""
    return _held(session, Posting.department_code == department, ("head",))


def city_secretaries(session: Session) -> list[Colleague]:
    """The heads of no one department, who look after the whole city."""
    nowhere = Posting.department_code.is_(None) & Posting.area_code.is_(None)
    return _held(session, nowhere, ("head",))


def staff_of(session: Session, departments: Sequence[str]) -> dict[str, list[Colleague]]:
    """Officers and heads of each of these departments and offices, by name."""
    found: dict[str, list[Colleague]] = {}
    where = Posting.department_code.in_(departments), Posting.role.in_(("officer", "head"))
    for row in session.execute(_postings().where(*where)):
        found.setdefault(row.department_code, []).append(Colleague(*row))
    return found


def staff_with(session: Session, numbers: Sequence[int]) -> dict[int, Colleague]:
    """Members of staff by their number; those who have left are not there."""
    rows = session.execute(_postings().where(Account.id.in_(numbers)))
    return {row.id: Colleague(*row) for row in rows}


def _held(session: Session, where: object, roles: Sequence[str]) -> list[Colleague]:
    rows = session.execute(_postings().where(where, Posting.role.in_(roles)))  # type: ignore[arg-type]
    return list({row.id: Colleague(*row) for row in rows}.values())


def _postings() -> AnySelect:
    return (
        select(
            Account.id,
            Account.name,
            Account.email,
            Account.language,
            Posting.role,
            Posting.department_code,
        )
        .join(Posting, Posting.person_id == Account.id)
        .where(Account.active)
        .order_by(Account.name, Account.id)
    )
