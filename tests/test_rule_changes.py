"""Rules that an administrator changes: tried on last month, checked, written down, read out."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from geo_portal import clock
from geo_portal.city.facts import facts
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.errors import Invalid, NotAllowed
from geo_portal.geometry import LonLat
from geo_portal.routing.route import find_route
from geo_portal.routing.rule_faults import Fault, faults
from geo_portal.routing.rule_sentences import conditions, destination
from geo_portal.steering.rule_changes import (
    TypedRule,
    changes,
    checked,
    remove_rule,
    save_rule,
    with_rule,
    without_rule,
)
from geo_portal.steering.rule_trial import try_rules
from geo_portal.translation import translator
from tests.city_fixtures import HARBOUR, RIVERSIDE
from tests.conftest import CHECKOUT
from tests.staff_fixtures import MONDAY
from tests.test_classifier_commands import COMMAND
from tests.test_rules import rule

TONIGHT = MONDAY + timedelta(hours=10)
MARKET_HOLES = TypedRule(
    position="5",
    category="road.*",
    area="ward:N2",
    text="deep| very deep |",
    hours="mon-fri 08:00-16:00",
    department="LIGHT",
    reason="Holes at the harbour are dug by Street Lighting.",
)


@pytest.fixture
def anita(hire):
    """The administrator."""
    return hire("Anita", "administrator")


def test_a_rule_is_tried_on_last_month_before_it_holds(session, pothole):
    city = facts(session)
    rules = with_rule(city, checked(session, city, MARKET_HOLES))

    trial = try_rules(session, city, rules, TONIGHT)

    assert (trial.reports, trial.elsewhere, trial.wins) == (1, 1, {5: 1})
    [move] = trial.moves
    assert (move.before, move.after, move.codes) == ("ROADS", "LIGHT", (pothole.code,))


def test_the_trial_agrees_with_the_routing_itself(session, city):
    told = {
        "trash in the river": ("waste.pile", RIVERSIDE),
        "trash in the street": ("waste.pile", RIVERSIDE),
        "a deep hole": ("road.pothole", HARBOUR),
        "a lamp is out": ("light.street", HARBOUR),
    }
    for words, (kind, place) in told.items():
        submit(session, NewComplaint(words, LonLat(*place), category=kind), MONDAY)
    known = facts(session)
    wanted = with_rule(known, checked(session, known, replace(MARKET_HOLES, text="")))

    trial = try_rules(session, known, without_rule(known, 20), TONIGHT)
    with_new = try_rules(session, known, wanted, TONIGHT)

    assert {(m.before, m.after): m.reports for m in trial.moves} == {("DRAIN", "WASTE"): 1}
    assert {(m.before, m.after): m.reports for m in with_new.moves} == {("ROADS", "LIGHT"): 1}


def test_a_saved_rule_holds_for_the_next_report_and_says_who_made_it(session, pothole, anita):
    save_rule(session, anita, facts(session), MARKET_HOLES, TONIGHT)

    route = find_route(session, LonLat(*HARBOUR), None, "deep hole", MONDAY, "road.pothole")

    [change] = changes(session)
    assert route.department == "LIGHT"
    assert (change.person, change.position, change.elsewhere) == ("Anita", 5, 1)
    assert change.before is None
    assert change.after["text"] == "deep|very deep"


def test_a_rule_can_be_replaced_and_taken_away(session, city, anita):
    save_rule(session, anita, facts(session), MARKET_HOLES, TONIGHT)
    save_rule(
        session, anita, facts(session), replace(MARKET_HOLES, position="15"), TONIGHT, replaces=5
    )
    remove_rule(session, anita, facts(session), 15, TONIGHT)

    told = [(c.position, c.before and c.before["position"], c.after) for c in changes(session)]

    assert [one.position for one in facts(session).rules] == [10, 20, 30]
    assert [(position, before) for position, before, _ in told] == [
        (15, "15"),
        (15, "5"),
        (5, None),
    ]


def test_a_load_for_the_sake_of_something_else_keeps_what_was_changed_here(
    session, city, tiny_pack, anita
):
    load(session, read_pack(tiny_pack), MONDAY)
    save_rule(session, anita, facts(session), MARKET_HOLES, TONIGHT)

    load(session, read_pack(tiny_pack), TONIGHT)

    assert [one.position for one in facts(session).rules] == [5, 10, 20, 30]


def test_only_an_administrator_changes_rules(session, city, budi):
    with pytest.raises(NotAllowed):
        save_rule(session, budi, facts(session), MARKET_HOLES, TONIGHT)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"position": "first"}, "position"),
        ({"position": "10"}, "position"),
        ({"category": "rocket.*"}, "category"),
        ({"area": "ward:N9"}, "area"),
        ({"near_asset": "volcano:20"}, "near_asset"),
        ({"near_asset": "national_road:far"}, "near_asset"),
        ({"hours": "at night"}, "hours"),
        ({"department": "NOBODY"}, "department"),
        ({"reason": " "}, "reason"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_refused(session, city, anita, wrong, field):
    with pytest.raises(Invalid) as refused:
        save_rule(session, anita, facts(session), replace(MARKET_HOLES, **wrong), TONIGHT)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("earlier", "later", "found"),
    [
        ({}, {"category": "road.pothole"}, True),
        ({"category": "road.*"}, {"category": "road.pothole"}, True),
        ({"category": "road.pothole"}, {"category": "road.*"}, False),
        ({"text": "wire|cable"}, {"text": "Cable"}, True),
        ({"text": "wire"}, {"text": "wire|cable"}, False),
        ({"near_asset": "rail", "near_m": 30.0}, {"near_asset": "rail", "near_m": 15.0}, True),
        ({"near_asset": "rail", "near_m": 15.0}, {"near_asset": "rail", "near_m": 30.0}, False),
        ({"hours": "mon-sun"}, {"hours": "sat,sun 10:00-12:00"}, True),
        ({"hours": "!mon-fri 08:00-16:00"}, {"hours": "sun"}, True),
        ({"hours": "!mon-fri 08:00-16:00"}, {"hours": "mon 15:00-17:00"}, False),
        ({"area": ("ward", "N1")}, {"area": ("ward", "N2")}, False),
        ({"hours": "sun"}, {}, False),
    ],
)
def test_a_rule_that_an_earlier_one_covers_is_named(earlier, later, found):
    rules = [rule(1, "ROADS", **earlier), rule(2, "LIGHT", **later)]

    assert faults(rules) == ([Fault(2, 1, contradicts=True)] if found else [])


def test_a_needless_rule_contradicts_nobody():
    assert faults([rule(1, "ROADS"), rule(2, "ROADS", category="road.*")]) == [Fault(2, 1, False)]


def test_a_rule_reads_as_sentences(session, city):
    known = facts(session)
    words = translator("en")

    told = conditions(checked(session, known, MARKET_HOLES), known, words.gettext, words.locale)

    assert told == [
        "All reports of the group “Roads”",
        "in Ward N2",
        "whose words include “deep” or “very deep”",
        "sent Mon–Fri, 08:00-16:00",
    ]
    assert destination(known.rules[0], known, words.gettext, "en") == (
        "go to National Roads Authority."
    )


def test_the_rules_of_a_pack_are_tried_at_the_command_line(own_town, own_url, tiny_pack, tmp_path):
    changed = shutil.copytree(tiny_pack, tmp_path / "changed")
    with (changed / "rules.csv").open("a", encoding="utf-8") as rules:
        rules.write("5,road.*,,,,,LIGHT,Try it.\n15,road.pothole,,,,,WASTE,Never.\n")
    with own_town.transaction() as session:
        new = NewComplaint("a hole", LonLat(*HARBOUR), category="road.pothole")
        submit(session, new, clock.now())

    said = subprocess.run(
        [sys.executable, "-c", COMMAND, "city", "rules", "simulate", str(changed)],
        env=os.environ | {"GEO_PORTAL_DATABASE_URL": own_url, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "1 of 1 reports of the last month would go elsewhere." in said.stdout
    assert "Rule 15 contradicts rule 5" in said.stdout
