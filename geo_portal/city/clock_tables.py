"""How the city's promises are stored: who is told when, own deadlines, and seasonal hours."""

from datetime import date, timedelta

from sqlalchemy import CheckConstraint, Identity, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from geo_portal.database import Table


class EscalationStep(Table):
    """One rung of the ladder: at so many percent of the promised time, or so long after filing."""

    __tablename__ = "escalation_steps"
    __table_args__ = (
        CheckConstraint(
            "told IN ('office', 'office_head', 'department_head', 'city_secretary')", name="told"
        ),
        CheckConstraint("(percent IS NULL) <> (after IS NULL)", name="when"),
    )

    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    percent: Mapped[int | None] = mapped_column(SmallInteger)
    after: Mapped[timedelta | None]
    told: Mapped[str]


class OwnDeadline(Table):
    """A promise for one department or area that differs from the category's; empty is any."""

    __tablename__ = "own_deadlines"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    category_code: Mapped[str | None]
    department_code: Mapped[str | None]
    area_level: Mapped[str | None]
    area_code: Mapped[str | None]
    respond_within: Mapped[timedelta | None]
    fix_within: Mapped[timedelta | None]
    working_time: Mapped[bool | None]


class OfficeHours(Table):
    """Working hours of a season, such as Ramadan, in place of the usual ones."""

    __tablename__ = "office_hours"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="days"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    hours: Mapped[dict[str, str]]
    names: Mapped[dict[str, str]]
