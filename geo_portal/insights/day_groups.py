"""The kinds, offices and areas that reports have in common, by the numbers that records know."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session

# A department, an office, a kind, and the areas around the place.
Group = tuple[str | None, str | None, str | None, tuple[int, ...]]

# A number is given once and never taken back, so that what is known stays true.
_NEW = text("""
    SELECT id, department_code, office_code, category_code, jurisdiction_ids
    FROM day_groups WHERE id > :known ORDER BY id
""")


@dataclass
class Known:
    """`groups` in the order of their numbers; `place` finds a number's place among them."""

    groups: list[Group] = field(default_factory=list)
    place: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, dtype=np.int64))


_known: dict[str, Known] = {}
_one_at_a_time = Lock()


def known(session: Session) -> Known:
    """All groups; those that are new since the last time are read."""
    url = str(session.get_bind().engine.url)
    before = _known.get(url, Known())
    rows = session.execute(_NEW, {"known": before.place.size - 1}).all()
    if not rows:
        return before
    place = np.zeros(rows[-1].id + 1, dtype=np.int64)
    place[: before.place.size] = before.place
    place[[row.id for row in rows]] = len(before.groups) + np.arange(len(rows))
    found = Known([*before.groups, *(group(row[1:]) for row in rows)], place)
    with _one_at_a_time:
        _known[url] = found
    return found


def group(codes: Sequence[object]) -> Group:
    """The same from what is stored, where an empty word is nothing."""
    department, office, category, areas = codes
    return (
        str(department) if department else None,
        str(office) if office else None,
        str(category) if category else None,
        tuple(areas),  # type: ignore[arg-type]
    )
