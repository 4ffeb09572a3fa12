"""Every feed, page by page, over a million reports with five million supports."""

import random
from pathlib import Path

import psycopg2

from geo_portal.accounts.people import Membership
from geo_portal.community.feed import NEWEST, cursor_of
from geo_portal.http import session_cookie
from tests.benchmarks.inbox import fill, signed_in
from tests.benchmarks.load import Answers, ask
from tests.benchmarks.scratch import execute, opened, scratch_city
from tests.benchmarks.server import running
from tests.benchmarks.table import Row

PACK = Path(__file__).parents[2] / "boundaries" / "pulau-contoh"
REPORTS, SUPPORTS = 1_000_000, 5_000_000
SECONDS, MOST_MS = 8.0, 100.0
# The demo island's middle, where half of the people live.
NEAR = "lon=106.93&lat=-9.11"
PAGES = {
    "newest": ("/feed",),
    "newest of a ward": ("/feed?area={ward}",),
    "newest of a kind": ("/feed?category=road.pothole",),
    "near me": (f"/feed?show=near&{NEAR}",),
    "my areas": ("/feed?show=mine",),
    "following": ("/feed?show=following",),
    "most supported": ("/feed?show=supported",),
    "fixed near me": (f"/feed?show=fixed&{NEAR}",),
    "the next page": ("/feed/more?cursor={cursor}",),
}

# Few reports have most of the supports, as in life; each from another browser.
SUPPORT = f"""
    INSERT INTO supports (complaint_id, device_hash, at)
    SELECT 1 + floor({REPORTS} * power(random(), 3))::bigint, 'phone ' || n, now()
    FROM generate_series(1, {SUPPORTS}) AS n
    ON CONFLICT DO NOTHING
"""
ONES_OWN = (
    """INSERT INTO subscriptions (person_id, kind, area_level, area_code, shape, name, since)
       SELECT (SELECT max(id) FROM people), 'area', level, code, border, name, now()
       FROM jurisdictions WHERE level = (SELECT code FROM levels ORDER BY rank DESC LIMIT 1)
       ORDER BY area_m2 LIMIT 2""",
    """INSERT INTO followers (complaint_id, person_id, language, token_hash, asked_at, confirmed_at)
       SELECT id, (SELECT max(id) FROM people), 'en', 'follower ' || id, now(), now()
       FROM complaints TABLESAMPLE SYSTEM (0.02)""",
)


def run() -> list[Row]:
    """Each page by one client, so that waiting for others is not measured."""
    with scratch_city(PACK) as url:
        fill(url, REPORTS)
        with opened(url) as database:
            token = signed_in(database, Membership("planner"))
        execute(url, SUPPORT, *ONES_OWN, "VACUUM ANALYZE")
        told = _told(url)
        with running(
            "geo_portal.main:create", workers=1, factory=True, GEO_PORTAL_DATABASE_URL=url
        ) as port:
            return [_row(name, pages, port, token, told) for name, pages in PAGES.items()]


def _told(url: str) -> dict[str, str]:
    """A ward of the city, and a key far down in the newest feed."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT level || ':' || code FROM jurisdictions WHERE level ="
            " (SELECT code FROM levels ORDER BY rank DESC LIMIT 1) LIMIT 1"
        )
        [ward] = cursor.fetchone()
        cursor.execute("SELECT submitted_at, id FROM complaints OFFSET 400000 LIMIT 1")
        at, number = cursor.fetchone()
    return {"ward": ward, "cursor": cursor_of(NEWEST, at, number)}


def _row(name: str, pages: tuple[str, ...], port: int, token: str, told: dict[str, str]) -> Row:
    wanted = [
        f"GET {path.format(**told)} HTTP/1.1\r\nHost: bench\r\nAccept-Language: en\r\n"
        f"Cookie: {session_cookie()}={token}\r\n\r\n".encode()
        for path in pages
    ]
    random.Random(1).shuffle(wanted)
    ask(port, wanted, clients=1, seconds=1.5)
    found: Answers = ask(port, wanted, clients=1, seconds=SECONDS)
    failed = f"; {found.failed} failed" if found.failed else ""
    return Row(
        f"feed, 1 M reports, 5 M supports: {name}",
        f"p50 {found.p50_ms:.0f} ms, p95 {found.p95_ms:.0f} ms{failed}",
        f"{found.largest / 1000:.0f} KB",
        f"p95 ≤ {MOST_MS:.0f} ms",
        found.p95_ms <= MOST_MS and not found.failed,
    )
