"""The schema's history: `migrate` brings a database up to the newest version."""

from pathlib import Path

from alembic import command
from alembic.config import Config

HERE = Path(__file__).parent


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to `revision`; safe to call by several processes at once."""
    command.upgrade(config(url), revision)


def config(url: str) -> Config:
    """Alembic's configuration without an ini file."""
    made = Config()
    made.set_main_option("script_location", str(HERE))
    # ConfigParser reads % as its own sign; a socket path in the URL is quoted with it.
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made
