"""Work that must happen after a change: written down in the very transaction of the change."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from procrastinate import App
from procrastinate.contrib.sqlalchemy import SQLAlchemyPsycopg2Connector
from procrastinate.types import JSONValue
from sqlalchemy import text
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


def take_along(session: Session, task: str, fact: str, most: int) -> list[Any]:
    """Take up to `most` jobs of the same task off the queue; their `fact`, in order.

    They are gone if the transaction holds and wait again if it does not, so what they ask for must
    be done within it. Of many small jobs most of the time goes to taking them up one by one.
    """
    taken = session.execute(_TAKE, {"task": task, "fact": fact, "most": most})
    return [row.fact for row in sorted(taken, key=lambda row: row.id)]


_TAKE = text("""
    DELETE FROM procrastinate_jobs WHERE id IN (
        SELECT id FROM procrastinate_jobs
        WHERE task_name = :task AND status = 'todo'
            AND (scheduled_at IS NULL OR scheduled_at <= now())
        ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
    ) RETURNING id, args -> :fact AS fact
""")


@cache
def _queue() -> App:
    """Never opened: all it does runs on the connection that it is handed."""
    return App(connector=SQLAlchemyPsycopg2Connector())
