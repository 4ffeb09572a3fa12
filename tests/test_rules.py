"""The city's rules: what each condition means, and that the first match wins."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from geo_portal.city.jurisdictions import Area, NearbyAsset
from geo_portal.city.rule_facts import RuleFacts
from geo_portal.routing.rules import Case, check_hours, first_match, within_hours

HARBOUR = Area(7, "ward", "W07", "Harbour")
RING_ROAD = NearbyAsset("national_road", "NRO", "Ring Road", 9.0)
MONDAY_NOON = datetime(2026, 9, 7, 12, 0)
SUNDAY_NIGHT = datetime(2026, 9, 6, 23, 30)


@dataclass
class Rules:
    """A city that is only its rules."""

    rules: list[RuleFacts] = field(default_factory=list)


def rule(position: int, department: str, **conditions) -> RuleFacts:
    nothing = dict.fromkeys(("category", "area", "text", "near_asset", "near_m", "hours"))
    return RuleFacts(position, **(nothing | conditions), department_code=department, reason="…")


def case(**facts) -> Case:
    usual = {
        "category": "road.pothole",
        "areas": (HARBOUR,),
        "description": "A deep hole by the KABEL LISTRIK, please mend.",
        "assets": (RING_ROAD,),
        "local_time": MONDAY_NOON,
    }
    return Case(**(usual | facts))


def winner(rules: list[RuleFacts], of: Case) -> str | None:
    match = first_match(Rules(rules), of)
    return match.rule.department_code if match else None


def test_the_first_rule_that_matches_wins():
    rules = [rule(1, "NO", category="light.street"), rule(2, "FIRST"), rule(3, "SECOND")]

    assert winner(rules, case()) == "FIRST"


@pytest.mark.parametrize(
    ("conditions", "matches"),
    [
        ({"category": "road.pothole"}, True),
        ({"category": "road.*"}, True),
        ({"category": "roa.*"}, False),
        ({"category": "light.*"}, False),
        ({"area": ("ward", "W07")}, True),
        ({"area": ("district", "W07")}, False),
        ({"text": "wire|kabel listrik"}, True),
        ({"text": "mend"}, True),
        ({"text": "men"}, False),
        ({"text": "c++|(hole"}, False),
        ({"near_asset": "national_road", "near_m": 15.0}, True),
        ({"near_asset": "national_road", "near_m": 5.0}, False),
        ({"near_asset": "railway", "near_m": 15.0}, False),
        ({"hours": "mon-fri 08:00-16:00"}, True),
        ({"hours": "!mon-fri 08:00-16:00"}, False),
    ],
)
def test_every_condition_must_hold(conditions, matches):
    assert (winner([rule(1, "YES", **conditions)], case()) == "YES") is matches


def test_without_a_category_only_rules_that_ask_for_none_speak():
    rules = [rule(1, "ROADS", category="road.*"), rule(2, "HARBOUR", area=("ward", "W07"))]

    assert winner(rules, case(category=None)) == "HARBOUR"


def test_the_match_names_the_asset_that_decided():
    match = first_match(Rules([rule(1, "NRO", near_asset="national_road", near_m=15.0)]), case())

    assert match.asset == RING_ROAD


@pytest.mark.parametrize(
    ("text", "at_noon", "on_sunday_night"),
    [
        ("mon-fri", True, False),
        ("sat,sun", False, True),
        ("fri-mon", True, True),
        ("sun 22:00-24:00", False, True),
        ("!mon-fri 08:00-16:00", False, True),
    ],
)
def test_hours_are_the_city_s_own(text, at_noon, on_sunday_night):
    assert within_hours(text, MONDAY_NOON) is at_noon
    assert within_hours(text, SUNDAY_NIGHT) is on_sunday_night


@pytest.mark.parametrize("text", ["", "monday", "mon-fri 8-16", "mon 16:00-08:00"])
def test_hours_that_mean_nothing_are_noticed(text):
    with pytest.raises(ValueError):
        check_hours(text)
