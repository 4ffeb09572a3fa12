"""Statements that a connection remembers, and poolers behind which nothing can be remembered."""

import psycopg2
import pytest
from psycopg2.extensions import connection
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from geo_portal.prepared import Prepared

HALVES = Prepared("SELECT CAST(:whole AS integer) / 2 AS half, :whole % 2 = 1 AS is_odd")
REMEMBERED = text("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'asked_%'")


class LentServer(connection):
    """What a driver sees behind PgBouncer: a process number that the pooler made up."""

    def get_backend_pid(self) -> int:
        return super().get_backend_pid() + 1


@pytest.fixture
def fresh(database_url):
    """Opens a session on a connection that nobody has used yet."""
    engines = []

    def opened(**options: object) -> Session:
        engine = create_engine(
            "postgresql+psycopg2://", creator=lambda: psycopg2.connect(database_url, **options)
        )
        engines.append(engine)
        return Session(engine)

    yield opened
    for engine in engines:
        engine.dispose()


def test_it_answers_with_the_parameters_of_each_time(fresh):
    with fresh() as session:
        told = [HALVES.ask(session, {"whole": whole}).one() for whole in (7, 12, 7)]

    assert [tuple(row) for row in told] == [(3, True), (6, False), (3, True)]


def test_the_connection_plans_it_once(fresh):
    with fresh() as session:
        for whole in range(10):
            HALVES.ask(session, {"whole": whole})

        assert session.scalar(REMEMBERED) == 1


def test_it_is_still_known_after_a_transaction_was_given_up(fresh):
    with fresh() as session:
        HALVES.ask(session, {"whole": 4})
        with pytest.raises(DataError):
            HALVES.ask(session, {"whole": "a word"})
        session.rollback()

        assert HALVES.ask(session, {"whole": 9}).one().half == 4


def test_nothing_is_remembered_where_the_next_transaction_may_meet_another_server(fresh):
    with fresh(connection_factory=LentServer) as session:
        told = HALVES.ask(session, {"whole": 9}).one()

        assert told.half == 4
        assert session.scalar(REMEMBERED) == 0
