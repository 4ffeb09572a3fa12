"""Too many reports from one browser, or any from somebody banned, are not taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from geo_portal.accounts.bans import refuse_banned
from geo_portal.accounts.limits import Limit, count_attempt, refuse_if_too_many
from geo_portal.routing.danger import speaks_of_danger

if TYPE_CHECKING:
    from geo_portal.complaints.submit import NewComplaint

REPORTS_FROM_DEVICE = Limit("reports from a browser", 30, timedelta(hours=1))
REPORTS_OF_PLACE = Limit("reports from a browser about one place", 6, timedelta(hours=1))


def refuse_flood(session: Session, new: NewComplaint, now: datetime) -> None:
    """Count the report; a danger is always taken. Raises `Banned` or `TooManyAttempts`."""
    if speaks_of_danger(new.description):
        return
    refuse_banned(session, new.reporter_id, new.device_hash, now)
    if new.device_hash is None:
        return
    # A corner of about a hundred metres: who sends the same place again and again sends no news.
    corner = f"{new.device_hash} {new.place.lon:.3f} {new.place.lat:.3f}"
    tried = (REPORTS_FROM_DEVICE, new.device_hash), (REPORTS_OF_PLACE, corner)
    refuse_if_too_many(session, now, *tried)
    count_attempt(session, now, *tried)
