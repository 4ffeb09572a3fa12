"""The city's ladder: at which point of the promised time who is told that it is running out."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.clock_tables import EscalationStep
from geo_portal.translation import N_

# Who can be told, and how the pages name them.
TOLD = {
    "office": N_("the office in charge"),
    "office_head": N_("the head of the office"),
    "department_head": N_("the head of the department"),
    "city_secretary": N_("the city secretary"),
}


@dataclass(frozen=True)
class Step:
    """One rung: at `percent` of the promised time, or `after` so long since it was filed."""

    percent: int | None
    after: timedelta | None
    told: str


USUAL = (
    Step(50, None, "office"),
    Step(100, None, "office_head"),
    Step(150, None, "department_head"),
    Step(200, None, "city_secretary"),
)


def ladder_of(session: Session) -> tuple[Step, ...]:
    """The steps of the loaded city, the first to be reached first."""
    rows = session.scalars(select(EscalationStep).order_by(EscalationStep.position))
    return tuple(Step(row.percent, row.after, row.told) for row in rows)
