"""Every feed, page by page, over a million reports with five million supports."""

import random
from pathlib import Path

import psycopg2

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.community.feed import NEWEST, cursor_of
from geo_portal.http import session_cookie
from tests.benchmarks.inbox import fill, signed_in
from tests.benchmarks.load import Answers, ask, get
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

# Few reports have most of the supports, as in life; each from another browser, so that none can
# be there twice and nothing need be asked while they come in.
SUPPORT = """
    INSERT INTO supports (complaint_id, device_hash, at)
    SELECT 1 + floor({reports} * power(random(), 3))::bigint, 'phone ' || n, now()
    FROM generate_series(1, {supports}) AS n
"""
COUNT = """
    INSERT INTO support_counts (complaint_id, number)
    SELECT complaint_id, count(*) FROM supports GROUP BY complaint_id
"""
# What a card shows: a photo of most problems, one of most results, and what people wrote.
SHOWN = (
    """INSERT INTO photos (complaint_id, key, kind, width, height, position, added_at)
       SELECT id, md5(id::text), 'report', 1200, 900, 0, submitted_at
       FROM complaints WHERE id % 3 <> 0""",
    """WITH shot AS (
           INSERT INTO photos (complaint_id, key, kind, width, height, position, added_at)
           SELECT id, md5('fixed ' || id), 'evidence', 1200, 900, 1, closed_at
           FROM complaints WHERE light = 'done' AND id % 2 = 0
           RETURNING id, complaint_id, added_at)
       INSERT INTO evidence (photo_id, complaint_id, received_at, from_camera, score, reasons,
           accepted)
       SELECT id, complaint_id, added_at, true, 80, '[]', true FROM shot""",
    """INSERT INTO comments (complaint_id, words, state, at)
       SELECT id, 'It is still there', 'shown', now()
       FROM complaints, generate_series(1, (id % 4)::int) WHERE id % 5 = 0""",
)
CONSTRAINTS = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = 'supports'::regclass AND contype IN ('f', 'u', 'p')
    ORDER BY contype = 'f'
"""
BARE = (
    "CREATE TABLE bare (id int PRIMARY KEY, description text)",
    "INSERT INTO bare VALUES (1, 'A hole')",
)
ONES_OWN = (
    """INSERT INTO subscriptions (person_id, kind, area_level, area_code, shape, name, since)
       SELECT (SELECT max(id) FROM people), 'area', level, code, border, name, now()
       FROM jurisdictions WHERE level = (SELECT code FROM levels ORDER BY rank DESC LIMIT 1)
       ORDER BY area_m2 LIMIT 2""",
    """INSERT INTO followers (complaint_id, person_id, language, token_hash, asked_at, confirmed_at)
       SELECT id, (SELECT max(id) FROM people), 'en', 'follower ' || id, now(), now()
       FROM complaints TABLESAMPLE SYSTEM (0.02)""",
)


def run(reports: int = REPORTS, supports: int = SUPPORTS) -> list[Row]:
    """Each page by one client, so that waiting for others is not measured."""
    with scratch_city(PACK) as url:
        fill(url, reports, clock.now().date())
        support(url, reports, supports)
        with opened(url) as database:
            token = signed_in(database, Membership("planner"))
        execute(url, *SHOWN, *ONES_OWN, *BARE, "VACUUM ANALYZE")
        told = _told(url, reports)
        size = f"{reports // 1000:,} k reports, {supports // 1000:,} k supports"
        return [_bare(url), *_pages(url, size, token, told)]


def _pages(url: str, size: str, token: str, told: dict[str, str]) -> list[Row]:
    with running(
        "geo_portal.main:create", workers=1, factory=True, GEO_PORTAL_DATABASE_URL=url
    ) as port:
        return [_row(f"feed, {size}: {name}", PAGES[name], port, token, told) for name in PAGES]


def _bare(url: str) -> Row:
    """One row by its key and nothing else: what this machine can do just now."""
    with running("tests.benchmarks.bare:app", workers=1, BARE_DATABASE_URL=url) as port:
        found = ask(port, [get("/select?lon=1&lat=1")], clients=1, seconds=SECONDS)
    return Row(
        "feed, beside it: a bare route with one row",
        f"p50 {found.p50_ms:.0f} ms, p95 {found.p95_ms:.0f} ms",
    )


def support(url: str, reports: int, supports: int) -> None:
    """The supports and their counts in one sweep each; keys are made when all rows are there."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS)
        kept = cursor.fetchall()
    execute(
        url,
        *(f"ALTER TABLE supports DROP CONSTRAINT {name}" for name, _ in reversed(kept)),
        "ALTER TABLE supports DISABLE TRIGGER USER",
        SUPPORT.format(reports=reports, supports=supports),
        COUNT,
        *(f"ALTER TABLE supports ADD CONSTRAINT {name} {rule}" for name, rule in kept),
        "ALTER TABLE supports ENABLE TRIGGER USER",
    )


def _told(url: str, reports: int) -> dict[str, str]:
    """A ward of the city, and a key far down in the newest feed."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT level || ':' || code FROM jurisdictions WHERE level ="
            " (SELECT code FROM levels ORDER BY rank DESC LIMIT 1) LIMIT 1"
        )
        [ward] = cursor.fetchone()
        cursor.execute(
            "SELECT submitted_at, id FROM complaints ORDER BY id OFFSET %s LIMIT 1",
            (reports * 2 // 5,),
        )
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
        name,
        f"p50 {found.p50_ms:.0f} ms, p95 {found.p95_ms:.0f} ms{failed}",
        f"{found.largest / 1000:.0f} KB",
        f"p95 ≤ {MOST_MS:.0f} ms",
        found.p95_ms <= MOST_MS and not found.failed,
    )
