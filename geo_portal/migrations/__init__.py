"""The schema's history: `migrate` brings a database up to the newest version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine

HERE = Path(__file__).parent


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to `revision`; safe to call by several processes at once."""
    command.upgrade(config(url), revision)


def current(url: str) -> str | None:
    """The revision that the database at `url` is at; None when it holds no portal."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg2://", 1), poolclass=NullPool
    )
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this version of the portal works with."""
    return ScriptDirectory(str(HERE)).get_current_head()


def config(url: str) -> Config:
    """Alembic's configuration without an ini file."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    # ConfigParser reads % as its own sign; a socket path in the URL is quoted with it.
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made
