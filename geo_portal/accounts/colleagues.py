"""Who works for a department or office: whom a case can be given to, whom the ladder tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.tables import Account, Posting


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


def _held(session: Session, where: object, roles: Sequence[str]) -> list[Colleague]:
    rows = session.execute(
        select(
            Account.id,
            Account.name,
            Account.email,
            Account.language,
            Posting.role,
            Posting.department_code,
        )
        .join(Posting, Posting.person_id == Account.id)
        .where(where, Posting.role.in_(roles), Account.active)  # type: ignore[arg-type]
        .order_by(Account.name, Account.id)
    )
    return list({row.id: Colleague(*row) for row in rows}.values())
