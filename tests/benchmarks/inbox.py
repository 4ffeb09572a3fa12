"""An officer's inbox with a hundred thousand and with a million complaints in the city."""

from datetime import date, timedelta
from pathlib import Path

import psycopg2
from sqlalchemy import insert

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.accounts.sessions import open_session
from geo_portal.accounts.tables import Account, Posting
from geo_portal.database import Database
from geo_portal.http import session_cookie
from tests.benchmarks.load import Answers, ask
from tests.benchmarks.scratch import execute, opened, scratch_city
from tests.benchmarks.server import running
from tests.benchmarks.table import Row

PACK = Path(__file__).parents[2] / "boundaries" / "pulau-contoh"
MILLION = Path(__file__).with_name("million.sql")
SIZES = (100_000, 1_000_000)
SECONDS = 8.0
MOST_MS = 100.0
# Ten times the complaints may cost this much more: noise of a shared machine, and deeper trees.
FLAT = 1.6

# In life most of the open ones have somebody who works on them.
TEAMS = "UPDATE complaints SET team = 'Crew' WHERE closed_at IS NULL AND id % 5 <> 0"

OFFICER = Membership("officer", "PWD")
SECRETARY = Membership("head")
PAGES = {
    "the queue": (OFFICER, "/desk"),
    "overdue": (OFFICER, "/desk?pile=overdue"),
    "nobody's yet": (OFFICER, "/desk?holder=unassigned"),
    "one kind": (OFFICER, "/desk?category=road.pothole"),
    "a word": (OFFICER, "/desk?words=number"),
    "renewing": (OFFICER, "/desk/rows"),
    "the secretary's": (SECRETARY, "/desk"),
}


def run() -> list[Row]:
    """Each page by one client, so that waiting for others is not measured."""
    measured = {size: _measure(size) for size in SIZES}
    rows = []
    for name in PAGES:
        small, large = (measured[size][name] for size in SIZES)
        kept = large.p95_ms < MOST_MS and large.p50_ms < FLAT * small.p50_ms + 5
        figure = f"p50 {large.p50_ms:.0f} ms, p95 {large.p95_ms:.0f} ms"
        before = f"100 k: p50 {small.p50_ms:.0f} ms, p95 {small.p95_ms:.0f} ms"
        failed = "" if not small.failed + large.failed else "; some failed"
        wanted = f"p95 < {MOST_MS:.0f} ms, p50 flat"
        rows.append(Row(f"inbox, 1 M: {name}", figure + failed, before, wanted, kept))
    return rows


def _measure(size: int) -> dict[str, Answers]:
    with scratch_city(PACK) as url:
        fill(url, size)
        with opened(url) as database:
            tokens = {who: signed_in(database, who) for who in (OFFICER, SECRETARY)}
        with running(
            "geo_portal.main:create", workers=1, factory=True, GEO_PORTAL_DATABASE_URL=url
        ) as port:
            return {name: _asked(port, path, tokens[who]) for name, (who, path) in PAGES.items()}


def fill(url: str, size: int, until: date | None = None) -> None:
    """The complaints, with the indexes made afterwards: a tenth of the time, the same tables.

    They reach back three years, from `until` where that is given.
    """
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'complaints'"
            " AND indexdef NOT LIKE 'CREATE UNIQUE %'"
        )
        indexes = cursor.fetchall()
    filling = MILLION.read_text(encoding="utf-8").replace("{rows}", str(size))
    if until:
        month_before = until - timedelta(days=29)
        filling = filling.replace("2026-06-30", str(until)).replace("2026-06-01", str(month_before))
    execute(
        url,
        *(f"DROP INDEX {name}" for name, _ in indexes),
        # The counts for maps are no part of an inbox.
        "ALTER TABLE complaints DISABLE TRIGGER USER",
        filling,
        TEAMS,
        *(definition for _, definition in indexes),
        "ALTER TABLE complaints ENABLE TRIGGER USER",
        "VACUUM ANALYZE complaints",
    )


def _asked(port: int, path: str, token: str) -> Answers:
    wanted = [
        f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Language: en\r\n"
        f"Cookie: {session_cookie()}={token}\r\n\r\n".encode()
    ]
    ask(port, wanted, clients=1, seconds=1.5)
    return ask(port, wanted, clients=1, seconds=SECONDS)


def signed_in(database: Database, who: Membership) -> str:
    with database.transaction() as session:
        name = f"{who.role} {who.department_code}"
        made = insert(Account).values(
            name=name, pseudonym=name, language="en", created_at=clock.now()
        )
        number = session.execute(made.returning(Account.id)).scalar_one()
        session.execute(
            insert(Posting).values(
                person_id=number, role=who.role, department_code=who.department_code
            )
        )
        return open_session(session, number, clock.now(), browser="bench", second_factor=True)
