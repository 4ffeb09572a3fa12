"""The sweep for complaints whose time runs out: a million open ones, none or ten thousand due."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import text

from geo_portal.complaints.escalation import escalate_overdue
from geo_portal.database import Database
from tests.benchmarks.scratch import execute, opened, scratch_city
from tests.benchmarks.table import Row

CITY = Path(__file__).parent.parent.parent / "boundaries" / "pulau-contoh"
NOW = datetime(2026, 6, 30, tzinfo=UTC)
OPEN, DUE = 1_000_000, 10_000
TURNS = 20

# Filed within the last five days; their next step comes within the next thirty.
_FILE = f"""
    INSERT INTO complaints (code, description, language, point, edition_id, jurisdiction_ids,
        category_code, department_code, status, submitted_at, respond_by, due_at, promised,
        working_time, escalate_at, updated_at)
    SELECT 'E' || lpad(n::text, 9, '0'), 'A hole, number ' || n, 'en',
        ST_SetSRID(ST_MakePoint(106.9 + n % 1000 * 1e-4, -9.1 - n / 1000 * 1e-4), 4326),
        (SELECT id FROM editions WHERE status = 'active'), '{{}}', 'road.pothole', 'PWD',
        'assigned', at, at + interval '1 day', at + interval '10 days', interval '8 hours', true,
        timestamptz '{NOW.isoformat()}' + n * interval '30 days' / {OPEN}, at
    FROM (
        SELECT n, timestamptz '{NOW.isoformat()}' - n * interval '5 days' / {OPEN} AS at
        FROM generate_series(1, {OPEN}) AS n
    ) AS sent
"""
_MAKE_DUE = f"""
    UPDATE complaints SET escalate_at = submitted_at + interval '1 hour'
    WHERE id IN (SELECT id FROM complaints ORDER BY submitted_at LIMIT {DUE})
"""
# As the sweep asks; the plan is what is looked at.
_PLAN = """
    EXPLAIN SELECT id FROM complaints
    WHERE escalate_at <= :now AND closed_at IS NULL AND paused_at IS NULL AND updated_at <= :now
    ORDER BY escalate_at LIMIT 100 FOR UPDATE SKIP LOCKED
"""


def run() -> list[Row]:
    """With nothing due, and then until nothing is due any more."""
    with scratch_city(CITY) as url, opened(url) as database:
        execute(
            url,
            "ALTER TABLE complaints DISABLE TRIGGER USER",
            _FILE,
            "ALTER TABLE complaints ENABLE TRIGGER USER",
            "VACUUM ANALYZE complaints",
        )
        idle_s = median(_sweep(database) for _ in range(TURNS))
        plan = _plan(database)
        execute(url, _MAKE_DUE)
        busy_s, told = _drain(database)
    return [
        Row(
            f"escalation sweep, {OPEN:,} open complaints, nothing due",
            f"{idle_s * 1000:.1f} ms",
            plan,
            "< 1 s",
            idle_s < 1 and "ix_complaints_escalate_at" in plan,
        ),
        Row(f"escalation of {told:,} complaints that are due", f"{told / busy_s:,.0f} a second"),
    ]


def _sweep(database: Database) -> float:
    begun = perf_counter()
    with database.transaction() as session:
        escalate_overdue(session, NOW)
    return perf_counter() - begun


def _plan(database: Database) -> str:
    with database.transaction() as session:
        lines = session.execute(text(_PLAN), {"now": NOW}).scalars().all()
    return next((line.strip(" ->") for line in lines if "Scan" in line), "no scan").split("  (")[0]


def _drain(database: Database) -> tuple[float, int]:
    """Seconds, and how many complaints were told of."""
    begun, told, more = perf_counter(), 0, True
    while more:
        with database.transaction() as session:
            done = escalate_overdue(session, NOW + timedelta(seconds=1))
        told, more = told + done, done > 0
    return perf_counter() - begun, told
