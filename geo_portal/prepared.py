"""Statements that every report asks: PostgreSQL plans them once per connection, not every time."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, CursorResult, TextClause, text
from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.orm import Session

# PostgreSQL's own way of naming parameters, which a prepared statement needs.
_NUMBERED = dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


class Prepared:
    """A statement with `:names` as in `text`, of which it has at least one.

    For a query that is asked with every report and whose planning takes longer than its answer.
    """

    def __init__(self, statement: str) -> None:
        compiled = text(statement).compile(dialect=_NUMBERED)
        given = ", ".join(f":{parameter}" for parameter in compiled.positiontup or ())
        self._plain = text(statement)
        # What the connection remembers it by: another statement is another name.
        self._name = f"asked_{sha256(statement.encode()).hexdigest()[:16]}"
        self._prepare = text(f"PREPARE {self._name} AS {compiled.string}")
        self._execute = text(f"EXECUTE {self._name} ({given})")

    def ask(
        self, session: Session, parameters: Mapping[str, Any]
    ) -> CursorResult[*tuple[Any, ...]]:
        """The rows for these parameters, on the session's connection."""
        connection = session.connection()
        return connection.execute(self._on(connection), parameters)

    def _on(self, connection: Connection) -> TextClause:
        """What to send; behind a pooler that changes servers it is the statement itself."""
        known: dict[str, Any] = connection.info
        if "has_own_server" not in known:
            known["has_own_server"] = _has_own_server(connection)
        if not known["has_own_server"]:
            return self._plain
        if self._name not in known:
            connection.execute(self._prepare)
            known[self._name] = True
        return self._execute


def _has_own_server(connection: Connection) -> bool:
    """Whether the same server process answers always.

    PgBouncer hands out process numbers of its own, and lends each transaction another server,
    which would not know what was prepared on the one before.
    """
    driver = connection.connection.driver_connection
    asked = connection.scalar(text("SELECT pg_backend_pid()"))
    return driver is not None and bool(driver.get_backend_pid() == asked)
