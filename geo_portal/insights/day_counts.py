"""Counts of complaints per day, department, kind and area, kept up to date for dashboards."""

from datetime import date, timedelta
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

KEPT = """
    SELECT department_code, kind, day, office_code, category_code, jurisdiction_ids, n
    FROM day_counts
"""
# What has changed since the counts were last brought up to date; few at any time.
CHANGED = """
    SELECT coalesce(department_code, '') AS department_code, kind, day,
           coalesce(office_code, '') AS office_code, coalesce(category_code, '') AS category_code,
           jurisdiction_ids, sign AS n
    FROM day_deltas
    CROSS JOIN LATERAL day_kinds(received_on, closed_on, is_done, due_on) AS counts_for
"""
COUNTED = f"{KEPT} UNION ALL {CHANGED}"
_TOUCH = text("UPDATE day_state SET version = gen_random_uuid()")
_FORGET_DAYS = text("""
    WITH passed AS (
        DELETE FROM day_counts
        WHERE kind = 'open' AND day < :horizon AND day > '-infinity' RETURNING *
    )
    INSERT INTO day_counts AS known
        (department_code, kind, day, office_code, category_code, jurisdiction_ids, n)
    SELECT department_code, kind, date '-infinity', office_code, category_code, jurisdiction_ids,
           sum(n)
    FROM passed GROUP BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (department_code, kind, day, office_code, category_code, jurisdiction_ids)
    DO UPDATE SET n = known.n + excluded.n
""")


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
    session.execute(_TOUCH)
    if found >= _MANY:
        session.execute(text("ANALYZE day_counts"))
    return int(found)


def tidy(session: Session, today: date) -> None:
    """Count together what was due before yesterday, and drop counts that have come to nothing.

    Without it every open report of a large city would keep a count of its own for ever.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    _unhurried(session)
    horizon = {"horizon": today - timedelta(days=1)}
    session.execute(_FORGET_DAYS, horizon)
    session.execute(_PRUNE)
    session.execute(
        text(
            "UPDATE day_state SET horizon = greatest(horizon, :horizon),"
            " version = gen_random_uuid()"
        ),
        horizon,
    )


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
    session.execute(_TOUCH)
    session.execute(text("ANALYZE day_counts"))
    return mended


def _unhurried(session: Session) -> None:
    """The limits of a web request are not for housekeeping; they are back after the transaction."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL work_mem = '256MB'"))
