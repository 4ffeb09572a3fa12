"""The administrator's pages: classifiers put to use and taken back, rules tried and saved."""

import shutil

import pytest
from sqlalchemy import text

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.geometry import LonLat
from geo_portal.routing import classifier
from geo_portal.routing.model_files import save_model
from geo_portal.settings import settings
from geo_portal.steering import registry
from tests.city_fixtures import HARBOUR
from tests.past_words import trained_on_past_words

ADMINISTRATOR = Membership("administrator")
RULE = {
    "position": "5",
    "category": "road.*",
    "area": "ward:N2",
    "text": "deep",
    "department": "LIGHT",
    "reason": "Holes at the harbour are dug by Street Lighting.",
}


@pytest.fixture
def anita(database, signed_in):
    """The administrator's browser; classifiers and rules are afterwards what they were."""
    with database.transaction() as session:
        rules = session.execute(text("SELECT * FROM rules")).mappings().all()
    yield signed_in("anita", ADMINISTRATOR)
    with database.transaction() as session:
        session.execute(text("TRUNCATE classifier_turns, classifiers, rule_changes CASCADE"))
        session.execute(
            text("DELETE FROM rules WHERE position <> ALL (:kept)"),
            {"kept": [rule["position"] for rule in rules]},
        )
        session.execute(text("UPDATE city SET facts_version = facts_version + 1"))
    shutil.rmtree(settings().data_dir / "classifiers", ignore_errors=True)
    classifier._loaded.__init__()


@pytest.fixture
def town(database, anita, tmp_path):
    """The number of the town's own classifier, which waits."""
    card = {"rows": 60, "per_category": {}, "cross_validation": {"accuracy": 0.97}}
    save_model(
        tmp_path / "town",
        trained_on_past_words().model,
        card,
        "# The town's own\n",
        {"confusion.svg": "<svg xmlns='http://www.w3.org/2000/svg'></svg>"},
    )
    with database.transaction() as session:
        return registry.register(session, tmp_path / "town", clock.now()).id


@pytest.fixture
def deep_hole(database, city):
    """The code of a report from today, of a deep hole at the harbour."""
    new = NewComplaint("a deep hole", LonLat(*HARBOUR), category="road.pothole")
    with database.transaction() as session:
        return submit(session, new, clock.now()).code


def test_a_classifier_is_put_to_use_and_taken_back_on_its_page(anita, town):
    before = anita.get("/admin/models").text
    used = anita.post(f"/admin/models/{town}/activate").text
    suggested = anita.post("/api/v1/classify", json={"description": "lamp not working"}).json()
    back = anita.post("/admin/models/back").text

    assert "came with the portal" in before
    assert "Go back to the one before" in used
    assert suggested["suggestions"][0]["category"] == "light.street"
    assert "back to:" in back
    assert "Anita" in back


def test_the_card_of_a_classifier_can_be_read_with_its_picture(anita, town):
    card = anita.get(f"/admin/models/{town}").text

    assert "<h1>The town&#39;s own</h1>" in card or "The town's own" in card
    assert anita.get(f"/admin/models/{town}/confusion.svg").status_code == 200
    assert anita.get(f"/admin/models/{town}/elsewhere.svg").status_code == 404
    assert "base classifier" in anita.get("/admin/models/0").text


def test_reports_of_the_week_are_drawn_and_counted(anita, deep_hole, portal):
    portal.post(
        "/api/v1/complaints",
        json={"description": "zzz unheard of", "lon": HARBOUR[0], "lat": HARBOUR[1]},
    )

    told = anita.get("/admin/models").text

    assert told.count('class="chart"') == 3
    assert "100%" in told


def test_a_rule_is_tried_then_saved_then_shown_with_who_did_it(anita, deep_hole):
    tried = anita.post("/admin/rules/try", data=RULE).text
    between = anita.get("/admin/rules").text
    saved = anita.post("/admin/rules/save", data=RULE).text

    assert "1 report of the last month would go elsewhere." in tried
    assert deep_hole in tried
    assert "Holes at the harbour" not in between
    assert "All reports of the group “Roads”, in Ward " in saved
    assert "It decided 1 report last month." in saved
    assert "new rule 5" in saved
    assert "Anita" in saved


def test_a_mistake_in_a_rule_is_said_and_what_was_typed_stays(anita):
    told = anita.post("/admin/rules/save", data=RULE | {"hours": "at night"})

    assert told.status_code == 422
    assert "Write days and hours" in told.text
    assert "Holes at the harbour are dug by Street Lighting." in told.text


def test_a_rule_that_contradicts_an_earlier_one_is_named(anita):
    anita.post("/admin/rules/save", data=RULE)
    later = RULE | {"position": "6", "text": "deep", "department": "WASTE"}

    warned = anita.post("/admin/rules/try", data=later).text
    saved = anita.post("/admin/rules/save", data=later).text

    assert "Rule 5 always speaks first" in warned
    assert "It contradicts rule 5" in saved


def test_a_rule_is_changed_and_taken_away(anita, deep_hole):
    anita.post("/admin/rules/save", data=RULE)
    without = anita.get("/admin/rules/5").text
    anita.post("/admin/rules/save", data=RULE | {"replaces": "5", "position": "7"})

    gone = anita.post("/admin/rules/7/remove").text

    assert "1 report of the last month would go elsewhere." in without
    assert "rule 7 taken away" in gone
    assert 'id="rule-7"' not in gone


def test_the_rules_can_be_taken_along_as_the_file_of_a_pack(anita, tiny_pack):
    told = anita.get("/admin/rules.csv").text.splitlines()

    assert told[0] == "order,category,area,text,near_asset,hours,department,reason"
    assert told[2] == (tiny_pack / "rules.csv").read_text().splitlines()[2]


def test_an_officer_asks_what_other_words_would_lead_to(anita, deep_hole):
    own = anita.get(f"/desk/{deep_hole}/what-if").text
    other = anita.get(f"/desk/{deep_hole}/what-if", params={"text": "lamp"}).text

    assert "Pothole or damaged road" in own
    assert "Street light out" in other
    assert "Without “lamp” nothing known would be left." in other


@pytest.mark.parametrize("path", ["/admin/models", "/admin/models/0", "/admin/rules"])
def test_these_pages_are_for_administrators(signed_in, path):
    assert signed_in("budi", Membership("head", "ROADS")).get(path).status_code == 403
