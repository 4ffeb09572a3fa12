"""How far a person's queue reaches: the departments and areas they are responsible for, as SQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, String, func, literal, or_, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from geo_portal.accounts.people import Membership, Person
from geo_portal.accounts.permissions import PERMISSIONS, Operation
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.find import ids_of_areas
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Invalid

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Branch:
    """Complaints whose `column` is one of `codes` (None: that have none there), in some areas.

    `area_ids` None is everywhere.
    """

    column: Column
    codes: tuple[str, ...] | None
    area_ids: tuple[int, ...] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The branch as conditions on `complaints`."""
        owner = self.column.is_(None) if self.codes is None else self.column.in_(self.codes)
        return [owner, *self.within()]

    def within(self) -> list[ColumnElement[bool]]:
        """The condition on the area alone."""
        if self.area_ids is None:
            return []
        return [Complaint.jurisdiction_ids.overlap(list(self.area_ids))]

    def code_table(self) -> Any:
        """The codes as a table with the column `code`."""
        codes = literal(list(self.codes or ()), ARRAY(String))
        return func.unnest(codes).table_valued("code").render_derived(name="held")


def branches(session: Session, city: CityFacts, who: Person) -> list[Branch]:
    """Where the person's complaints lie: the same as `permissions.covers` says of each.

    Each branch can be read in the order of due dates from one index. Empty for somebody who
    works on no cases.
    """
    every = tuple(sorted(city.departments))
    if who.looks_after_everything:
        return [Branch(Complaint.department_code, every), Branch(Complaint.department_code, None)]
    found: list[Branch] = []
    for area, held in _by_area(who).items():
        ids = None if area is None else _ids(session, area)
        codes = tuple(sorted({one.department_code for one in held if one.department_code}))
        if any(one.department_code is None for one in held):
            found.append(Branch(Complaint.department_code, every, ids))
            found.append(Branch(Complaint.department_code, None, ids))
        elif codes:
            found.append(Branch(Complaint.department_code, codes, ids))
            found.append(Branch(Complaint.office_code, codes, ids))
    return found


def may_work_on(held: list[Branch]) -> ColumnElement[bool]:
    """The branches as one condition, for queries that come by another index."""
    return or_(*(true_of(branch) for branch in held)) if held else ~true()


def true_of(branch: Branch) -> ColumnElement[bool]:
    """One branch as one condition."""
    first, *rest = branch.conditions()
    for condition in rest:
        first &= condition
    return first


def _by_area(who: Person) -> dict[tuple[str, str] | None, list[Membership]]:
    """The memberships that bring cases with them, by area."""
    found: dict[tuple[str, str] | None, list[Membership]] = {}
    for one in who.memberships:
        sees_cases = Operation.SEE_CASE_DETAILS in PERMISSIONS[one.role]
        if sees_cases and (one.department_code or one.role == "head"):
            found.setdefault(one.area, []).append(one)
    return found


def _ids(session: Session, area: tuple[str, str]) -> tuple[int, ...]:
    """An area that the city no longer has contains nothing."""
    try:
        return ids_of_areas(session, (":".join(area),))
    except Invalid:
        return ()
