"""The role, the database and the extensions inside the portal's own cluster."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor

from geo_portal.errors import Unavailable
from geo_portal.local_postgres.place import DATABASE, ROLE, SUPERUSER, Place

EXTENSIONS = ("postgis", "pg_trgm", "btree_gist")
# Sees the public views and nothing else; open data is handed out in its name.
READER = "geo_portal_reader"
BEFORE = f"{DATABASE}_before_restore"


def prepare(place: Place) -> None:
    """Make sure that our role, our database and its extensions are there."""
    try:
        if not _is_prepared(place):
            _make_role(place)
            make_database(place, DATABASE)
    except psycopg2.OperationalError as problem:
        raise Unavailable(
            "The database in {folder} runs but cannot be used: {said}.",
            folder=place.home,
            said=str(problem).strip().splitlines()[-1].rstrip("."),
        ) from problem


def make_database(place: Place, name: str) -> None:
    """Make sure that an own database of this name is there, with its extensions."""
    with _as_superuser(place, "postgres") as ask:
        ask.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not ask.fetchone():
            _order(ask, "CREATE DATABASE {} OWNER {}", name, ROLE)
    with _as_superuser(place, name) as ask:
        for extension in EXTENSIONS:
            _order(ask, "CREATE EXTENSION IF NOT EXISTS {}", extension)


def drop_database(place: Place, name: str) -> None:
    """Remove a database, whoever is connected to it; none of that name is no matter."""
    with _as_superuser(place, "postgres") as ask:
        _order(ask, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def put_in_place(place: Place, name: str) -> None:
    """Make this database the portal's; the one before is kept under the name `BEFORE`."""
    drop_database(place, BEFORE)
    with _as_superuser(place, "postgres") as ask:
        # Whoever is still connected would hold up the renaming, and new ones must wait for it.
        _order(ask, "ALTER DATABASE {} ALLOW_CONNECTIONS false", DATABASE)
        ask.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = ANY(%s)",
            [[DATABASE, name]],
        )
        _order(ask, "ALTER DATABASE {} RENAME TO {}", DATABASE, BEFORE)
        _order(ask, "ALTER DATABASE {} RENAME TO {}", name, DATABASE)
        _order(ask, "ALTER DATABASE {} ALLOW_CONNECTIONS true", BEFORE)


def _is_prepared(place: Place) -> bool:
    try:
        with closing(psycopg2.connect(place.url())) as connection, connection.cursor() as ask:
            wanted = list(EXTENSIONS)
            ask.execute(
                "SELECT (SELECT count(*) FROM pg_extension WHERE extname = ANY(%s)),"
                " (SELECT count(*) FROM pg_roles WHERE rolname = %s)",
                [wanted, READER],
            )
            return ask.fetchone() == (len(wanted), 1)
    except psycopg2.OperationalError as problem:
        if "does not exist" in str(problem):
            return False
        raise


def _make_role(place: Place) -> None:
    with _as_superuser(place, "postgres") as ask:
        ask.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not ask.fetchone():
            _order(ask, "CREATE ROLE {} LOGIN", ROLE)
        ask.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [READER])
        if not ask.fetchone():
            _order(ask, "CREATE ROLE {} NOLOGIN", READER)
            _order(ask, "GRANT {} TO {}", READER, ROLE)


def _order(ask: cursor, statement: str, *names: str) -> None:
    ask.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def _as_superuser(place: Place, database: str) -> Iterator[cursor]:
    """A cursor whose statements commit one by one, as CREATE DATABASE demands."""
    url = place.url(role=SUPERUSER, database=database)
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as ask:
            yield ask
