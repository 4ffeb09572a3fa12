"""How much lies in each pile of a queue: counted up to a hundred, so that it costs the same."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.inbox.filters import AT_RISK
from geo_portal.inbox.reach import Branch, branches

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
    held = branches(session, city, who)
    if not held:
        return Counts({}, {})
    piles = tuple(name for name in _PILES if name != "to_sort" or sorts(city, who))
    asked = _statement(tuple(_shape(branch) for branch in held), piles)
    given: dict[str, Any] = {"now": now, "soon": now + AT_RISK, "who": who.id}
    for number, branch in enumerate(held):
        given[f"codes_{number}"] = list(branch.codes or ())
        given[f"ids_{number}"] = list(branch.area_ids or ())
    row = session.execute(asked, given).mappings().one()
    whole = row["looked"] < LOOKED_THROUGH
    return Counts(
        {name: _count(row[f"pile_{name}"]) for name in piles},
        {
            "": _count(row["pile_"]),
            "mine": _count(row["mine"]),
            "unassigned": _count(row["unassigned"], whole=whole),
            "team": _count(row["team"], whole=whole),
        },
    )


def sorts(city: CityFacts, who: Person) -> bool:
    """Whether reports that nobody could route come to this person."""
    return who.looks_after_everything or city.triage_department in who.departments


def _count(number: int, *, whole: bool = True) -> Count:
    return Count(min(number, MOST), number > MOST or not whole)


# The same as `QueueFilter.conditions`, spelt out: building it anew would cost more than asking.
_AWAKE = "paused_at IS NULL AND (snoozed_until IS NULL OR snoozed_until <= :now)"
_PILES = {
    "": _AWAKE,
    "overdue": f"{_AWAKE} AND due_at < :now",
    "at_risk": f"{_AWAKE} AND due_at >= :now AND due_at < :soon",
    "to_sort": f"{_AWAKE} AND status = 'submitted'",
    "reopened": f"{_AWAKE} AND status = 'reopened'",
    "waiting": "paused_at IS NOT NULL",
    "snoozed": "paused_at IS NULL AND snoozed_until > :now",
}

# A branch without its values: its column, whether it has codes, whether it has areas.
Shape = tuple[str, bool, bool]


def _shape(branch: Branch) -> Shape:
    return branch.column.key, branch.codes is not None, branch.area_ids is not None


@cache
def _statement(shapes: tuple[Shape, ...], piles: tuple[str, ...]) -> TextClause:
    """One statement for all counts; each walks along an index and stops at the limit.

    It is put together from fragments that stand in this file; every value is a parameter.
    """
    columns = [
        f"(SELECT count(*) FROM ({_walks(shapes, _PILES[name], MOST + 1)}) AS piled)"  # noqa: S608
        f' AS "pile_{name}"'
        for name in piles
    ]
    owned = " OR ".join(_is_of(number, shape) for number, shape in enumerate(shapes))
    mine = f"closed_at IS NULL AND assignee_id = :who AND {_AWAKE} AND ({owned})"
    columns.append(
        "(SELECT count(*) FROM"  # noqa: S608
        f" (SELECT FROM complaints WHERE {mine} LIMIT {MOST + 1}) AS piled) AS mine"
    )
    return text(
        f"WITH looked AS ({_walks(shapes, _AWAKE, LOOKED_THROUGH)})"  # noqa: S608
        f" SELECT {', '.join(columns)}, count(*) AS looked,"
        " count(*) FILTER (WHERE assignee_id IS NULL AND team IS NULL) AS unassigned,"
        " count(*) FILTER (WHERE assignee_id IS NULL AND team IS NOT NULL) AS team"
        " FROM looked JOIN complaints USING (id)"
    )


def _walks(shapes: tuple[Shape, ...], condition: str, most: int) -> str:
    walks = [_walk(shapes, number, condition, most) for number in range(len(shapes))]
    return f"{' UNION ALL '.join(walks)} LIMIT {most}"


def _walk(shapes: tuple[Shape, ...], number: int, condition: str, most: int) -> str:
    """The first of each code of a branch by due date, without what an earlier branch has."""
    column, has_codes, has_areas = shapes[number]
    wanted = ["closed_at IS NULL", condition]
    wanted += [f"({_is_of(other, shapes[other])}) IS NOT TRUE" for other in range(number)]
    if has_areas:
        wanted.append(f"jurisdiction_ids && CAST(:ids_{number} AS integer[])")
    wanted.append(f"{column} = held.code" if has_codes else f"{column} IS NULL")
    codes = f"unnest(CAST(:codes_{number} AS text[]))" if has_codes else "(VALUES (1))"
    return (
        f"(SELECT found.id FROM {codes} AS held (code), LATERAL (SELECT id FROM complaints"  # noqa: S608
        f" WHERE {' AND '.join(wanted)} ORDER BY due_at, id LIMIT {most}) AS found)"
    )


def _is_of(number: int, shape: Shape) -> str:
    """Whether a complaint belongs to a branch."""
    column, has_codes, has_areas = shape
    owner = f"{column} = ANY (:codes_{number})" if has_codes else f"{column} IS NULL"
    if not has_areas:
        return owner
    return f"({owner} AND jurisdiction_ids && CAST(:ids_{number} AS integer[]))"
