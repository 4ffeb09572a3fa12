"""Counts of complaints per day, department, kind and area, kept up to date for dashboards."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

_HERE = Path(__file__).parent
_ONE_AT_A_TIME = 8_201_132  # any number, the same for all processes of this portal


def _sql(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_FOLD = text(_sql("day_fold.sql"))
_DIFFERENCES = _sql("day_differences.sql")
_COUNT_DIFFERENCES = text(f"SELECT count(*) FROM ({_DIFFERENCES}) AS differences")  # noqa: S608
_MEND = text(f"""
    INSERT INTO day_counts AS known
        (department_code, kind, day, office_code, category_code, jurisdiction_ids, n)
    SELECT * FROM ({_DIFFERENCES}) AS differences ORDER BY department_code, kind, day
    ON CONFLICT (department_code, kind, day, office_code, category_code, jurisdiction_ids)
    DO UPDATE SET n = known.n + excluded.n
""")  # noqa: S608  Both parts are files of ours.
_PRUNE = text("DELETE FROM day_counts WHERE n = 0")
# Above this the planner's guess matters; autovacuum may not have come by yet.
_MANY = 50_000

# The kept counts and, beside them, what has changed since they were last brought up to date.
COUNTED = """
    SELECT department_code, kind, day, office_code, category_code, jurisdiction_ids, n
    FROM day_counts
    UNION ALL
    SELECT coalesce(department_code, ''), kind, day, coalesce(office_code, ''),
           coalesce(category_code, ''), jurisdiction_ids, sign
    FROM day_deltas
    CROSS JOIN LATERAL day_kinds(received_on, closed_on, is_done, due_on) AS counts_for
"""


def fold(session: Session) -> int:
    """Take the noted changes into the counts; gives how many there were.

    Returns 0 at once when another process is folding. Submissions never wait for it.
    """
    free = session.execute(
        text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME}
    ).scalar_one()
    found = session.scalar(text("SELECT count(*) FROM day_deltas")) if free else 0
    if not found:
        return 0
    _unhurried(session)
    if found >= _MANY:
        session.execute(text("ANALYZE day_deltas"))
    session.execute(_FOLD)
    if found >= _MANY:
        session.execute(text("ANALYZE day_counts"))
    return int(found)


def prune(session: Session) -> None:
    """Drop the counts of what is over: nothing is open any more under an old due day."""
    session.execute(_PRUNE)


def check(session: Session) -> int:
    """How many counts differ from a plain GROUP BY of all complaints; 0 is right."""
    _unhurried(session)
    return int(session.execute(_COUNT_DIFFERENCES).scalar_one())


def rebuild(session: Session) -> int:
    """Make the counts right whatever happened to them; gives the number of counts mended.

    Only differences are written, in one statement, so submissions go on meanwhile and are
    neither missed nor counted twice.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    _unhurried(session)
    mended = session.connection().execute(_MEND).rowcount
    session.execute(_PRUNE)
    session.execute(text("ANALYZE day_counts"))
    return mended


def _unhurried(session: Session) -> None:
    """The limits of a web request are not for housekeeping; they are back after the transaction."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL work_mem = '256MB'"))
