"""What an edition of the borders means for complaints: how many would change their area."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.tables import Edition

_MOVES = text(Path(__file__).with_name("moves.sql").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Move:
    """So many open complaints of `level` go from one area to another; None is outside all."""

    level: str
    before: str | None
    after: str | None
    complaints: int


def moves(session: Session, edition: Edition) -> list[Move]:
    """The moves of open complaints if `edition` came into force, most complaints first."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    return [Move(*row) for row in session.execute(_MOVES, {"edition": edition.id})]
