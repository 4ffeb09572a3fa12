"""A pack's invented past, so that a demonstration shows a living city."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from geo_portal.bulk.past import Past
from geo_portal.bulk.store import store
from geo_portal.errors import Invalid

FILE = "history.csv"
SOURCE = "demo"
WEEK = timedelta(weeks=1)


class BrokenHistory(Invalid):
    """history.csv cannot be read; nothing of it was stored."""


def load_history(session: Session, folder: Path, now: datetime) -> int:
    """Store the pack's past complaints with everything that happened to them; how many are new.

    All times move by whole weeks, so that weekdays stay what they are and the newest lies
    within the last week. A pack without history has none. Raises `BrokenHistory`.
    """
    if not (folder / FILE).exists():
        return 0
    past = list(_read(folder / FILE))
    if not past:
        return 0
    newest = max(moment for one in past for moment in _moments(one))
    by = (now - newest) // WEEK * WEEK
    moved = [_moved(one, by) for one in past]
    return store(session, moved, SOURCE, now, as_lived=True).stored


def _read(path: Path) -> Iterator[Past]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        for line, row in enumerate(csv.DictReader(file), 2):
            try:
                yield _past(line, row)
            except (KeyError, ValueError, TypeError) as why:
                raise BrokenHistory(
                    "history.csv, line {line}, cannot be read: {why}.", line=line, why=why
                ) from None


def _past(line: int, row: dict[str, str]) -> Past:
    return Past(
        line=line,
        source_id=row["id"],
        description=row["description"],
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        submitted_at=datetime.fromisoformat(row["submitted_at"]),
        status=row["status"] or None,
        closed_at=_moment(row["closed_at"]),
        category=row["category"] or None,
        outcome=row["outcome"] or None,
        language=row["language"] or None,
        accuracy_m=float(row["accuracy_m"]) if row["accuracy_m"] else None,
        acknowledged_at=_moment(row["acknowledged_at"]),
        started_at=_moment(row["started_at"]),
        remark=row["remark"] or None,
        feedback=row["feedback"] or None,
        satisfied=row["satisfied"] or None,
        feedback_at=_moment(row["feedback_at"]),
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _moments(past: Past) -> list[datetime]:
    moments = (
        past.submitted_at,
        past.acknowledged_at,
        past.started_at,
        past.closed_at,
        past.feedback_at,
    )
    return [moment for moment in moments if moment]


def _moved(past: Past, by: timedelta) -> Past:
    return past._replace(
        submitted_at=past.submitted_at + by,
        acknowledged_at=past.acknowledged_at and past.acknowledged_at + by,
        started_at=past.started_at and past.started_at + by,
        closed_at=past.closed_at and past.closed_at + by,
        feedback_at=past.feedback_at and past.feedback_at + by,
    )
