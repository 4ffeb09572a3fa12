"""Stops a complaint's clock for a stated reason and a limited time, and lets it run on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.ladder import Clock, clock_of
from geo_portal.complaints.moves import MOVES, WAITING
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.errors import Invalid

# Who asks a citizen waits so long, then goes on without the answer.
CITIZEN_ANSWERS_WITHIN = timedelta(days=5)
LONGEST_WAIT = timedelta(days=30)

# After these events the clock runs.
_RUNS_ON = {move.end for move in MOVES.values() if not move.pauses} | {"transferred", "triaged"}


@dataclass(frozen=True)
class Pause:
    """The clock stood still in [begun, ended)."""

    begun: datetime
    ended: datetime


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

    A pause ends at its limit, also when that is noticed later; working time is given back as
    working time. Does nothing for a clock that runs.
    """
    if complaint.paused_at is None:
        return timedelta()
    clock = clock_of(city, complaint)
    pause = Pause(complaint.paused_at, max(complaint.paused_at, _end(complaint.pause_until, now)))
    moved = timedelta()
    for column in ("respond_by", "due_at", "escalate_at"):
        before: datetime | None = getattr(complaint, column)
        if before:
            counted = clock.of_ladder if column == "escalate_at" else clock
            after = moved_by(counted, before, pause)
            setattr(complaint, column, after)
            moved = max(moved, after - before)
    complaint.paused_at = complaint.pause_until = complaint.pause_reason = None
    return moved


def _end(until: datetime | None, now: datetime) -> datetime:
    return min(until, now) if until else now


def moved_by(clock: Clock, moment: datetime, *pauses: Pause) -> datetime:
    """Where a moment of the clock comes to lie after it stood still; one before stays."""
    for pause in pauses:
        if moment > pause.begun:
            moment = clock.later(pause.ended, clock.elapsed(pause.begun, moment))
    return moment


def pauses_of(session: Session, complaint: Complaint, now: datetime) -> list[Pause]:
    """Every pause so far, oldest first; one that lasts ends now."""
    events = session.scalars(
        select(Event).where(Event.complaint_id == complaint.id).order_by(Event.id)
    )
    pauses: list[Pause] = []
    begun: datetime | None = None
    until: datetime | None = None
    for event in events:
        # One that was imported as waiting has no limit, and its clock ran all the time.
        if event.kind in WAITING and (limit := event.facts.get("until")):
            begun, until = begun or event.at, datetime.fromisoformat(limit)
        elif begun and event.kind in _RUNS_ON:
            pauses.append(Pause(begun, max(begun, _end(until, event.at))))
            begun = None
    if begun and complaint.paused_at:
        pauses.append(Pause(begun, max(begun, _end(until, now))))
    return pauses
