"""The one place that asks what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, UTC and aware; read at the doors and handed down as `now`."""
    return datetime.now(UTC)
