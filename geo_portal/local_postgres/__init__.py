"""The portal's own PostgreSQL with PostGIS, for who names no other database."""

import logging
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from geo_portal.errors import Unavailable
from geo_portal.local_postgres.cluster import cluster_in
from geo_portal.local_postgres.place import DATABASE, ROLE, SUPERUSER, Place, held, known
from geo_portal.settings import settings

log = logging.getLogger(__name__)

EXTENSIONS = ("postgis", "pg_trgm", "btree_gist")
LOOK_AGAIN_AFTER_S = 2.0


@dataclass(frozen=True)
class Status:
    """How the portal's own database is; only `running` when it was never made."""

    running: bool
    major: int | None = None
    folder: Path | None = None
    user: str | None = None
    log: Path | None = None


def database_url() -> str:
    """The database to use: the one named in the settings, else the portal's own, started."""
    wanted = settings()
    if wanted.database_url:
        return wanted.database_url.get_secret_value()
    return running_url(wanted.data_dir)


def running_url(data_dir: Path) -> str:
    """The URL of the database kept in `data_dir`, which is made and started if need be.

    Safe to call at any time and by several processes at once; raises `Unavailable`.
    """
    with held(data_dir) as place:
        _stopped_on_purpose(data_dir).unlink(missing_ok=True)
        cluster = cluster_in(place)
        if not cluster.is_made():
            cluster.make()
        if cluster.pid():
            cluster.wait_until_ready()
        else:
            cluster.start()
        _prepare(place)
        return place.url()


def stop(data_dir: Path) -> bool:
    """Stop the database kept in `data_dir`; False when it was not running."""
    if not known(data_dir):
        return False
    with held(data_dir) as place:
        _stopped_on_purpose(data_dir).touch()
        cluster = cluster_in(place)
        if not cluster.pid():
            return False
        cluster.stop()
        return True


def status(data_dir: Path) -> Status:
    """How the database kept in `data_dir` is; nothing is made or started."""
    place = known(data_dir)
    if not place:
        return Status(running=False)
    cluster = cluster_in(place)
    running = cluster.pid() is not None
    return Status(running, cluster.programs.major, place.home, place.owner.name, place.log)


@contextmanager
def kept_running(data_dir: Path) -> Iterator[None]:
    """While the block runs, start the database again when it has died (not when it was stopped)."""
    done = threading.Event()
    keeper = threading.Thread(target=_keep, args=(data_dir, done), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _keep(data_dir: Path, done: threading.Event) -> None:
    while not done.wait(LOOK_AGAIN_AFTER_S):
        try:
            if not status(data_dir).running and not _stopped_on_purpose(data_dir).exists():
                log.warning("The database had died and is started again.")
                running_url(data_dir)
        except Unavailable as refusal:
            log.warning("%s", refusal)


def _stopped_on_purpose(data_dir: Path) -> Path:
    return data_dir / "postgres.stopped"


def _prepare(place: Place) -> None:
    """Make sure that our role, our database and its extensions are there."""
    try:
        if not _is_prepared(place):
            _make_database(place)
    except psycopg2.OperationalError as problem:
        raise Unavailable(
            "The database in {folder} runs but does not answer: {said}.",
            folder=place.home,
            said=str(problem).strip().splitlines()[-1].rstrip("."),
        ) from problem


def _is_prepared(place: Place) -> bool:
    try:
        with closing(psycopg2.connect(place.url())) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_extension WHERE extname = ANY(%s)", [list(EXTENSIONS)]
            )
            return cursor.fetchone() == (len(EXTENSIONS),)
    except psycopg2.OperationalError as problem:
        if "does not exist" in str(problem):
            return False
        raise


def _make_database(place: Place) -> None:
    role, database = sql.Identifier(ROLE), sql.Identifier(DATABASE)
    with _as_superuser(place, "postgres") as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.fetchone():
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
    with _as_superuser(place, DATABASE) as cursor:
        for name in EXTENSIONS:
            extension = sql.Identifier(name)
            cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(extension))


@contextmanager
def _as_superuser(place: Place, database: str) -> Iterator["psycopg2.extensions.cursor"]:
    """A cursor whose statements commit one by one, as CREATE DATABASE demands."""
    url = place.url(role=SUPERUSER, database=database)
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
