"""Counts of complaints per grid cell, kept up to date so that maps never scan complaints."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

_HERE = Path(__file__).parent
_ONE_AT_A_TIME = 8_201_131  # any number, the same for all processes of this portal


def _sql(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_FOLD = text(_sql("fold.sql"))
_DIFFERENCES = _sql("differences.sql")
_COUNT_DIFFERENCES = text(f"SELECT count(*) FROM ({_DIFFERENCES}) AS differences")  # noqa: S608
_MEND = text(f"""
    INSERT INTO cell_counts AS known (slice, grid, x, y, light, sensitive, n, ids, px, py)
    SELECT * FROM ({_DIFFERENCES}) AS differences ORDER BY slice, grid, x, y
    ON CONFLICT (slice, grid, x, y, light, sensitive) DO UPDATE SET
        n = known.n + excluded.n, ids = known.ids + excluded.ids,
        px = known.px + excluded.px, py = known.py + excluded.py
""")  # noqa: S608  Both parts are files of ours.
_PRUNE = text("DELETE FROM cell_counts WHERE n = 0 AND ids = 0 AND px = 0 AND py = 0")
_WAITING = text("SELECT count(*) FROM (SELECT FROM cell_deltas LIMIT :most) AS found")
# Whose changes are not in the counts yet is told by the number of the transaction that noted them.
_STATE = text("""
    SELECT (SELECT version FROM cell_state), count(*), max(xmin::text::bigint)
    FROM (SELECT xmin FROM cell_deltas LIMIT :most) AS found
""")
_TOUCH = text("UPDATE cell_state SET version = gen_random_uuid()")
# Above this the planner's guess matters; autovacuum may not have come by yet.
_MANY = 50_000


def fold(session: Session) -> int:
    """Take the noted changes into the counts; gives how many there were.

    Returns 0 at once when another process is folding. Submissions never wait for it.
    """
    free = session.execute(
        text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME}
    ).scalar_one()
    found = waiting(session, _MANY) if free else 0
    if not found:
        return 0
    _unhurried(session)
    if found == _MANY:
        found = session.execute(text("SELECT count(*) FROM cell_deltas")).scalar_one()
        session.execute(text("ANALYZE cell_deltas"))
    session.execute(_FOLD)
    session.execute(_TOUCH)
    if found >= _MANY:
        session.execute(text("ANALYZE cell_counts"))
    return found


def waiting(session: Session, most: int = 1_000) -> int:
    """How many changes are not in the counts yet; counts no further than `most`."""
    return int(session.execute(_WAITING, {"most": most}).scalar_one())


def state(session: Session, most: int) -> tuple[Any, ...] | None:
    """Something that differs after every change to the counts; None where `most` wait for them."""
    found = session.execute(_STATE, {"most": most}).one()
    return None if found[1] >= most else tuple(found)


def check(session: Session) -> int:
    """In how many cells the counts differ from a plain GROUP BY of all complaints; 0 is right."""
    _unhurried(session)
    return int(session.execute(_COUNT_DIFFERENCES).scalar_one())


def rebuild(session: Session) -> int:
    """Make the counts right whatever happened to them; gives the number of cells mended.

    Only differences are written, in one statement, so submissions go on meanwhile and are
    neither missed nor counted twice.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    _unhurried(session)
    mended = session.connection().execute(_MEND).rowcount
    session.execute(_PRUNE)
    session.execute(_TOUCH)
    session.execute(text("ANALYZE cell_counts"))
    return mended


def _unhurried(session: Session) -> None:
    """The limits of a web request are not for housekeeping; they are back after the transaction."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL max_parallel_workers_per_gather = 2"))
    # Sums over a million complaints are sorted on disk otherwise.
    session.execute(text("SET LOCAL work_mem = '256MB'"))


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
