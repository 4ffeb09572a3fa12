"""What every test stands on: a real PostGIS, and a session that leaves no trace in it."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

# Before anything reads the settings: a test must not meet the developer's own portal.
for name in [name for name in os.environ if name.startswith("GEO_PORTAL_")]:
    if name != "GEO_PORTAL_REAL_DATA":
        del os.environ[name]
OWN_DATA_DIR = tempfile.mkdtemp(prefix="geo-portal-test-")
os.environ["GEO_PORTAL_DATA_DIR"] = OWN_DATA_DIR

from geo_portal import local_postgres, migrations  # noqa: E402
from geo_portal.database import Database, connect  # noqa: E402

Execute = Callable[[str], list[tuple[Any, ...]]]

CHECKOUT = Path(__file__).parent.parent
# Kept between runs, so that only the first one waits for `initdb`.
CLUSTER = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "geo-portal" / "tests"

# While these are being written, one that does not import yet must not stop all other tests.
for plugin in (
    "city_fixtures",
    "people_fixtures",
    "portal_fixtures",
    "proof_fixtures",
    "staff_fixtures",
    "desk_fixtures",
    "notification_fixtures",
    "open311_fixtures",
    "audit_fixtures",
    "gateway_fixtures",
    "closed_fixtures",
    "listener_fixtures",
):
    with suppress(ImportError):
        globals().update(
            {k: v for k, v in vars(import_module(f"tests.{plugin}")).items() if k[0] != "_"}
        )


def pytest_unconfigure() -> None:
    """Remove what the tests of this process kept in their data folder."""
    shutil.rmtree(OWN_DATA_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostGIS cluster for the whole run, shared by all workers; its role may make databases."""
    with _alone():
        url = local_postgres.running_url(CLUSTER)
        with _statements(url.replace("//geo_portal@", "//postgres@")) as execute:
            # Speed only: what these tests write need not outlive a power cut.
            # Without autovacuum nothing of the superuser's stands in the way of a DROP DATABASE.
            for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
                execute(f"ALTER SYSTEM SET {setting} = off")
            execute("SELECT pg_reload_conf()")
            execute("ALTER ROLE geo_portal CREATEDB")
    return url


@pytest.fixture(scope="session")
def database_url(postgres_url: str) -> Iterator[str]:
    """The URL of an empty, migrated database that only this process uses."""
    name = f"test_{os.getpid()}"
    with _alone(), _statements(postgres_url) as execute:
        template = _template(execute, postgres_url)
        for (left_over,) in execute("SELECT datname FROM pg_database WHERE datname ~ '^test_'"):
            if not Path(f"/proc/{left_over.removeprefix('test_')}").exists() or left_over == name:
                execute(f"DROP DATABASE {left_over} WITH (FORCE)")
        execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _named(postgres_url, name)
    with _statements(postgres_url) as execute:
        execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def database(database_url: str) -> Iterator[Database]:
    """The portal's database as its doors use it."""
    engine = connect(database_url)
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session whose work, committed or not, is gone when the test ends."""
    with _taken_back(database.engine) as session:
        yield session


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real boundaries and complaints; the test is skipped when it is not there."""
    folder = Path(os.environ.get("GEO_PORTAL_REAL_DATA", CHECKOUT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("GEO_PORTAL_REAL_DATA names no folder with real data.")
    return folder


@contextmanager
def _taken_back(engine: Engine) -> Iterator[Session]:
    with engine.connect() as connection:
        outer = connection.begin()
        joined = "create_savepoint"
        with Session(connection, join_transaction_mode=joined, expire_on_commit=False) as session:
            yield session
        outer.rollback()


@contextmanager
def _alone() -> Iterator[None]:
    """One process of all test runs of this user at a time."""
    CLUSTER.mkdir(parents=True, exist_ok=True)
    with (CLUSTER / "tests.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _statements(url: str) -> Iterator[Execute]:
    """A function that runs one statement, commits it and gives back its rows."""
    # Not in the portal's database: nobody may be connected to what is copied.
    with closing(psycopg2.connect(_named(url, "postgres"))) as connection:
        connection.autocommit = True

        def execute(statement: str) -> list[tuple[Any, ...]]:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []

        yield execute


def _template(execute: Execute, url: str) -> str:
    """The database that all test databases are copied from, made anew when a migration changed."""
    name = f"template_{_migrations_digest()}"
    found = execute("SELECT datname FROM pg_database WHERE datname ~ '^template_'")
    if (name,) in found:
        return name
    for (outdated,) in found:
        execute(f"DROP DATABASE {outdated} WITH (FORCE)")
    # A copy of the empty database has the extensions, which only a superuser may create.
    execute("CREATE DATABASE template_unfinished TEMPLATE geo_portal")
    migrations.migrate(_named(url, "template_unfinished"))
    execute(f"ALTER DATABASE template_unfinished RENAME TO {name}")
    return name


def _migrations_digest() -> str:
    files = sorted((CHECKOUT / "geo_portal" / "migrations").rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _named(url: str, database: str) -> str:
    return url.replace("@/geo_portal?", f"@/{database}?")
