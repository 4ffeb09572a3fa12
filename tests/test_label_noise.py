"""How far a city's labels contradict each other, told from texts that say nearly the same."""

import numpy as np
import pytest

from geo_portal.routing.label_noise import twins_of


def pairs(differing):
    """A hundred pairs of twins, unlike all others; so many of the pairs are labelled otherwise."""
    names = [f"{one}{other}" for one in "bcdfghjklm" for other in "npqrstvwxz"]
    texts = [f"{told} lo{n} ro{n} mo{n} to{n}" for n in names for told in ("ash", "elm")]
    labels = [
        "lamp" if twin and n < differing else ("road", "mud")[n % 2]
        for n in range(100)
        for twin in (0, 1)
    ]
    return texts, labels


def test_labels_that_agree_leave_everything_to_be_reached():
    twins = twins_of(*pairs(0))

    assert (twins.rows, twins.differing, twins.ceiling) == (200, 0, 1)


def test_a_tenth_labelled_at_random_is_found_out():
    """A label turned with chance p makes 2·p·(1 − p) of the twins differ."""
    chance = np.random.default_rng(4)
    texts, _ = pairs(0)
    labels = ["road" if n // 2 % 2 else "lamp" for n in range(200)]
    turned = [
        {"road": "lamp", "lamp": "road"}[label] if chance.random() < 0.1 else label
        for label in labels
    ]

    twins = twins_of(texts, turned)

    assert twins.rows == 200
    assert twins.ceiling == pytest.approx(0.9, abs=0.05)


def test_pairs_that_always_differ_leave_what_guessing_gets():
    twins = twins_of(*pairs(100))

    assert twins.differing == 1
    assert twins.ceiling == pytest.approx(1 / 3)


def test_a_few_twins_say_nothing():
    texts, labels = pairs(10)

    assert twins_of(texts[:20], labels[:20]).ceiling is None


def test_texts_without_twins_say_nothing():
    assert twins_of(["one lamp", "two holes", "some mud"], ["a", "b", "b"]).rows == 0
