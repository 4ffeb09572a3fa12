"""Cities for tests: the tiny town, in the shared database or in one that a test has to itself."""

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.database import Database, connect

# Places in the tiny town, longitude first.
HILLTOP = (95.010, -10.005)
HARBOUR = (95.030, -10.005)
MARKET = (95.010, -10.030)
RIVERSIDE = (95.024, -10.035)
IN_THE_BASIN = (95.030, -10.029)
ON_THE_ISLET = (95.0325, -10.0308)
AT_SEA = (95.200, -10.010)

LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def tiny_pack() -> Path:
    """The pack of the tiny town: two districts, four wards, a basin with an islet."""
    return Path(__file__).parent / "cities" / "tiny"


@pytest.fixture(scope="session")
def city(database: Database, tiny_pack: Path) -> Database:
    """The tiny town, loaded for good into the database of this test process."""
    with database.transaction() as session:
        load(session, read_pack(tiny_pack), LOADED_AT)
    return database


@pytest.fixture(scope="module")
def own_url(postgres_url: str, database_url: str) -> Iterator[str]:
    """The URL of an empty, migrated database of the test module's own."""
    name = f"own_{os.getpid()}"
    with _statements(postgres_url) as execute:
        known = [row[0] for row in execute("SELECT datname FROM pg_database")]
        template = next(one for one in known if re.fullmatch(r"template_[0-9a-f]{16}", one))
        execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres_url.replace("@/geo_portal?", f"@/{name}?")
    with _statements(postgres_url) as execute:
        execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def own_database(own_url: str) -> Iterator[Database]:
    """A database of the module's own; nothing is in it until a test puts it there."""
    engine = connect(own_url)
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def empty(own_database: Database) -> Iterator[Session]:
    """A session on a database without a city; what it did is gone when the test ends."""
    with own_database.engine.connect() as connection:
        outer = connection.begin()
        joined: Any = "create_savepoint"
        with Session(connection, join_transaction_mode=joined, expire_on_commit=False) as session:
            yield session
        outer.rollback()


@pytest.fixture(scope="module")
def own_town(own_database: Database, tiny_pack: Path) -> Database:
    """The tiny town in a database of the module's own."""
    with own_database.transaction() as session:
        load(session, read_pack(tiny_pack), LOADED_AT)
    return own_database


@pytest.fixture
def inbox(own_town: Database) -> Database:
    """The module's own tiny town, without complaints."""
    with own_town.transaction() as session:
        session.execute(text("TRUNCATE complaints, event_seals, daily_roots CASCADE"))
    return own_town


@contextmanager
def _statements(url: str) -> Iterator[Any]:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True

        def execute(statement: str) -> list[tuple[Any, ...]]:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []

        yield execute
