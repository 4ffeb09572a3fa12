"""Languages: told apart, brought to one spelling, and learnt whatever the script."""

from itertools import product

import pytest

from geo_portal.routing.language import written_in
from geo_portal.routing.training import train
from geo_portal.routing.wording import normalised
from tests.past_words import LONG_AGO

CHINESE = {
    "light": (
        ("路灯坏了", "路灯不亮", "街灯熄灭"),
        ("一个星期了", "请尽快修理", "在学校门口", "晚上很黑"),
    ),
    "waste": (
        ("垃圾没人收", "垃圾堆积", "到处是垃圾"),
        ("一个星期了", "请尽快清理", "在学校门口", "很臭"),
    ),
    "road": (
        ("路面有坑", "马路破损", "道路坑洼"),
        ("一个星期了", "请尽快修理", "在学校门口", "很危险"),
    ),
}
GERMAN = {
    "light": (
        ("Straßenlaterne kaputt", "Laterne brennt nicht", "Beleuchtung defekt"),
        ("seit einer Woche", "vor der Schule", "an der Hauptstrasse", "bitte reparieren"),
    ),
    "waste": (
        ("Abfall liegt herum", "Sperrmüll abgestellt", "Abfalleimer überfüllt"),
        ("seit einer Woche", "vor der Schule", "an der Hauptstrasse", "bitte räumen"),
    ),
    "road": (
        ("Schlagloch im Belag", "Trottoir beschädigt", "Loch in der Strasse"),
        ("seit einer Woche", "vor der Schule", "an der Hauptstrasse", "bitte reparieren"),
    ),
}


def learnt(told):
    """A model of each thing said in each way."""
    rows = [
        (f"{what} {how}", label)
        for label, (things, ways) in told.items()
        for what, how in product(things, ways)
    ]
    return train([text for text, _ in rows], [label for _, label in rows], name="t", now=LONG_AGO)


@pytest.mark.parametrize(
    ("told", "text", "category"),
    [
        (CHINESE, "我家门口的路灯坏了好几天", "light"),
        (CHINESE, "公园里垃圾太多", "waste"),
        (GERMAN, "Die Strassenlampe und die Laternen brennen nicht", "light"),
        (GERMAN, "Abfallsäcke neben dem Eimer", "waste"),
    ],
)
def test_a_city_is_understood_in_the_language_it_taught(told, text, category):
    best = learnt(told).model.suggest(text)[0]

    assert best.category == category
    assert best.words


@pytest.mark.parametrize(
    ("text", "language", "script"),
    [
        ("the street light is out near the market", "en", "Latn"),
        ("lampu jalan di depan rumah saya mati", "id", "Latn"),
        ("hamari gali mein kachra hai aur pani nahi", "ur-Latn", "Latn"),
        ("ہماری گلی میں پانی نہیں آ رہا", "ur", "Arab"),
        ("Die Laterne ist seit einer Woche kaputt", "de", "Latn"),
        ("路灯坏了", "zh", "Hani"),
        ("Яма на дороге", "ru", "Cyrl"),
        ("12345 !!!", "und", "Zyyy"),
    ],
)
def test_language_and_script_are_told(text, language, script):
    assert written_in(text) == (language, script)


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("jln bolong2 bgt tlg", "jalan bolong bolong banget tolong"),
        ("GA ADA AIRRRRR", "tidak ada airr"),
        ("kachara nai uthaya", "kachra nahi uthaya"),
        ("پاني نهين", "پانی نہین"),
        ("call 03001234567", "call 00000"),
        ("Straße", "strasse"),
    ],
)
def test_slang_and_spellings_come_to_one_form(written, same_as):
    assert normalised(written) == normalised(same_as)
