"""The portal learns: triage, correction, a night's training, activation, right words, and back."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from geo_portal import worker
from geo_portal.accounts.people import Membership, Person
from geo_portal.city.facts import facts
from geo_portal.complaints.case_tables import Lesson
from geo_portal.complaints.contest import contest
from geo_portal.complaints.sorting import sort
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.geometry import LonLat
from geo_portal.routing import classifier
from geo_portal.routing.route import find_route
from geo_portal.settings import settings
from geo_portal.steering import registry, retrain
from geo_portal.steering.lesson_rows import lessons
from geo_portal.steering.registry import COMMAND
from tests.city_fixtures import HARBOUR
from tests.people_fixtures import add_person
from tests.staff_fixtures import MONDAY

# What people of this town call a street lamp; no classifier has ever heard of it.
FIREFLIES = (
    "kunang besi padam di gerbang pelabuhan",
    "kunang besi depan pasar padam",
    "kunang besi padam lagi sejak kemarin",
    "kunang besi mati total",
    "kunang besi di taman tidak nyala",
    "dua kunang besi padam",
    "kunang besi dekat sekolah padam",
    "tolong kunang besi mati",
    "kunang besi gelap",
    "kunang besi rusak",
    "kunang besi di jembatan padam",
    "ada kunang besi padam",
)
ASKED = "kunang besi sudah padam"
TONIGHT = MONDAY + timedelta(hours=10)


@pytest.fixture(autouse=True)
def no_kept_models(monkeypatch):
    """The data folder, and what this process remembers, as they were before the test."""
    monkeypatch.setattr(classifier, "_loaded", classifier._Loaded())
    yield
    shutil.rmtree(settings().data_dir / "classifiers", ignore_errors=True)


@pytest.fixture
def lets_itself(monkeypatch):
    """The city lets the portal put a better classifier to use by itself."""
    wanted = settings().model_copy(update={"lessons_activate": True})
    monkeypatch.setattr(retrain, "settings", lambda: wanted)


@pytest.fixture
def town(inbox):
    """The module's own tiny town, without complaints and without trained classifiers."""
    with inbox.transaction() as session:
        session.execute(text("TRUNCATE classifier_turns, classifiers, people CASCADE"))
    return inbox


@pytest.fixture
def wati(town) -> Person:
    """The city secretary."""
    with town.transaction() as session:
        number = add_person(session, "wati", Membership("head"))
    return Person(number, "Wati", "ZWATI", memberships=(Membership("head"),))


@pytest.fixture
def corrected(town, wati):
    """A dozen reports that nobody but a person could sort, and a person did."""
    with town.transaction() as session:
        for words in FIREFLIES:
            code = submit(session, NewComplaint(words, LonLat(*HARBOUR)), MONDAY).code
            sort(session, wati, code, MONDAY + timedelta(hours=1), category="light.street")
    return town


def routed(database, words=ASKED):
    """What the portal makes of these words now."""
    with database.transaction() as session:
        route = find_route(session, LonLat(*HARBOUR), None, words, TONIGHT)
    return route.category, route.needs_triage


def test_what_was_corrected_by_day_goes_right_after_the_night_until_it_is_taken_back(
    corrected, wati
):
    asked = [routed(corrected)]
    outcome = retrain.retrain(corrected, TONIGHT)
    asked.append(routed(corrected))

    with corrected.transaction() as session:
        registry.activate(session, outcome.candidate, TONIGHT, wati)
    asked.append(routed(corrected))
    still_right = routed(corrected, "a deep pothole in the road")
    with corrected.transaction() as session:
        registry.roll_back(session, TONIGHT, COMMAND)
    asked.append(routed(corrected))

    assert asked == [(None, True), (None, True), ("light.street", False), (None, True)]
    assert still_right == ("road.pothole", False)
    assert not outcome.activated
    assert outcome.verdict.mended > 6
    assert outcome.verdict.broken == 0


def test_a_better_classifier_is_used_at_once_where_the_city_lets_it(corrected, lets_itself):
    outcome = retrain.retrain(corrected, TONIGHT)

    with corrected.transaction() as session:
        [turn] = registry.turns(session)
    assert outcome.activated
    assert routed(corrected) == ("light.street", False)
    assert (turn.by, turn.person, turn.name) == (
        *("portal", None, f"base + lessons of {TONIGHT:%Y-%m-%d}"),
    )


def test_its_card_says_what_it_learnt_from_and_how_good_it_is(corrected):
    outcome = retrain.retrain(corrected, TONIGHT)

    with corrected.transaction() as session:
        version = registry.by_number(session, outcome.candidate)
    assert (version.origin, version.state, version.rows) == ("lessons", "candidate", 12)
    assert version.card["on_lessons"]["active"]["rows"] == 12
    assert version.figures["accuracy"] > version.card["on_lessons"]["active"]["accuracy"]
    assert "It mends" in version.words


def test_the_next_night_has_nothing_to_learn_and_builds_on_no_earlier_night(corrected, lets_itself):
    first = retrain.retrain(corrected, TONIGHT)

    again = retrain.retrain(corrected, TONIGHT + timedelta(days=1))

    with corrected.transaction() as session:
        card = registry.by_number(session, first.candidate).card
    assert again.verdict is None
    assert again.candidate is None
    assert card["taught_from"] == {"folder": None, "name": "base"}


def test_a_few_corrections_prove_nothing(town, wati):
    with town.transaction() as session:
        for words in FIREFLIES[:3]:
            code = submit(session, NewComplaint(words, LonLat(*HARBOUR)), MONDAY).code
            sort(session, wati, code, MONDAY, category="light.street")

    outcome = retrain.retrain(town, TONIGHT)

    assert outcome.verdict.active.corrections.rows == 3
    assert outcome.candidate is None


def test_a_contest_teaches_nothing_until_a_person_has_looked(session, pothole, wati_of_the_town):
    contest(session, pothole.code, None, "browser", MONDAY, category="light.street")
    unheard = lessons(session, facts(session), TONIGHT).categories
    sort(session, wati_of_the_town, pothole.code, MONDAY, category="drain.flood")

    heard = lessons(session, facts(session), TONIGHT).categories

    assert unheard == []
    assert [(one.text, one.label) for one in heard] == [(pothole.description, "drain.flood")]
    assert session.scalars(select(Lesson.kind).order_by(Lesson.id)).all()[-2:] == [
        *("contest", "correction"),
    ]


@pytest.fixture
def wati_of_the_town(hire):
    """The city secretary of the shared town."""
    return hire("Wati", "head")


def test_the_worker_learns_every_night():
    nightly = [task.__name__ for cron, task in worker.RECURRING_ON_THEIR_OWN if cron[0] != "*"]

    assert nightly == ["learn_from_lessons"]
