"""Whether anything has happened: what a page that keeps itself up to date asks now and then."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.complaints.tables import Event


def latest(session: Session) -> int:
    """The number of the latest event, 0 before the first; it grows with whatever happens."""
    return session.scalar(select(func.max(Event.id))) or 0
