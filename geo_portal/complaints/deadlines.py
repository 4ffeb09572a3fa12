"""By when a complaint must be answered and mended: moments, not timers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from geo_portal.city.facts import CategoryFacts, CityFacts
from geo_portal.city.promises import Promise
from geo_portal.complaints.ladder import Clock
from geo_portal.routing.route import Route

# For what nobody could sort yet: a person looks at it within a working day.
TRIAGE_WITHIN = timedelta(days=1)
TRIAGE = Promise(TRIAGE_WITHIN, None, True)


@dataclass(frozen=True)
class Deadlines:
    """`respond_by` is the first answer; `due_at` the fix, or the answer if no fix is promised.

    `promised` is the time until `due_at`, in working time where `working_time` says so, and
    `escalate_at` the first step of the city's ladder, None without one.
    """

    respond_by: datetime
    due_at: datetime
    promised: timedelta
    working_time: bool
    escalate_at: datetime | None


def deadlines_of(route: Route, start: datetime) -> Deadlines:
    """The deadlines (UTC) of a complaint that goes where `route` says, filed at `start`."""
    category = route.city.categories.get(route.category or "")
    areas = [(area.level, area.code) for area in route.areas]
    return deadlines(route.city, category, start, (route.department, route.office), areas)


def deadlines(
    city: CityFacts,
    category: CategoryFacts | None,
    start: datetime,
    owners: Sequence[str | None] = (),
    areas: Sequence[tuple[str, str]] = (),
) -> Deadlines:
    """The same for a `category`, its department and office, and areas coarse to fine."""
    promise = city.promise_for(category, owners, areas) if category else TRIAGE
    respond_by = _after(city, promise, start, promise.respond_within)
    due_at = _after(city, promise, start, promise.fix_within) if promise.fix_within else respond_by
    counted = Clock(city, timedelta(), promise.working_time, due_at)
    clock = replace(counted, promised=counted.elapsed(start, due_at))
    first = clock.reaches(1, start)
    return Deadlines(respond_by, due_at, clock.promised, promise.working_time, first)


def _after(city: CityFacts, promise: Promise, start: datetime, span: timedelta) -> datetime:
    return city.calendar.add(start, span) if promise.working_time else start + span
