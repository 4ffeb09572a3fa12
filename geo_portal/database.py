"""The database: how tables are declared, and one transaction at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import DateTime, Engine, MetaData, Row, Select, create_engine
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from geo_portal.settings import settings

# A row or a query of columns that are not spelt out for the type checker.
AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


class Table(DeclarativeBase):
    """Base of every ORM class; constraints get predictable names, so migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        # Without this `Mapped[datetime]` would be stored without its zone.
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        dict[str, str]: JSONB,
        list[Any]: JSONB,
    }


def connect(url: str, *, pool_size: int | None = None, timeout_s: float | None = None) -> Engine:
    """An engine with a fixed pool: a fresh PostGIS connection costs more than most requests.

    With no overflow the pool never closes and reopens connections under load; who finds none free
    within `pool_wait_s` is told to come back rather than left hanging.
    """
    wanted = settings()
    limit_ms = int((timeout_s or wanted.statement_timeout_s) * 1000)
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg2://", 1),
        pool_size=pool_size or wanted.pool_size,
        max_overflow=0,
        pool_timeout=wanted.pool_wait_s,
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": 5,
            "application_name": "geo-portal",
            # Many small questions at once: a helper process for one of them, or compiling it,
            # takes longer than the answer.
            "options": f"-c statement_timeout={limit_ms} -c timezone=UTC -c jit=off"
            " -c max_parallel_workers_per_gather=0",
        },
    )


class Database:
    """An engine, and transactions on it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        by_itself = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._readers = sessionmaker(by_itself, expire_on_commit=False)

    def session(self, *, reading: bool = False) -> Session:
        """A session to be closed by the caller; a `reading` one runs each query on its own.

        Without a transaction around it a single query saves two ways to the database.
        """
        return self._readers() if reading else self._sessions()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises."""
        with self._sessions.begin() as session:
            yield session


@cache
def database_at(url: str) -> Database:
    """The one database of this process behind `url`."""
    return Database(connect(url))
