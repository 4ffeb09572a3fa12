"""The portal itself, asked over HTTP; what a test files is gone before the next one begins."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_portal.database import Database
from geo_portal.main import create_app


@pytest.fixture
def portal(database: Database, city: object) -> Iterator[TestClient]:
    """The whole app on the tiny city, in English; a bug raises in the test instead of a 500."""
    with TestClient(create_app(database), headers={"Accept-Language": "en"}) as client:
        yield client
    forget_complaints(database)


def forget_complaints(database: Database) -> None:
    """Empty every table that filing a complaint writes to; the city stays."""
    with database.transaction() as session:
        # TRUNCATE passes the trigger that holds the history append-only; only a test may do so.
        session.execute(text("TRUNCATE complaints, event_seals, daily_roots, outbox CASCADE"))
        counted = session.execute(
            text("SELECT tablename FROM pg_tables WHERE tablename ~ '^(cell|day)_(counts|deltas)'")
        ).scalars()
        for table in counted.all():
            session.execute(text(f"TRUNCATE {table}"))
