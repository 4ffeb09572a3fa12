"""Counts of complaints per grid cell, kept up to date so that maps never scan complaints."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from geo_portal.insights.kept_counts import KeptCounts

_HERE = Path(__file__).parent


def _sql(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_DIFFERENCES = _sql("differences.sql")
_COUNTS = KeptCounts(
    name="cell",
    lock=8_201_131,
    fold_in=text(_sql("fold.sql")),
    count_differences=text(f"SELECT count(*) FROM ({_DIFFERENCES}) AS differences"),  # noqa: S608
    mend=text(f"""
        INSERT INTO cell_counts AS known (slice, grid, x, y, light, sensitive, n, ids, px, py)
        SELECT * FROM ({_DIFFERENCES}) AS differences ORDER BY slice, grid, x, y
        ON CONFLICT (slice, grid, x, y, light, sensitive) DO UPDATE SET
            n = known.n + excluded.n, ids = known.ids + excluded.ids,
            px = known.px + excluded.px, py = known.py + excluded.py
    """),  # noqa: S608  Both parts are files of ours.
    prune=text("DELETE FROM cell_counts WHERE n = 0 AND ids = 0 AND px = 0 AND py = 0"),
    parallel_workers=2,
)
# Whose changes are not in the counts yet is told by the number of the transaction that noted them.
_STATE = text("""
    SELECT (SELECT version FROM cell_state), count(*), max(xmin::text::bigint)
    FROM (SELECT xmin FROM cell_deltas LIMIT :most) AS found
""")

fold = _COUNTS.fold
check = _COUNTS.check
rebuild = _COUNTS.rebuild


def waiting(session: Session, most: int = 1_000) -> int:
    """How many changes are not in the counts yet; counts no further than `most`."""
    return _COUNTS.waiting(session, most)


def state(session: Session, most: int) -> tuple[Any, ...] | None:
    """Something that differs after every change to the counts; None where `most` wait for them."""
    found = session.execute(_STATE, {"most": most}).one()
    return None if found[1] >= most else tuple(found)


@dataclass(frozen=True)
class Rectangle:
    """Cells of one grid, both edges included."""

    grid: str
    west: int
    north: int
    east: int
    south: int

    def holds(self, x: int, y: int) -> bool:
        """Whether a cell of the grid lies in it."""
        return self.west <= x <= self.east and self.north <= y <= self.south


# The kept counts and, beside them, what has changed since they were last brought up to date.
COUNTED = """
    SELECT slice, x, y, light, sensitive, n, ids, px, py FROM cell_counts
    WHERE slice = ANY(:slices) AND grid = :grid
      AND x BETWEEN :west AND :east AND y BETWEEN :north AND :south
    UNION ALL
    SELECT slice, x, y, light, sensitive, sign, sign * id, sign * px::bigint, sign * py::bigint
    FROM cell_deltas
    CROSS JOIN LATERAL cell_slices(
        category_code, department_code, office_code, jurisdiction_ids, day) AS of_slice
    CROSS JOIN LATERAL cell_every(slice, px, py, metres, sensitive) AS cell
    WHERE slice = ANY(:slices) AND grid = :grid
      AND x BETWEEN :west AND :east AND y BETWEEN :north AND :south
"""


def counted(statement: str) -> TextClause:
    """A statement over `counted`: rows of slice, x, y, light, sensitive, n, ids, px and py."""
    return text(f"WITH counted AS ({COUNTED}) {statement}")
