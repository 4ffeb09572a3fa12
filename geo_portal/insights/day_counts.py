"""Counts of complaints per day, department, kind and area, kept up to date for dashboards."""

from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.insights.kept_counts import KeptCounts

_HERE = Path(__file__).parent


def _sql(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_DIFFERENCES = _sql("day_differences.sql")
COUNTS = KeptCounts(
    name="day",
    lock=8_201_132,
    fold_in=text(_sql("day_fold.sql")),
    count_differences=text(f"SELECT count(*) FROM ({_DIFFERENCES}) AS differences"),  # noqa: S608
    mend=text(f"""
        INSERT INTO day_counts AS known
            (department_code, kind, day, office_code, category_code, jurisdiction_ids, n)
        SELECT * FROM ({_DIFFERENCES}) AS differences ORDER BY department_code, kind, day
        ON CONFLICT (department_code, kind, day, office_code, category_code, jurisdiction_ids)
        DO UPDATE SET n = known.n + excluded.n
    """),  # noqa: S608  Both parts are files of ours.
    prune=text("DELETE FROM day_counts WHERE n = 0"),
)

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


fold = COUNTS.fold
check = COUNTS.check
rebuild = COUNTS.rebuild


def tidy(session: Session, today: date) -> None:
    """Count together what was due before yesterday, and drop counts that have come to nothing.

    Without it every open report of a large city would keep a count of its own for ever.
    """
    COUNTS.alone(session)
    horizon = {"horizon": today - timedelta(days=1)}
    session.execute(_FORGET_DAYS, horizon)
    session.execute(COUNTS.prune)
    session.execute(
        text(
            "UPDATE day_state SET horizon = greatest(horizon, :horizon),"
            " version = gen_random_uuid()"
        ),
        horizon,
    )
