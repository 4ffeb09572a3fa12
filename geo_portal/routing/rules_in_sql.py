"""The city's routing rules as one SQL expression, for as many complaints as there are."""

from collections.abc import Sequence
from typing import Any

from geo_portal.city.calendar import WEEKDAYS, parse_hours
from geo_portal.city.rule_facts import RuleFacts
from geo_portal.routing.rules import words_pattern


def rule_expression(
    rules: Sequence[RuleFacts], zone: str, name: str = "rule"
) -> tuple[str, dict[str, Any]]:
    """`CASE WHEN … THEN position …` over `incoming` and `placed`, and its parameters.

    It says the same as `routing.rules.first_match`, in the same order. `zone` is the city's time
    zone; `name` begins the names of the parameters, so that two expressions can share a query.
    """
    if not rules:
        return "CAST(NULL AS integer)", {}
    branches: list[str] = []
    values: dict[str, Any] = {"zone": zone}
    for number, rule in enumerate(rules):
        conditions = _conditions(rule, f"{name}{number}", values)
        branches.append(f"WHEN {' AND '.join(conditions) or 'true'} THEN {rule.position}")
    return f"CASE {' '.join(branches)} END", values


def _conditions(rule: RuleFacts, name: str, values: dict[str, Any]) -> list[str]:
    """The cheap conditions first: an asset is only looked for where all else holds."""
    conditions = []
    if rule.category is not None:
        whole = not rule.category.endswith(".*")
        values[f"{name}_category"] = rule.category if whole else rule.category[:-1]
        asked = f":{name}_category"
        conditions.append(
            f"incoming.category = {asked}" if whole else f"starts_with(incoming.category, {asked})"
        )
    if rule.area is not None:
        values[f"{name}_level"], values[f"{name}_code"] = rule.area
        conditions.append(_AREA.format(name=name))
    if rule.hours is not None:
        conditions.append(_hours(rule.hours, name, values))
    if rule.text is not None:
        # Python's pattern is understood by PostgreSQL as it stands; ~* ignores case.
        values[f"{name}_text"] = words_pattern(rule.text).pattern
        conditions.append(f"incoming.description ~* :{name}_text")
    if rule.near_asset is not None:
        values[f"{name}_kind"], values[f"{name}_near_m"] = rule.near_asset, rule.near_m or 0.0
        conditions.append(_ASSET.format(name=name))
    return conditions


_AREA = """EXISTS (
    SELECT FROM jurisdictions AS area
    WHERE area.id = ANY (placed.ids) AND area.level = :{name}_level AND area.code = :{name}_code
)"""
_ASSET = """EXISTS (
    SELECT FROM assets
    WHERE assets.kind = :{name}_kind
      AND ST_DWithin(assets.place::geography, incoming.point::geography, :{name}_near_m)
)"""


def _hours(text: str, name: str, values: dict[str, Any]) -> str:
    """The span in the city's own time; the grammar is that of `routing.rules.within_hours`."""
    days, _, clock = text.removeprefix("!").strip().partition(" ")
    local = "(incoming.submitted_at AT TIME ZONE :zone)"
    values[f"{name}_days"] = _isodows(days.lower().split(","))
    inside = f"extract(isodow FROM {local})::int = ANY (:{name}_days)"
    if clock.strip():
        values[f"{name}_opens"], values[f"{name}_closes"] = parse_hours(clock.strip())
        inside += f" AND {local}::time >= :{name}_opens AND {local}::time < :{name}_closes"
    return f"NOT ({inside})" if text.startswith("!") else f"({inside})"


def _isodows(parts: Sequence[str]) -> list[int]:
    days: set[int] = set()
    for part in parts:
        first, _, last = part.partition("-")
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days |= {day % 7 + 1 for day in range(begin, end + 1 if end >= begin else end + 8)}
    return sorted(days)
