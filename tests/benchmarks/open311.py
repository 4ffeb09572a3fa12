"""Open311: how long a list of a thousand requests takes, from a city with a hundred thousand."""

import statistics
from pathlib import Path
from time import perf_counter
from urllib.request import urlopen

from tests.benchmarks.scratch import execute, scratch_city
from tests.benchmarks.server import running
from tests.benchmarks.table import Row

PACK = Path(__file__).parents[2] / "boundaries" / "pulau-contoh"
MILLION = (Path(__file__).parent / "million.sql").read_text(encoding="utf-8")
ROWS = 100_000
TURNS = 25
WANTED_MS = 200
# The newest thousand of a span that holds more.
SPAN = "start_date=2025-03-01T00:00:00Z&end_date=2025-05-29T00:00:00Z"


def run() -> list[Row]:
    """The same list in both formats, one after the other, by one client."""
    with scratch_city(PACK) as url:
        execute(url, MILLION.format(rows=ROWS), "VACUUM ANALYZE")
        with running(
            "geo_portal.main:create", workers=1, factory=True, GEO_PORTAL_DATABASE_URL=url
        ) as port:
            home = f"http://127.0.0.1:{port}/open311/v2/requests"
            return [_row(form, f"{home}.{form}?{SPAN}") for form in ("xml", "json")]


def _row(form: str, address: str) -> Row:
    took, size = [], 0
    for _ in range(TURNS):
        begun = perf_counter()
        with urlopen(address) as answer:  # noqa: S310  Our own server.
            body = answer.read()
        took.append((perf_counter() - begun) * 1000)
        size = body.count(b"service_request_id") // (2 if form == "xml" else 1)
    median, worst = statistics.median(took), sorted(took)[int(TURNS * 0.95)]
    return Row(
        f"GET requests.{form}, {size:,} of {ROWS:,}",
        f"p50 {median:.0f} ms, p95 {worst:.0f} ms",
        "one client, one process",
        f"≤ {WANTED_MS} ms",
        median <= WANTED_MS and size == 1000,
    )
