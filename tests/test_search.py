"""Finding what the city knows by a few words: slips of typing, other words, other languages."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import text

from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.city.plain_words import typing_distance, words_of
from geo_portal.city.search import search
from tests.article_corpus import ARTICLES, add_corpus
from tests.city_fixtures import LOADED_AT
from tests.typing_slips import mistyped

ISLAND = Path(__file__).parent.parent / "boundaries" / "pulau-contoh"
QUERIES = (ARTICLES / "typed_queries.csv").read_text(encoding="utf-8")
MANY = 5_000
TYPED = list(csv.DictReader(QUERIES.splitlines()))


@pytest.fixture(scope="module")
def island(own_database):
    """The demo city among five thousand more articles in each of its languages."""
    with own_database.transaction() as session:
        load(session, read_pack(ISLAND), LOADED_AT)
        add_corpus(session, MANY)
        session.execute(text("ANALYZE"))
    with own_database.session(reading=True) as session:
        yield session


def found(session, typed, lang, **more):
    return [one.ref for one in search(session, typed, lang, **more)]


def missed(session, questions):
    return [
        (row["typed"], row["article"])
        for row in questions
        if row["article"]
        not in found(session, row["typed"], row["language"], most=3, kinds=["article"])
    ]


def test_of_a_hundred_mistyped_questions_95_find_their_article_among_the_first_three(island):
    lost = missed(island, TYPED)

    assert len(TYPED) == 100
    assert len(lost) <= 5, lost


def test_fingers_that_slip_anywhere_find_the_article_as_well(island):
    questions = mistyped(100, MANY, seed=311)

    lost = missed(island, questions)

    assert len(lost) <= 5, lost


def test_a_word_is_not_taken_for_the_beginning_of_two_written_as_one(island):
    first = found(island, "dog licnce renewal", "en", most=1, kinds=["article"])

    assert first == ["dog-licence-renew"]


@pytest.mark.parametrize(
    ("typed", "lang", "kind", "ref"),
    [
        ("streetlamp", "en", "article", "street-lights"),
        ("pohon tumbang", "ur", "article", "trees"),
        ("Street light out", "en", "service", "light.street"),
        ("harbour master's ward hall pasar lontar", "en", "office", "HALL-W02"),
    ],
)
def test_other_words_and_other_languages_find_it_too(island, typed, lang, kind, ref):
    first = found(island, typed, lang, most=1, kinds=[kind])

    assert first == [ref]


def test_a_title_is_shown_in_the_readers_language(island):
    best = search(island, "pothole", "ur", most=1, kinds=["article"])[0]

    assert (best.language, best.title) == ("ur", "سڑک کے گڑھے")


@pytest.mark.parametrize("typed", ["", "  ", "!!!", "\0", "'); DROP TABLE articles --", "x" * 5000])
def test_what_is_no_word_finds_nothing_and_breaks_nothing(island, typed):
    known = search(island, typed, "en", kinds=["facility"])

    assert known == []


@pytest.mark.parametrize(
    ("typed", "meant", "slips"),
    [("jlaan", "jalan", 1), ("pothle", "pothole", 1), ("same", "same", 0), ("cat", "house", 3)],
)
def test_two_swapped_letters_are_one_slip(typed, meant, slips):
    counted = typing_distance(typed, meant, 2)

    assert counted == slips


def test_one_spelling_for_both_keyboards():
    arabic, persian = words_of("ڈينگي كارڈ"), words_of("ڈینگی کارڈ")

    assert arabic == persian
