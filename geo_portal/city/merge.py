"""Making a small table equal to what the pack says, touching only what differs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from geoalchemy2 import WKBElement
from geoalchemy2.shape import to_shape
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from geo_portal.database import Table


@dataclass
class Change:
    """How many rows a load added, altered and took out of use."""

    new: int = 0
    changed: int = 0
    retired: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.retired)

    def __add__(self, other: "Change") -> "Change":
        return Change(
            self.new + other.new,
            self.changed + other.changed,
            self.retired + other.retired,
        )


def merge(session: Session, kind: type[Table], wanted: Iterable[dict[str, Any]]) -> Change:
    """Bring `kind`'s rows to `wanted`, matched by primary key, in the order given.

    A row that is no longer wanted is retired (`active` becomes false) where the table knows
    that, for complaints still point at it; elsewhere it is deleted.
    """
    key = [str(column.key) for column in inspect(kind).primary_key]
    retirable = "active" in inspect(kind).columns
    have = {_key(row, key): row for row in session.scalars(select(kind))}
    change = Change()
    for values in wanted:
        row = have.pop(tuple(values[name] for name in key), None)
        if row is None:
            session.add(kind(**values))
            session.flush()
            change.new += 1
        else:
            change.changed += _update(row, values | ({"active": True} if retirable else {}))
    change.retired = sum(_remove(session, row, retirable) for row in have.values())
    session.flush()
    return change


def _key(row: Table, names: list[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


def _update(row: Table, values: dict[str, Any]) -> bool:
    differing = {name: value for name, value in values.items() if not _same(row, name, value)}
    for name, value in differing.items():
        setattr(row, name, value)
    # Moving up because a line above has gone is no change that anybody made.
    return bool(differing.keys() - {"position"})


def _same(row: Table, name: str, wanted: Any) -> bool:
    have = getattr(row, name)
    if isinstance(have, WKBElement) and isinstance(wanted, WKBElement):
        return bool(to_shape(have).equals_exact(to_shape(wanted), 1e-12))
    return bool(have == wanted)


def _remove(session: Session, row: Any, retirable: bool) -> bool:
    if not retirable:
        session.delete(row)
        return True
    was_active, row.active = row.active, False
    return bool(was_active)
