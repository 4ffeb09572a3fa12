"""What a complaint's clock shows: the promise, how much of it is used, and who is told next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.ladder import Clock, clock_of
from geo_portal.complaints.pauses import Pause, moved_by
from geo_portal.complaints.tables import Complaint
from geo_portal.database import AnyRow


@dataclass(frozen=True)
class StandsStill:
    """The clock waits; `reason` is what the office said, None where it is not for everybody."""

    since: datetime
    until: datetime | None
    reason: str | None


@dataclass(frozen=True)
class NextStep:
    """Who is told next (see `city.ladders.TOLD`), and when if the clock runs on."""

    told: str
    at: datetime


@dataclass(frozen=True)
class ClockFace:
    """A complaint's clock at one moment.

    `used` is the share of the promised time that is gone: 0.5 is half-way, 1.5 half as long
    again. `overdue_by` is by the clock on the wall and None while there is time. Of a closed
    complaint both are as they were when it was closed; of one whose clock stands still, moments
    to come lie where they would if it ran on now.
    """

    respond_by: datetime | None
    due_at: datetime | None
    answered_late: bool
    closed_at: datetime | None
    stands_still: StandsStill | None
    used: float
    overdue_by: timedelta | None
    next_step: NextStep | None

    @property
    def runs(self) -> bool:
        """Whether time is being used: open, and not waiting for anybody."""
        return self.closed_at is None and self.stands_still is None


def clock_face(
    row: Complaint | AnyRow, city: CityFacts, now: datetime, *, for_staff: bool = False
) -> ClockFace:
    """The clock of a row of `complaints.find.listing`, or of a whole complaint, at `now`.

    What a sensitive complaint waits for is shown to staff alone.
    """
    clock, hand = clock_of(city, row), _hand(row, now)
    reason = row.pause_reason if for_staff or not row.sensitive else None
    since = row.paused_at if row.closed_at is None else None
    return ClockFace(
        respond_by=_to_come(clock, row, row.respond_by, now),
        due_at=_to_come(clock, row, row.due_at, now),
        answered_late=bool(row.respond_by and (row.responded_at or hand) > row.respond_by),
        closed_at=row.closed_at,
        stands_still=StandsStill(since, row.pause_until, reason) if since else None,
        used=_used(clock, row, hand),
        overdue_by=hand - row.due_at if row.due_at and hand > row.due_at else None,
        next_step=_next_step(clock, row, now),
    )


def _hand(row: Complaint | AnyRow, now: datetime) -> datetime:
    """Where the hand of the clock points; never before it was set going."""
    stopped = [at for at in (row.closed_at, row.paused_at) if at]
    return max(row.submitted_at, min([*stopped, now]))


def _to_come(
    clock: Clock, row: Complaint | AnyRow, moment: datetime | None, now: datetime
) -> datetime | None:
    if moment is None or row.paused_at is None or row.closed_at is not None:
        return moment
    ended = max(row.paused_at, min(row.pause_until or now, now))
    return moved_by(clock, moment, Pause(row.paused_at, ended))


def _used(clock: Clock, row: Complaint | AnyRow, hand: datetime) -> float:
    if row.due_at is None or not clock.promised:
        return 0.0
    left = clock.elapsed(hand, row.due_at) - clock.elapsed(row.due_at, hand)
    return max(0.0, 1 - left / clock.promised)


def _next_step(clock: Clock, row: Complaint | AnyRow, now: datetime) -> NextStep | None:
    ladder, step = clock.city.ladder, row.escalation_step
    at = _to_come(clock.of_ladder, row, row.escalate_at, now)
    if at is None or row.closed_at is not None or step >= len(ladder):
        return None
    return NextStep(ladder[step].told, at)
