"""A durable database of the benchmarks' own, made anew for each run."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from geo_portal import clock, local_postgres
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.database import Database, connect
from geo_portal.migrations import migrate

# How many complaints the benchmarks of maps, tiles, exports and dashboards load.
ROWS = int(os.environ.get("GEO_PORTAL_BENCH_ROWS", "1000000"))


@contextmanager
def scratch_url() -> Iterator[str]:
    """The URL of an empty, migrated database; fsync and synchronous commit are on, as in life."""
    with tempfile.TemporaryDirectory(prefix="geo-portal-bench-") as folder:
        data_dir = Path(folder)
        url = local_postgres.running_url(data_dir)
        try:
            migrate(url)
            yield url
        finally:
            local_postgres.stop(data_dir)


@contextmanager
def scratch_city(pack: Path) -> Iterator[str]:
    """The same with a city loaded."""
    with scratch_url() as url:
        with opened(url) as database, database.transaction() as session:
            load(session, read_pack(pack), clock.now())
        yield url


@contextmanager
def opened(url: str, timeout_s: float = 600) -> Iterator[Database]:
    """The database with a timeout long enough for bulk work."""
    engine = connect(url, timeout_s=timeout_s)
    yield Database(engine)
    engine.dispose()


def execute(url: str, *statements: str) -> None:
    """Run statements, each in a transaction of its own."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
