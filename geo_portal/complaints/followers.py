"""Who wants to hear of a report, and how they stop."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.sessions import token_hash
from geo_portal.complaints.case_tables import Follower
from geo_portal.complaints.reporters import ForeignLink
from geo_portal.complaints.tables import Complaint


def leave(session: Session, token: str, now: datetime) -> str:
    """Hear nothing more; the code of the report. Doing it twice does no harm."""
    follower = _find(session, token)
    follower.left_at = follower.left_at or now
    session.flush()
    return code_followed(session, token)


def code_followed(session: Session, token: str) -> str:
    """The code of the report that a follower's link is about; raises `ForeignLink`."""
    number = _find(session, token).complaint_id
    return session.scalars(select(Complaint.code).where(Complaint.id == number)).one()


def _find(session: Session, token: str) -> Follower:
    asked = select(Follower).where(Follower.token_hash == token_hash(token))
    found = session.scalars(asked).one_or_none()
    if found is None:
        raise ForeignLink(
            "This link belongs to no report. Open the newest message about your report, or look "
            "it up by its tracking code."
        )
    return found
