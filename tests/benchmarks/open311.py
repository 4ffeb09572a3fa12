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
SINCE, UNTIL = "2025-03-01T00:00:00Z", "2025-05-29T00:00:00Z"


def run() -> list[Row]:
    """The same list in both formats, one after the other, by one client."""
    with scratch_city(PACK) as url:
        execute(url, MILLION.format(rows=ROWS), "VACUUM ANALYZE")
        with (
            running("tests.benchmarks.bare:app", workers=1, BARE_DATABASE_URL=url) as bare_port,
            running(
                "geo_portal.main:create", workers=1, factory=True, GEO_PORTAL_DATABASE_URL=url
            ) as port,
        ):
            bare = f"http://127.0.0.1:{bare_port}/thousand?since={SINCE}&until={UNTIL}"
            home = f"http://127.0.0.1:{port}/open311/v2/requests"
            span = f"start_date={SINCE}&end_date={UNTIL}"
            return [_row(form, f"{home}.{form}?{span}", bare) for form in ("xml", "json")]


def _row(form: str, address: str, bare: str) -> Row:
    """Ours and the bare route take turns, so that a busy machine is unfair to neither."""
    took, least, body = [], [], b""
    for _ in range(TURNS):
        body, ms = _asked(address)
        took.append(ms)
        least.append(_asked(bare)[1])
    size = body.count(b"service_request_id") // (2 if form == "xml" else 1)
    median, of_bare = statistics.median(took), statistics.median(least)
    return Row(
        f"GET requests.{form}, {size:,} of {ROWS:,}",
        f"p50 {median:.0f} ms, p95 {sorted(took)[int(TURNS * 0.95)]:.0f} ms",
        f"{median / of_bare:.1f} × a bare route that dumps 1,000 rows ({of_bare:.0f} ms)",
        f"≤ {WANTED_MS} ms",
        median <= WANTED_MS and size == 1000,
    )


def _asked(address: str) -> tuple[bytes, float]:
    begun = perf_counter()
    with urlopen(address) as answer:  # noqa: S310  Our own server.
        body = answer.read()
    return body, (perf_counter() - begun) * 1000
