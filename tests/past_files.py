"""Files of past complaints for tests, and what became of them."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from geo_portal.bulk.take_in import Report, Wanted, take_in
from geo_portal.complaints.tables import Complaint
from geo_portal.database import Database

NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
HEADER = "id,lon,lat,submitted_at,closed_at,category,status,description"
HOLE = "1,95.010,-10.005,2026-01-05T02:00:00Z,,road.pothole,open,A hole"


def written(folder: Path, *lines: str, header: str = HEADER, name: str = "past.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def taken_in(town: Database, path: Path, **wanted) -> Report:
    return take_in(town, path, Wanted(rejects=path.with_name("rejects.csv"), **wanted), NOW)


def reasons(path: Path) -> dict[str, str]:
    """The refused rows and why, from the file beside."""
    with path.with_name("rejects.csv").open(encoding="utf-8") as file:
        return {row["row"]: row["reason"] for row in csv.DictReader(file)}


def stored(town: Database) -> list[Complaint]:
    with town.transaction() as session:
        return list(session.scalars(select(Complaint).order_by(Complaint.source_id)))
