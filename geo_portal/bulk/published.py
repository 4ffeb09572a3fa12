"""The open-data files as they are downloaded: written at most once an hour, however many ask."""

import fcntl
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from geo_portal.bulk.hand_out import hand_out
from geo_portal.bulk.history import hand_out_history
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.database import Database
from geo_portal.errors import NotFound
from geo_portal.settings import settings

GOOD_FOR = timedelta(hours=1)


def _reports(session: Session, file: IO[str]) -> int:
    return hand_out(session, ComplaintFilter(), file)


FILES: dict[str, Callable[[Session, IO[str]], int]] = {
    "reports.csv": _reports,
    "status-history.csv": hand_out_history,
}


def published(database: Database, name: str, now: datetime) -> Path:
    """The file of that name, not older than an hour; raises `NotFound` for any other name.

    Who asks while another writes it waits for that one: a million reports are read once.
    """
    if name not in FILES:
        raise NotFound("There is nothing at this address.")
    folder = settings().data_dir / "open-data"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with (folder / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_fresh(path, now):
            _write(database, name, path, now)
    return path


def _is_fresh(path: Path, now: datetime) -> bool:
    return path.exists() and now.timestamp() - path.stat().st_mtime < GOOD_FOR.total_seconds()


def _write(database: Database, name: str, path: Path, now: datetime) -> None:
    """Beside it first: who downloads meanwhile keeps the old file to the end."""
    beside = path.with_name(f"{name}.new")
    with beside.open("w", encoding="utf-8", newline="") as file, database.transaction() as session:
        FILES[name](session, file)
    os.utime(beside, (now.timestamp(), now.timestamp()))
    beside.replace(path)
