"""How a citizen's words are brought to one spelling before they are counted.

Each word is treated by itself, so a word that speaks for a category can be shown as it was written.
"""

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Any

# Longer texts say nothing new about their category, and a request must end in time.
MOST_CHARACTERS = 4_000
LONGEST_CACHED_WORD = 40

_LINK = re.compile(r"^(https?://|www\.)\S+", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\[([a-z]+)\]")
_LENGTHENED = re.compile(r"([^\W\d])\1{2,}")
_NUMBER = re.compile(r"\d+")
_DOUBLED = re.compile(r"^(\w{3,})2(nya|an)?$")
_WITHOUT_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")

# Urdu is typed on Arabic and Persian keyboards too; these letters look the same to a reader.
_URDU_LETTERS = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ئ": "ی",
        "ك": "ک",
        "ه": "ہ",
        "ة": "ہ",
        "ۀ": "ہ",
        "ۂ": "ہ",
        "ۃ": "ہ",
        "أ": "ا",
        "إ": "ا",
        "ٱ": "ا",
        "آ": "ا",
        "ؤ": "و",
        "ۓ": "ے",
        "ـ": None,
        "\u200c": None,
        "\u200d": None,
        "'": None,
        "\u2019": None,
        "\u02bc": None,
        "`": None,
    }
)


def words_of(text: str) -> list[tuple[str, str]]:
    """Pairs of (word brought to one spelling, word as written), in the order of the text."""
    pairs: list[tuple[str, str]] = []
    for written in text[:MOST_CHARACTERS].split():
        same = _short_word if len(written) <= LONGEST_CACHED_WORD else _one_spelling
        pairs.extend((word, written) for word in same(written))
    return pairs


def normalised(text: str) -> str:
    """The text in one spelling: lower-case words with single spaces between them."""
    return " ".join(word for word, _ in words_of(text))


def spaced_out(text: str) -> str:
    """A normalised text with every character of a script without spaces as its own word."""
    return _WITHOUT_SPACES.sub(r" \g<0> ", text)


def is_unspaced(word: str) -> bool:
    """Whether the word is in a script that writes no spaces between words."""
    return _WITHOUT_SPACES.search(word) is not None


def offline_wording() -> dict[str, Any]:
    """What the page's own `twin/words.js` needs to do the same."""
    letters = {chr(letter): other or "" for letter, other in _URDU_LETTERS.items()}
    return {"letters": letters, "spellings": _spellings()}


def _one_spelling(written: str) -> tuple[str, ...]:
    if _LINK.match(written):
        return ("_link",)
    folded = unicodedata.normalize("NFKC", written).casefold()
    folded = _PLACEHOLDER.sub(r" _\1 ", folded).translate(_URDU_LETTERS)
    folded = "".join(_kept(character) for character in folded)
    return tuple(word for part in folded.split() for word in _standard(_shape(part)).split())


_short_word = lru_cache(maxsize=50_000)(_one_spelling)


def _kept(character: str) -> str:
    """Letters, digits and vowel signs stay; Arabic short vowels go; all else parts words."""
    if character == "_" or character.isalnum():
        return character
    kind = unicodedata.category(character)
    if kind == "Mn" and "\u0610" <= character <= "\u06ed":
        return ""
    return character if kind in ("Mn", "Mc") else " "


def _shape(word: str) -> str:
    doubled = _DOUBLED.match(word)
    if doubled:
        return f"{doubled[1]} {doubled[1]}{doubled[2] or ''}"
    # What a number is says little, how long it is says "house number" or "telephone".
    word = _NUMBER.sub(lambda digits: "0" * min(len(digits[0]), 5), word)
    return _LENGTHENED.sub(r"\1\1", word)


def _standard(word: str) -> str:
    return " ".join(_spellings().get(part, part) for part in word.split())


@cache
def _spellings() -> dict[str, str]:
    """Slang, short forms and Roman Urdu variants, each with the spelling that is counted."""
    table = resources.files(__package__).joinpath("spellings.csv").read_text(encoding="utf-8")
    return {
        variant: row["standard"]
        for row in csv.DictReader(table.splitlines())
        for variant in row["variants"].split()
    }
