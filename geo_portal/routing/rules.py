"""The city's own routing rules: ordered lines, of which the first that matches wins."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from geo_portal.city.calendar import WEEKDAYS, parse_hours
from geo_portal.city.facts import CityFacts
from geo_portal.city.jurisdictions import Area, NearbyAsset
from geo_portal.city.rule_facts import RuleFacts


@dataclass(frozen=True)
class Case:
    """What a rule may look at; `local_time` is the city's own."""

    category: str | None
    areas: tuple[Area, ...]
    description: str
    assets: tuple[NearbyAsset, ...]
    local_time: datetime


@dataclass(frozen=True)
class Match:
    """The rule that won, and the asset it saw, where it asked for one."""

    rule: RuleFacts
    asset: NearbyAsset | None


def first_match(city: CityFacts, case: Case) -> Match | None:
    """The first rule all of whose conditions hold; None when no rule speaks."""
    for rule in city.rules:
        if _holds(rule, case):
            asset = _asset_for(rule, case)
            if asset or not rule.near_asset:
                return Match(rule, asset)
    return None


def _holds(rule: RuleFacts, case: Case) -> bool:
    return (
        category_matches(rule.category, case.category)
        and (rule.area is None or rule.area in {(a.level, a.code) for a in case.areas})
        and (rule.text is None or bool(words_pattern(rule.text).search(case.description)))
        and (rule.hours is None or within_hours(rule.hours, case.local_time))
    )


def _asset_for(rule: RuleFacts, case: Case) -> NearbyAsset | None:
    reach_m = rule.near_m or 0.0
    for asset in case.assets:
        if asset.kind == rule.near_asset and asset.distance_m <= reach_m:
            return asset
    return None


def category_matches(pattern: str | None, category: str | None) -> bool:
    """`road.*` matches every category of the group, `road.pothole` itself, None everything."""
    if pattern is None:
        return True
    if category is None:
        return False
    if pattern.endswith(".*"):
        return category.startswith(pattern[:-1])
    return category == pattern


@lru_cache(maxsize=1024)
def words_pattern(alternatives: str) -> re.Pattern[str]:
    """`wire|kabel listrik` as a pattern that finds any of them as whole words."""
    words = (re.escape(word.strip()) for word in alternatives.split("|") if word.strip())
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1024)
def days_and_hours(text: str) -> tuple[bool, frozenset[int], str]:
    """Read `mon-fri 08:00-16:00`, `sat,sun` or the same with `!` in front; ValueError if not."""
    inverted = text.startswith("!")
    days, _, hours = text.removeprefix("!").strip().partition(" ")
    wanted: set[int] = set()
    for part in days.lower().split(","):
        first, _, last = part.partition("-")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        wanted |= {day % 7 for day in range(start, end + 1 if end >= start else end + 8)}
    return inverted, frozenset(wanted), hours.strip()


def check_hours(text: str) -> None:
    """Raise ValueError when `text` is not a span that `within_hours` understands."""
    _, _, hours = days_and_hours(text)
    if hours:
        parse_hours(hours)


def within_hours(text: str, local_time: datetime) -> bool:
    """Whether `local_time` falls into the span, e.g. `!mon-fri 08:00-16:00` for after hours."""
    inverted, days, hours = days_and_hours(text)
    inside = local_time.weekday() in days
    if inside and hours:
        opens, closes = parse_hours(hours)
        inside = opens <= local_time.time() < closes
    return inside is not inverted
