"""Stops a complaint's clock for a stated reason and a limited time, and lets it run on."""

from datetime import datetime, timedelta

from geo_portal.city.facts import CategoryFacts, CityFacts
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Invalid

# Who asks a citizen waits so long, then goes on without the answer.
CITIZEN_ANSWERS_WITHIN = timedelta(days=5)
LONGEST_WAIT = timedelta(days=30)


def pause(complaint: Complaint, now: datetime, reason: str, until: datetime | None) -> None:
    """Stop the clock until `until`, at most `LONGEST_WAIT` away; nothing is due meanwhile.

    Raises `Invalid` for a moment that has passed or lies too far away.
    """
    ends = until or now + CITIZEN_ANSWERS_WITHIN
    if ends <= now:
        raise Invalid("The day to go on must lie in the future.", field="until")
    if ends > now + LONGEST_WAIT:
        raise Invalid(
            "A report can wait for {days} days at most; then say anew what it waits for.",
            field="until",
            days=LONGEST_WAIT.days,
        )
    if complaint.paused_at is None:
        complaint.paused_at = now
    complaint.pause_until = ends
    complaint.pause_reason = reason


def run_on(city: CityFacts, complaint: Complaint, now: datetime) -> timedelta:
    """Let the clock run on: what was left at the pause is left now. Gives how far it moved.

    Working time is given back as working time. Does nothing for a clock that runs.
    """
    if complaint.paused_at is None:
        return timedelta()
    category = city.categories.get(complaint.category_code or "")
    stood_at, moved = complaint.paused_at, timedelta()
    for column in ("respond_by", "due_at", "escalate_at"):
        before: datetime | None = getattr(complaint, column)
        if before and before > stood_at:
            after = _left_again(city, category, before, stood_at, now)
            setattr(complaint, column, after)
            moved = max(moved, after - before)
    complaint.paused_at = complaint.pause_until = complaint.pause_reason = None
    return moved


def _left_again(
    city: CityFacts,
    category: CategoryFacts | None,
    due: datetime,
    stood_at: datetime,
    now: datetime,
) -> datetime:
    if category is not None and not category.working_time:
        return due + (now - stood_at)
    left = city.calendar.working_time(stood_at, due)
    return city.calendar.add_working_time(now, left)
