"""Rules that can never win, because an earlier one always speaks first or contradicts them."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo_portal.city.calendar import parse_hours
from geo_portal.city.rule_facts import RuleFacts
from geo_portal.routing.rules import category_matches, days_and_hours

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Fault:
    """Rule `position` never wins because rule `earlier` covers all it asks for.

    It `contradicts` when it would send the same reports elsewhere; else it is merely needless.
    """

    position: int
    earlier: int
    contradicts: bool


def faults(rules: Sequence[RuleFacts]) -> list[Fault]:
    """One for each rule that an earlier one covers wholly, in order.

    A rule that only several earlier ones together cover is not found.
    """
    found = []
    for at, rule in enumerate(rules):
        earlier = next((other for other in rules[:at] if _covers(other, rule)), None)
        if earlier is not None:
            differs = earlier.department_code != rule.department_code
            found.append(Fault(rule.position, earlier.position, differs))
    return found


def _covers(wide: RuleFacts, narrow: RuleFacts) -> bool:
    """Whether every report for which `narrow` speaks is one for which `wide` speaks."""
    return (
        _category_covers(wide.category, narrow.category)
        and wide.area in (None, narrow.area)
        and _words_cover(wide.text, narrow.text)
        and _asset_covers(wide, narrow)
        and _hours_cover(wide.hours, narrow.hours)
    )


def _category_covers(wide: str | None, narrow: str | None) -> bool:
    if wide is None or narrow is None:
        return wide is None
    if narrow.endswith(".*"):
        return wide.endswith(".*") and narrow[:-1].startswith(wide[:-1])
    return category_matches(wide, narrow)


def _words_cover(wide: str | None, narrow: str | None) -> bool:
    if wide is None or narrow is None:
        return wide is None
    return _words(narrow) <= _words(wide)


def _words(alternatives: str) -> set[str]:
    return {word.strip().casefold() for word in alternatives.split("|") if word.strip()}


def _asset_covers(wide: RuleFacts, narrow: RuleFacts) -> bool:
    if wide.near_asset is None:
        return True
    same = wide.near_asset == narrow.near_asset
    return same and (narrow.near_m or 0.0) <= (wide.near_m or 0.0)


def _hours_cover(wide: str | None, narrow: str | None) -> bool:
    if wide is None or narrow is None:
        return wide is None
    return _minutes(narrow) <= _minutes(wide)


def _minutes(hours: str) -> frozenset[int]:
    """The minutes of a week, from Monday 00:00, in which a rule holds."""
    inverted, days, span = days_and_hours(hours)
    first, last = 0, MINUTES_A_DAY
    if span:
        opens, closes = parse_hours(span)
        first = opens.hour * 60 + opens.minute
        last = closes.hour * 60 + closes.minute + (1 if closes.second else 0)
    inside = {day * MINUTES_A_DAY + minute for day in days for minute in range(first, last)}
    week = frozenset(range(7 * MINUTES_A_DAY))
    return week - inside if inverted else frozenset(inside)
