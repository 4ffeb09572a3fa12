"""Work that must happen after a change: written down in the very transaction of the change."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from procrastinate import App
from procrastinate.contrib.sqlalchemy import SQLAlchemyPsycopg2Connector
from procrastinate.types import JSONValue
from sqlalchemy.orm import Session


def defer(session: Session, task: str, *, at: datetime | None = None, **facts: JSONValue) -> int:
    """Have the worker do `task` with these facts, at `at` at the earliest; the job's number.

    The job is written by the session's own connection: it is there if the change is, and gone
    if the change is taken back. `task` is the name of one that `worker.py` knows.
    """
    wanted = _queue().configure_task(
        task, allow_unknown=True, schedule_at=at, connection=session.connection()
    )
    return wanted.defer(**facts)


def defer_all(session: Session, task: str, facts: Sequence[dict[str, JSONValue]]) -> None:
    """The same for many pieces of work at once, one for each of `facts`."""
    if facts:
        wanted = _queue().configure_task(task, allow_unknown=True, connection=session.connection())
        wanted.batch_defer(*facts)


@cache
def _queue() -> App:
    """Never opened: all it does runs on the connection that it is handed."""
    return App(connector=SQLAlchemyPsycopg2Connector())
