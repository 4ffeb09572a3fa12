"""A complaint's own clock, and when on it each step of the city's ladder is reached."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from geo_portal.city.facts import CityFacts
from geo_portal.city.ladders import Step
from geo_portal.complaints.tables import Complaint
from geo_portal.database import AnyRow

_GROUND = Step(0, timedelta(), "")


@dataclass(frozen=True)
class Clock:
    """How the time of one complaint is counted: so much was promised, in working time or not.

    `due_at` is when all of it is used; it may lie at an opening, where counting ends at the
    closing before.
    """

    city: CityFacts
    promised: timedelta
    working_time: bool
    due_at: datetime | None = None

    @property
    def of_ladder(self) -> "Clock":
        """The clock on which the steps of the ladder move when this one stands still."""
        return replace(self, working_time=False) if self.city.climbs_by_wall_clock else self

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The time in [start, end) as this clock counts; never below zero."""
        if self.working_time:
            return self.city.calendar.working_time(start, end)
        return max(end - start, timedelta())

    def later(self, start: datetime, span: timedelta) -> datetime:
        """The moment (UTC) at which `span` has elapsed on this clock."""
        if self.working_time:
            return self.city.calendar.add_working_time(start, span)
        return start + span

    def reaches(self, step: int, since: datetime, below: int = 0) -> datetime | None:
        """The moment (UTC) of `step` of the ladder, counted from 1; None above the last.

        `since` is when the step `below` was reached; 0 is the filing. Percents are of the
        promised time and counted as it is. So long `after` filing is by the clock on the wall.
        """
        ladder = (_GROUND, *self.city.ladder)
        if step >= len(ladder):
            return None
        lower, upper = ladder[below], ladder[step]
        if upper.percent is None:
            return since + (upper.after or timedelta()) - (lower.after or timedelta())
        if upper.percent == 100 and self.due_at:
            return self.due_at
        return self.later(since, self.promised * (upper.percent - (lower.percent or 0)) // 100)


def clock_of(city: CityFacts, case: Complaint | AnyRow) -> Clock:
    """The clock of a stored complaint, or of a row with its moments and its promise."""
    clock = Clock(city, case.promised or timedelta(), case.working_time, case.due_at)
    if case.promised is None and case.due_at is not None:
        return replace(clock, promised=clock.elapsed(case.submitted_at, case.due_at))
    return clock
