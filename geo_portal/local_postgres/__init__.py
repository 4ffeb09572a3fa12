"""The portal's own PostgreSQL with PostGIS, for who names no other database."""

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from geo_portal.errors import Unavailable
from geo_portal.local_postgres import databases, installation
from geo_portal.local_postgres.cluster import cluster_in
from geo_portal.local_postgres.place import held, known
from geo_portal.settings import settings

log = logging.getLogger(__name__)

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
        databases.prepare(place)
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
def replacement(data_dir: Path) -> Iterator[str]:
    """The URL of a new, empty database that takes the portal's place when the block ends well.

    When it raises, the portal's database is as it was. The one replaced is kept as
    `geo_portal_before_restore` until the next replacement.
    """
    running_url(data_dir)
    new = "geo_portal_new"
    with held(data_dir) as place:
        databases.drop_database(place, new)
        databases.make_database(place, new)
        try:
            yield place.url(database=new)
            databases.put_in_place(place, new)
        finally:
            databases.drop_database(place, new)


def program(name: str) -> str:
    """The full path of a PostgreSQL program (`pg_dump`) that fits the database in use."""
    wanted = settings()
    if wanted.database_url and (found := shutil.which(name)):
        return found
    place = known(wanted.data_dir)
    return (cluster_in(place).programs if place else installation.newest()).program(name)


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
