"""A department's dashboard and the public figures of many complaints, a part of them open."""

from pathlib import Path
from time import perf_counter

import psycopg2

from geo_portal import clock
from geo_portal.insights import day_counts, day_records
from geo_portal.insights.eta import work_out_etas
from tests.benchmarks.load import Answers, ask, get
from tests.benchmarks.scratch import ROWS, execute, opened, scratch_city
from tests.benchmarks.server import running
from tests.benchmarks.table import Row

PACK = Path(__file__).parents[2] / "boundaries" / "pulau-contoh"
MILLION = (Path(__file__).parent / "million.sql").read_text(encoding="utf-8")
# The last report was sent yesterday, so that ninety days hold what they hold in life.
UP_TO_NOW = """
    UPDATE complaints SET (submitted_at, respond_by, due_at, closed_at, updated_at) =
        (submitted_at + by, respond_by + by, due_at + by, closed_at + by, updated_at + by)
    FROM (SELECT now() - interval '1 day' - max(submitted_at) AS by FROM complaints) AS moved
"""
SECONDS = 8.0
P95_MS = 100.0
PAGES = {
    "the busiest department": "/departments/{code}",
    "the same, 30 days": "/departments/{code}?since={since}",
    "the same, one kind": "/departments/{code}?category={category}",
    "the same, one area": "/departments/{code}?area={area}",
    "an office": "/departments/{office}",
    "compared with the time before": "/departments/{code}?compare=before",
    "public statistics": "/statistics",
}


def run() -> list[Row]:
    """Each page by one client; the first answer stands by itself: nothing is remembered yet."""
    with scratch_city(PACK) as url:
        rows = [_load(url)]
        names = _busiest(url)
        with running(
            "geo_portal.main:create", workers=1, factory=True, GEO_PORTAL_DATABASE_URL=url
        ) as port:
            rows += [_measured(port, name, path.format(**names)) for name, path in PAGES.items()]
    return rows


def _load(url: str) -> Row:
    execute(
        url,
        "ALTER TABLE complaints DISABLE TRIGGER USER",
        MILLION.format(rows=ROWS),
        UP_TO_NOW,
        "VACUUM FULL complaints",
        "ALTER TABLE complaints ENABLE TRIGGER USER",
        "VACUUM ANALYZE complaints",
    )
    begun = perf_counter()
    with opened(url) as database, database.transaction() as session:
        kept = day_counts.rebuild(session)
        day_counts.tidy(session, clock.now().date())
        kept += day_records.rebuild(session)
    counting = perf_counter() - begun
    begun = perf_counter()
    with opened(url) as database, database.transaction() as session:
        wrong = day_counts.check(session) + day_records.check(session)
    checking = perf_counter() - begun
    begun = perf_counter()
    with opened(url) as database, database.transaction() as session:
        work_out_etas(session, clock.now())
    expecting = perf_counter() - begun
    execute(url, *(f"VACUUM ANALYZE {kept}" for kept in ("day_counts", "day_records")))
    return Row(
        f"{ROWS:,} complaints: {kept:,} counts and records of days made, checked",
        f"{counting:.0f} s, {checking:.0f} s, {wrong} wrong",
        f"usual times of all offices: {expecting:.1f} s",
        "0 wrong",
        wrong == 0,
    )


def _busiest(url: str) -> dict[str, str]:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT department_code, count(*) FILTER (WHERE closed_at IS NULL) FROM complaints"
            " GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
        )
        code, _ = cursor.fetchone()
        cursor.execute(
            "SELECT category_code, office_code, level || ':' || area.code FROM complaints"
            " JOIN jurisdictions AS area ON area.id = jurisdiction_ids[2]"
            " WHERE department_code = %s AND office_code IS NOT NULL"
            " GROUP BY 1, 2, 3 ORDER BY count(*) DESC LIMIT 1",
            (code,),
        )
        category, office, area = cursor.fetchone()
        cursor.execute("SELECT (now() - interval '30 days')::date::text")
        (since,) = cursor.fetchone()
    found = {"code": code, "category": category, "office": office, "area": area, "since": since}
    return {name: str(value) for name, value in found.items()}


def _measured(port: int, name: str, path: str) -> Row:
    first = ask(port, [get(path)], clients=1, seconds=0.01)
    answers: Answers = ask(port, [get(path)], clients=1, seconds=SECONDS)
    return Row(
        f"dashboard, {ROWS:,}: {name}",
        f"p50 {answers.p50_ms:.0f} ms, p95 {answers.p95_ms:.0f} ms",
        f"first answer: {first.p50_ms:.0f} ms",
        f"p95 ≤ {P95_MS:.0f} ms",
        answers.p95_ms <= P95_MS and not answers.failed,
    )
