"""How many complaints each area of a level has: the colours of a map by area."""

from dataclasses import dataclass, replace

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import NotFound
from geo_portal.insights.cells import counted
from geo_portal.insights.classes import class_of, limits
from geo_portal.insights.map import MOST_SCANNED

_KEPT = counted("""
    , of_area AS (
        SELECT split_part(slice, 'area=', 2)::integer AS id, sum(n)::integer AS n
        FROM counted
        WHERE CAST(:lights AS varchar[]) IS NULL OR light = ANY(:lights)
        GROUP BY 1
    )
    SELECT area.code, sum(n)::integer AS n
    FROM of_area JOIN jurisdictions AS area USING (id)
    GROUP BY 1
""")
_WHOLE = {"grid": "whole", "west": 0, "east": 0, "north": 0, "south": 0}


@dataclass(frozen=True)
class AreaCount:
    """One area in force; `class_` counts from 0, -1 for an area without complaints."""

    code: str
    name: str
    count: int
    class_: int


@dataclass(frozen=True)
class AreaCounts:
    """All areas of a level by code; `limits` are the lower limits of the classes.

    `complete` is False when there was too much to look through.
    """

    areas: list[AreaCount]
    limits: list[float]
    complete: bool

    @property
    def total(self) -> int:
        return sum(area.count for area in self.areas)


def count_by_area(
    session: Session, wanted: ComplaintFilter, city: CityFacts, level: str
) -> AreaCounts:
    """Complaints per area of `level`; `wanted` must have been `checked`. Raises `NotFound`.

    Sensitive complaints are counted too: an area is large enough to tell nothing of a place.
    """
    if city.edition is None or level not in {known.code for known in city.levels}:
        raise NotFound("This city has no areas of the level “{level}”.", level=level[:40])
    names = _names(session, city.edition.id, level)
    found, complete = _counts(session, wanted, level)
    lower = limits([found.get(code, 0) for code in names])
    areas = [
        AreaCount(code, name, found.get(code, 0), class_of(found.get(code, 0), lower))
        for code, name in names.items()
    ]
    return AreaCounts(areas, lower, complete)


def _names(session: Session, edition_id: int, level: str) -> dict[str, str]:
    rows = session.execute(
        select(Jurisdiction.code, Jurisdiction.name)
        .where(Jurisdiction.edition_id == edition_id, Jurisdiction.level == level)
        .order_by(Jurisdiction.code)
    )
    return {row.code: row.name for row in rows}


def _counts(session: Session, wanted: ComplaintFilter, level: str) -> tuple[dict[str, int], bool]:
    # An area of an earlier edition is the same area under the same code.
    ids = session.scalars(select(Jurisdiction.id).where(Jurisdiction.level == level)).all()
    kept_for = _kept_for(wanted)
    if kept_for is None:
        return _looked_for(session, wanted, level)
    slices = [f"{kept_for}area={area_id}" for area_id in ids]
    asked = _WHOLE | {"slices": slices, "lights": list(wanted.lights) or None}
    return {row.code: row.n for row in session.execute(_KEPT, asked)}, True


def _kept_for(wanted: ComplaintFilter) -> str | None:
    """The beginning of the slices that are exactly the filter, per area; None for none."""
    if len(wanted.departments) > 1 or replace(wanted, departments=(), lights=()) != _EVERYTHING:
        return None
    return "".join(f"department={code} " for code in wanted.departments)


_EVERYTHING = ComplaintFilter()


def _looked_for(
    session: Session, wanted: ComplaintFilter, level: str
) -> tuple[dict[str, int], bool]:
    """The same by looking at complaints, at most `MOST_SCANNED` of them."""
    looked_at = (
        select(Complaint.jurisdiction_ids)
        .where(*wanted.conditions())
        .limit(MOST_SCANNED)
        .cte("looked_at")
    )
    alike = (
        select(looked_at.c.jurisdiction_ids, func.count().label("n"))
        .group_by(looked_at.c.jurisdiction_ids)
        .cte("alike")
    )
    inside = func.unnest(alike.c.jurisdiction_ids).table_valued("area_id").render_derived()
    seen = select(func.sum(alike.c.n)).scalar_subquery()
    rows = session.execute(
        select(Jurisdiction.code, func.sum(alike.c.n).label("n"), seen.label("seen"))
        .select_from(alike)
        .join(inside, true())
        .join(Jurisdiction, Jurisdiction.id == inside.c.area_id)
        .where(Jurisdiction.level == level)
        .group_by(Jurisdiction.code)
    ).all()
    complete = all(row.seen < MOST_SCANNED for row in rows)
    return {row.code: int(row.n) for row in rows}, complete
