"""Brings the counts behind the maps up to date, after a reply has left and when it pays."""

from fastapi import BackgroundTasks, Request
from sqlalchemy.orm import Session

from geo_portal.database import Database
from geo_portal.http import database
from geo_portal.insights import cells

# Until so many changes have gathered, reading them beside the counts costs next to nothing.
WORTH_FOLDING = 500


def keep_counts(request: Request, after: BackgroundTasks, session: Session) -> None:
    """Fold the noted changes once enough have gathered; whoever asked does not wait for it."""
    if cells.waiting(session, WORTH_FOLDING) == WORTH_FOLDING:
        after.add_task(_fold, database(request))


def _fold(found: Database) -> None:
    with found.transaction() as session:
        cells.fold(session)
