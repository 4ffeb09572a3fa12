"""By when a complaint must be answered and mended: moments, not timers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from geo_portal.city.facts import CategoryFacts, CityFacts

# For what nobody could sort yet: a person looks at it within a working day.
TRIAGE_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Deadlines:
    """`respond_by` is the first answer; `due_at` the fix, or the answer if no fix is promised."""

    respond_by: datetime
    due_at: datetime


def deadlines(city: CityFacts, category: CategoryFacts | None, start: datetime) -> Deadlines:
    """Both moments (UTC) for a complaint of `category` whose clock starts at `start`."""
    if category is None:
        answer = city.calendar.add(start, TRIAGE_WITHIN)
        return Deadlines(answer, answer)
    respond_by = _after(city, category, start, category.respond_within)
    if category.fix_within is None:
        return Deadlines(respond_by, respond_by)
    return Deadlines(respond_by, _after(city, category, start, category.fix_within))


def _after(city: CityFacts, category: CategoryFacts, start: datetime, span: timedelta) -> datetime:
    return city.calendar.add(start, span) if category.working_time else start + span
