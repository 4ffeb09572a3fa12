"""Slips of the fingers: letters swapped, left out, doubled, or taken from the key beside."""

import random
from collections.abc import Sequence

from tests.article_corpus import corpus

# The rows of the keyboards people write with; Urdu as Pakistan's phonetic layout has it.
KEYBOARDS = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("قوعرتےءیہپ", "اسدفگحجکل", "زشچطبنم"),
)
# What people write around the thing they mean.
FRAMES = {
    "en": ("{}", "{}", "how do i find {}", "{} please"),
    "id": ("{}", "{}", "saya mau tanya {}", "{} di mana"),
    "ur": ("{}", "{}", "مجھے {} چاہیے", "{} کہاں"),
}
SHORTEST_WORD = 4


def mistyped(number: int, articles: int, seed: int) -> list[dict[str, str]]:
    """`number` questions for titles among `articles` made ones, each with one slip or two."""
    chance = random.Random(seed)
    rows = chance.sample(list(corpus(articles)), number)
    return [
        {
            "typed": _slipped(row["title"], row["language"], chance),
            "language": row["language"],
            "article": row["slug"],
        }
        for row in rows
    ]


def _slipped(title: str, language: str, chance: random.Random) -> str:
    words = title.casefold().replace(":", "").replace("(", "").replace(")", "").split()
    long_enough = [place for place, word in enumerate(words) if len(word) >= SHORTEST_WORD]
    for place in chance.sample(long_enough, min(chance.choice((1, 2)), len(long_enough))):
        words[place] = _with_a_slip(words[place], chance)
    return chance.choice(FRAMES[language]).format(" ".join(words))


def _with_a_slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) - 1)
    before, letter, following, after = word[:at], word[at], word[at + 1], word[at + 2 :]
    slips: Sequence[str] = (
        before + following + letter + after,
        before + following + after,
        before + letter * 2 + following + after,
        before + _beside(letter, chance) + following + after,
    )
    # Two equal letters swapped, or a key with nothing beside it, would be no slip.
    return chance.choice([slip for slip in slips if slip != word])


def _beside(letter: str, chance: random.Random) -> str:
    for row in (row for keyboard in KEYBOARDS for row in keyboard if letter in row):
        at = row.index(letter)
        return chance.choice([row[one] for one in (at - 1, at + 1) if 0 <= one < len(row)])
    return letter
