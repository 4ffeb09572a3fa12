"""Why a report is taken for what it is: for citizens in sentences, for staff with a what-if."""

import pytest

from geo_portal.city.facts import facts
from geo_portal.routing.explanation import explain
from geo_portal.routing.reasons import sentence
from tests.past_words import trained_on_past_words


@pytest.fixture(scope="module")
def town():
    """The model of the small town."""
    return trained_on_past_words().model


@pytest.fixture
def tiny(city, session):
    """What is known of the tiny city."""
    return facts(session)


def test_words_for_and_words_against_are_told_apart(town):
    best = town.suggest("pothole and hole in the road under the lamp")[0]

    assert best.category == "road.pothole"
    assert "pothole" in best.words
    assert "lamp" in best.against


def test_staff_see_without_which_word_it_would_go_elsewhere(town):
    made = explain(town, "pothole garbage trash")

    assert made.instead is not None
    assert made.instead.word in made.suggestions[0].words
    assert made.instead.category != made.suggestions[0].category


def test_a_text_that_says_one_thing_twice_hangs_on_no_word(town):
    made = explain(town, "deep potholes everywhere, broken asphalt, hole in the road, pothole")

    assert made.suggestions[0].category == "road.pothole"
    assert made.instead is None


def test_nothing_known_has_nothing_to_explain(town):
    assert explain(town, "☃") == ((), None)


def test_the_citizen_reads_what_words_and_place_said(tiny):
    reason = {
        "kind": "words",
        "category": "road.pothole",
        "confidence": 0.95,
        "words": ["pothole"],
        "against": ["lamp"],
        "around": ["place", "not time"],
    }

    told = sentence(reason, tiny, str, "en")

    assert told.startswith("Your words “pothole” point to “")
    assert "“lamp” alone would point elsewhere." in told
    assert "Much of this kind was reported around this place before." in told
    assert "It is seldom reported at this time of day or year." in told


def test_a_reason_stored_by_an_earlier_version_is_still_told(tiny):
    reason = {"kind": "words", "category": "road.pothole", "confidence": 0.95, "words": ["pothole"]}

    told = sentence(reason, tiny, str, "en")

    assert told.endswith("(very sure).")
