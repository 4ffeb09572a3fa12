"""Gives a complaint another promise, but no new clock: it counts from when it was filed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from geo_portal.complaints.deadlines import deadlines_of
from geo_portal.complaints.ladder import Clock
from geo_portal.complaints.pauses import moved_by, pauses_of
from geo_portal.complaints.tables import Complaint
from geo_portal.routing.route import Route


@dataclass(frozen=True)
class NewPromise:
    """The columns of a complaint that its promise decides."""

    respond_by: datetime
    due_at: datetime
    promised: timedelta
    working_time: bool
    escalation_step: int
    escalate_at: datetime | None


def new_promise(session: Session, complaint: Complaint, route: Route, now: datetime) -> NewPromise:
    """What `route` promises, as if it had been promised from the beginning, pauses included.

    Steps of the ladder that were told under the old promise but are not reached under the new
    one are told again when they are; none that is due is left out.
    """
    due = deadlines_of(route, complaint.submitted_at)
    clock = Clock(route.city, due.promised, due.working_time, due.due_at)
    pauses = pauses_of(session, complaint, now)
    climbed = [
        clock.reaches(n, complaint.submitted_at) for n in range(1, len(route.city.ladder) + 1)
    ]
    moments = [moved_by(clock.of_ladder, at, *pauses) for at in climbed if at]
    step = min(complaint.escalation_step, sum(at <= now for at in moments))
    return NewPromise(
        moved_by(clock, due.respond_by, *pauses),
        moved_by(clock, due.due_at, *pauses),
        due.promised,
        due.working_time,
        step,
        next(iter(moments[step:]), None),
    )
