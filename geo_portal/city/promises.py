"""What the city promises for a kind of complaint, and where one office or area does otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.clock_tables import OwnDeadline


@dataclass(frozen=True)
class Promise:
    """First answer and fix within so long; without `fix_within` only an answer is promised.

    With `working_time` both are counted in working days and hours.
    """

    respond_within: timedelta
    fix_within: timedelta | None
    working_time: bool


@dataclass(frozen=True)
class OwnPromise:
    """A line of deadlines.csv: for whom it holds, and what differs there; None is any, or as usual.

    `category` may be a whole group, like `road.*`.
    """

    category: str | None
    department: str | None
    area: tuple[str, str] | None
    respond_within: timedelta | None
    fix_within: timedelta | None
    working_time: bool | None

    def in_place_of(self, usual: Promise) -> Promise:
        """The promise of this line; what it leaves open is as usual."""
        return Promise(
            self.respond_within or usual.respond_within,
            self.fix_within or usual.fix_within,
            usual.working_time if self.working_time is None else self.working_time,
        )


def most_specific(
    own: Sequence[OwnPromise],
    category: str,
    owners: Sequence[str | None],
    areas: Sequence[tuple[str, str]],
) -> OwnPromise | None:
    """The line that holds for a complaint; None where the category's own promise does.

    `owners` are its department and then its office, `areas` (level, code) coarse to fine. A line
    holds when everything it names fits. Of several the one that names the office wins over the
    department's, that over one that names neither; then the finer area; then the single category
    over its group, and that over all; then the earlier line.
    """
    found = [(_rank(one, category, owners, areas), -n, one) for n, one in enumerate(own)]
    holding = [(rank, n, one) for rank, n, one in found if rank is not None]
    return max(holding, key=lambda each: each[:2])[2] if holding else None


def _rank(
    one: OwnPromise,
    category: str,
    owners: Sequence[str | None],
    areas: Sequence[tuple[str, str]],
) -> tuple[int, int, int] | None:
    """How closely a line names the complaint: owner, area, category; None when it does not."""
    fits = (
        one.department in (None, *owners)
        and (one.area is None or one.area in areas)
        and covers(one.category, category)
    )
    if not fits:
        return None
    return (
        1 + list(owners).index(one.department) if one.department else 0,
        1 + list(areas).index(one.area) if one.area else 0,
        0 if one.category is None else 1 if one.category.endswith(".*") else 2,
    )


def covers(pattern: str | None, category: str) -> bool:
    """Whether `road.*` or `road.pothole` speaks of this category; None speaks of all."""
    if pattern is None or pattern == category:
        return True
    return pattern.endswith(".*") and category.startswith(pattern[:-1])


def own_promises_of(session: Session) -> tuple[OwnPromise, ...]:
    """The lines of the loaded city, in their order."""
    return tuple(
        OwnPromise(
            category=row.category_code,
            department=row.department_code,
            area=(row.area_level, row.area_code) if row.area_level and row.area_code else None,
            respond_within=row.respond_within,
            fix_within=row.fix_within,
            working_time=row.working_time,
        )
        for row in session.scalars(select(OwnDeadline).order_by(OwnDeadline.id))
    )
