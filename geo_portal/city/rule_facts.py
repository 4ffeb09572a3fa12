"""The city's own routing rules as they are held in memory."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.tables import Rule


@dataclass(frozen=True)
class RuleFacts:
    """One line of the routing rules; see `city.tables.Rule`."""

    position: int
    category: str | None
    area: tuple[str, str] | None
    text: str | None
    near_asset: str | None
    near_m: float | None
    hours: str | None
    department_code: str
    reason: str


def rules_of(session: Session) -> tuple[RuleFacts, ...]:
    """Only the rules that work; broken ones are shown to administrators, not followed."""
    return tuple(
        RuleFacts(
            position=row.position,
            category=row.category,
            area=(row.area_level, row.area_code) if row.area_level and row.area_code else None,
            text=row.text,
            near_asset=row.near_asset,
            near_m=row.near_m,
            hours=row.hours,
            department_code=row.department_code,
            reason=row.reason,
        )
        for row in session.scalars(
            select(Rule).where(Rule.broken_because.is_(None)).order_by(Rule.position)
        )
    )
