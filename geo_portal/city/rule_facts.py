"""The city's routing rules as they are followed."""

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


def rules_in_force(session: Session) -> tuple[RuleFacts, ...]:
    """Only the rules that work; broken ones are shown to administrators, not followed."""
    working = select(Rule).where(Rule.broken_because.is_(None)).order_by(Rule.position)
    return tuple(as_facts(rule) for rule in session.scalars(working))


def as_facts(rule: Rule) -> RuleFacts:
    """A stored rule as the routing sees it."""
    return RuleFacts(
        position=rule.position,
        category=rule.category,
        area=(rule.area_level, rule.area_code) if rule.area_level and rule.area_code else None,
        text=rule.text,
        near_asset=rule.near_asset,
        near_m=rule.near_m,
        hours=rule.hours,
        department_code=rule.department_code,
        reason=rule.reason,
    )
