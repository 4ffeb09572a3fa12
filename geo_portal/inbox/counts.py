"""How much lies in each pile of a queue: counted up to a hundred, so that it costs the same."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.tables import Complaint
from geo_portal.database import AnySelect
from geo_portal.inbox.filters import PILES, QueueFilter
from geo_portal.inbox.queue import walk
from geo_portal.inbox.reach import Branch, branches, may_work_on, true_of

MOST = 99
# Who has what is counted among so many of the most urgent: there is no index on nobody.
LOOKED_THROUGH = 400


@dataclass(frozen=True)
class Count:
    """So many, or `more` than that."""

    number: int
    more: bool = False


@dataclass(frozen=True)
class Counts:
    """What lies in each pile, and whose it is."""

    piles: dict[str, Count]
    holders: dict[str, Count]


def counts(session: Session, city: CityFacts, who: Person, now: datetime) -> Counts:
    """The person's piles as they stand; `to_sort` only for those who sort the city's reports."""
    held = _apart(branches(session, city, who))
    if not held:
        return Counts({}, {})
    piles = [name for name in PILES if name != "to_sort" or sorts(city, who)]
    every = QueueFilter()
    columns = {f"pile_{name}": _many(held, replace(every, pile=name), who, now) for name in piles}
    columns["mine"] = _mine(held, who, now)
    asked = select(*(column.label(name) for name, column in columns.items()))
    row = session.execute(asked).mappings().one()
    looked = _looked_through(session, held, who, now)
    return Counts(
        {name: _count(row[f"pile_{name}"]) for name in piles},
        {"": _count(row["pile_"]), "mine": _count(row["mine"]), **looked},
    )


def sorts(city: CityFacts, who: Person) -> bool:
    """Whether reports that nobody could route come to this person."""
    return who.looks_after_everything or city.triage_department in who.departments


def _count(number: int) -> Count:
    return Count(min(number, MOST), number > MOST)


Apart = list[tuple[Branch, list[ColumnElement[bool]]]]


def _apart(held: list[Branch]) -> Apart:
    """Each branch without what an earlier one holds already, so that nothing counts twice."""
    return [
        (branch, [true_of(earlier).is_not(true()) for earlier in held[:number]])
        for number, branch in enumerate(held)
    ]


def _rows(held: Apart, conditions: list[ColumnElement[bool]], most: int) -> AnySelect:
    open_ones = [Complaint.closed_at.is_(None), *conditions]
    read = [walk(branch, [*open_ones, *apart], most) for branch, apart in held]
    every = union_all(*read).subquery()
    return select(every.c.id).limit(most)


def _many(held: Apart, wanted: QueueFilter, who: Person, now: datetime) -> ColumnElement[int]:
    found = _rows(held, wanted.conditions(who, now), MOST + 1).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


def _mine(held: Apart, who: Person, now: datetime) -> ColumnElement[int]:
    conditions = QueueFilter(holder="mine").conditions(who, now)
    seen = may_work_on([branch for branch, _ in held])
    found = select(literal(1)).where(Complaint.closed_at.is_(None), seen, *conditions)
    return select(func.count()).select_from(found.limit(MOST + 1).subquery()).scalar_subquery()


def _looked_through(session: Session, held: Apart, who: Person, now: datetime) -> dict[str, Count]:
    first = _rows(held, QueueFilter().conditions(who, now), LOOKED_THROUGH).subquery()
    whose = {
        name: func.count().filter(and_(*QueueFilter(holder=name).conditions(who, now)[:2]))
        for name in ("unassigned", "team")
    }
    asked = select(func.count(), *whose.values()).select_from(Complaint)
    row = session.execute(asked.join(first, first.c.id == Complaint.id)).one()
    seen, unassigned, team = (int(number) for number in row)
    more = seen == LOOKED_THROUGH
    return {
        name: Count(min(number, MOST), number > MOST or more)
        for name, number in (("unassigned", unassigned), ("team", team))
    }
