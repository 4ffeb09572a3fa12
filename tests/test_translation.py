"""Every word of every page in every language, and numbers and moments said the local way."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from geo_portal.errors import Invalid
from geo_portal.translation import LANGUAGES, direction, negotiated, translator
from tests import catalogues

NOON = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize("lang", catalogues.TRANSLATED)
def test_every_sentence_is_translated(lang):
    known = catalogues.catalogue(lang)

    missing = [
        message.id
        for message in catalogues.sentences()
        if message.id and not _is_said(known.get(message.id))
    ]

    assert missing == [], "run: python -m tests.catalogues"


@pytest.mark.parametrize("lang", catalogues.TRANSLATED)
def test_no_translation_loses_or_invents_a_fact(lang):
    known = catalogues.catalogue(lang)

    different = [m.id for m in known if m.id and _facts(m.id) != _facts(m.string)]

    assert different == []


def test_the_directions_of_writing():
    directions = {lang: direction(lang) for lang in LANGUAGES}

    assert directions == {"en": "ltr", "id": "ltr", "ur": "rtl"}


@pytest.mark.parametrize(
    ("wishes", "lang"),
    [
        ("ur-PK,ur;q=0.9,en;q=0.8", "ur"),
        ("fr, id;q=0.5", "id"),
        ("", "en"),
        ("*;;;q=, \x00", "en"),
    ],
)
def test_the_browsers_wishes_decide(wishes, lang):
    found = negotiated(wishes)

    assert found == lang


def test_a_refusal_is_translated_before_its_facts_are_filled_in():
    refusal = Invalid("There is no complaint with the number {code}.", code="ABC")

    said = translator("id").sentence(refusal)

    assert said == "Tidak ada laporan dengan nomor ABC."


def test_moments_are_said_in_the_citys_time():
    english = translator("en")

    said = [english.moment(NOON + timedelta(days=days), JAKARTA, NOON) for days in (0, 1, 3, 30)]

    assert said == ["today 12:00", "tomorrow 12:00", "Saturday 12:00", "Fri 3 Apr 12:00"]


def test_distances_are_rounded_as_people_say_them():
    indonesian = translator("id")

    said = [indonesian.metres(metres) for metres in (7.4, 83.0, 1234.0)]

    assert said == ["7 m", "80 m", "1,2 km"]


def _is_said(message: object) -> bool:
    return message is not None and catalogues.translated(message)


def _facts(text: object) -> set[str]:
    """The places that facts are filled into: {name} and %(name)s."""
    parts = text if isinstance(text, (list, tuple)) else [text]
    return {fact for part in parts for fact in re.findall(r"\{\w+\}|%\(\w+\)s", part)}
