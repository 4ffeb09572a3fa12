"""A complaint from the past, as a file tells it and as it waits to be stored."""

from datetime import datetime
from typing import NamedTuple


class Past(NamedTuple):
    """One complaint that happened before; every moment is UTC, a place is EPSG:4326 degrees.

    `line` is where it stands in its file. `category` is one of the city's or None (triage).
    `satisfied` is yes, no or partly.
    """

    line: int
    source_id: str
    description: str
    lon: float
    lat: float
    submitted_at: datetime
    status: str | None = None
    closed_at: datetime | None = None
    category: str | None = None
    outcome: str | None = None
    language: str | None = None
    accuracy_m: float | None = None
    address: str | None = None
    acknowledged_at: datetime | None = None
    started_at: datetime | None = None
    remark: str | None = None
    feedback: str | None = None
    satisfied: str | None = None
    feedback_at: datetime | None = None


class Rejected(NamedTuple):
    """A row that was not taken in, and why, in words."""

    line: int
    reason: str
    cells: tuple[str, ...] = ()
