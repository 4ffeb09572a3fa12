"""The base model on plain sentences that were written after, and apart from, its seed phrases."""

import csv
from pathlib import Path

import pytest

from geo_portal.routing.model_files import load_model
from geo_portal.settings import CHECKOUT

SENTENCES = Path(__file__).with_name("plain_sentences.csv")


@pytest.fixture(scope="module")
def base():
    """The model that comes with the portal."""
    return load_model(CHECKOUT / "models" / "base")


@pytest.fixture(scope="module")
def told(base):
    """What it makes of each plain sentence: (language, fits, decided alone)."""
    with SENTENCES.open(encoding="utf-8", newline="") as opened:
        return [_told(base, row) for row in csv.DictReader(opened)]


def _told(base, row):
    suggested = base.suggest(row["text"])
    best = suggested[0] if suggested else None
    alone = best is not None and best.confidence >= base.threshold(best.category)
    return row["language"], best and best.category in row["category"].split("|"), alone


def share(rows):
    """How many of the rows are true."""
    rows = list(rows)
    return sum(map(bool, rows)) / len(rows)


def test_what_is_decided_alone_is_right_nine_times_in_ten(told):
    assert share(fits for _, fits, alone in told if alone) >= 0.9


def test_about_half_of_plain_sentences_need_no_person(told):
    assert share(alone for _, _, alone in told) >= 0.45


@pytest.mark.parametrize("language", ["en", "id", "ur", "ur-Latn"])
def test_the_first_guess_is_mostly_right_in_every_language(told, language):
    assert share(fits for spoken, fits, _ in told if spoken == language) >= 0.65


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("the street lamp in front of our house has been out for a week", "light.street"),
        ("pothole", "road.pothole"),
        ("lampu jalan mati", "light.street"),
        ("sampah menumpuk", "waste.pile"),
        ("سڑک پر گڑھا ہے", "road.pothole"),
        ("gali mein kachray ka dher hai", "waste.pile"),
    ],
)
def test_what_people_type_first_is_understood(base, text, category):
    best = base.suggest(text)[0]

    assert best.category == category
    assert best.confidence >= base.threshold(category)


@pytest.mark.parametrize(
    "text",
    [
        "Die Straßenlaterne vor unserem Haus ist seit einer Woche kaputt",
        "nid de poule rue Victor Hugo",
        "basura sin recoger desde el lunes",
        "路灯坏了一个星期",
        "Яма на дороге",
        "takataka hazijachukuliwa",
        "النفايات متراكمة",
    ],
)
def test_a_language_it_was_not_taught_gets_no_guess(base, text):
    assert base.suggest(text) == []


@pytest.mark.parametrize("text", ["asdf qwer", "hello", "terima kasih", "عید مبارک", "test"])
def test_small_talk_and_noise_are_not_sorted(base, text):
    suggested = base.suggest(text)

    assert not suggested or suggested[0].confidence < base.threshold(suggested[0].category)
