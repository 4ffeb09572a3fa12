"""Ends the pauses of complaints that have lasted as long as was said."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.facts import facts
from geo_portal.complaints.lifecycle import Said, carry_out
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.tables import Complaint
from geo_portal.complaints.timeline import PORTAL

AT_ONCE = 100


def end_pauses(session: Session, now: datetime, most: int = AT_ONCE) -> int:
    """Let the clock run on for up to `most` complaints; how many there were.

    It runs from the moment the pause was to end, however late that is noticed. A complaint that
    somebody works on just now waits for the next sweep.
    """
    over = session.scalars(
        select(Complaint)
        .where(Complaint.pause_until <= now, Complaint.updated_at <= now)
        .order_by(Complaint.pause_until)
        .limit(most)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for complaint in over:
        carry_out(
            session,
            facts(session),
            complaint,
            MOVES["resume"],
            Said(),
            {"pause_ended": True},
            now,
            None,
            by=PORTAL,
        )
    return len(over)
