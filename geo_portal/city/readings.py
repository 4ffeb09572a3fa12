"""What typed words may mean: the words of the search index that they are, begin, or look like."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.plain_words import typing_distance

MOST_READINGS = 4
ONE_SLIP = 0.85
# What needs one slip more is this much less likely meant.
EACH_FURTHER_SLIP = 0.55
ANOTHER_FIRST_LETTER = 0.05
BEGINNING = 0.9
BEGINNING_WITH_A_SLIP = 0.4
LEAST_NEAR = 0.2
# "tree" is "trees" as well, but only who still types "tre" may mean "treatment".
LONGEST_ENDING = 3


@dataclass(frozen=True)
class Reading:
    """A known word for the typed one of that number: how near it is (1 the same), how rare (0 … 1).

    `entries` is in how many entries of the index it stands.
    """

    number: int
    word: str
    near: float
    rare: float
    entries: int


@dataclass(frozen=True)
class _Known:
    word: str
    entries: int
    pair: bool


# Only what is no known word itself is held against all that look like it: that takes longest.
_KNOWN = text("""
    SELECT typed.number, known.word, known.entries, known.pair
    FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS typed (word, number),
    LATERAL (
        (SELECT word, entries, pair FROM search_words
         WHERE word >= typed.word AND word < typed.word || U&'\\+10FFFF'
         AND typed.number <= :single
         ORDER BY pair, entries DESC LIMIT 12)
        UNION
        SELECT word, entries, pair FROM search_words WHERE word = typed.word
        UNION
        SELECT alike.word, alike.entries, pair
        FROM words_like(typed.word) AS alike JOIN search_words USING (word)
        WHERE typed.number <= :single
        AND NOT EXISTS (SELECT FROM search_words WHERE word = typed.word)
    ) AS known
""")
_TOTAL = text("SELECT count(*) FROM search_entries")


def readings(session: Session, typed: list[str]) -> list[Reading]:
    """The known words that the typed ones may be, in the order in which they were typed."""
    # "pot hole" may be the one word "pothole".
    wanted = typed + [a + b for a, b in pairwise(typed)]
    if not wanted:
        return []
    total = session.execute(_TOTAL).scalar_one() or 1
    known: dict[int, list[_Known]] = {}
    for number, *row in session.execute(_KNOWN, {"words": wanted, "single": len(typed)}):
        known.setdefault(number, []).append(_Known(*row))
    return [
        reading
        for number, word in enumerate(wanted, start=1)
        for reading in _nearest(number, word, known.get(number, []), total, number == len(typed))
    ]


def _nearest(
    number: int, typed: str, known: list[_Known], total: int, still_typed: bool
) -> Iterator[Reading]:
    if any(one.word == typed for one in known):
        # What is written right is not taken for a slip of something else.
        longest = math.inf if still_typed else len(typed) + LONGEST_ENDING
        known = [
            one
            for one in known
            if one.word == typed
            or (one.word.startswith(typed) and len(one.word) <= longest and not one.pair)
        ]
    near = sorted(
        ((_nearness(typed, one.word), one.entries, one.word) for one in known), reverse=True
    )
    # A far-fetched rare word must not weigh more than the common one that was meant.
    rarest = _rarity(near[0][1], total) if near else 0.0
    for nearness, entries, word in near[:MOST_READINGS]:
        if nearness >= LEAST_NEAR:
            yield Reading(number, word, nearness, min(rarest, _rarity(entries, total)), entries)


def _nearness(typed: str, word: str) -> float:
    """1 for the same word, 0.9 for its beginning, less with every slip, 0 for another word."""
    if word == typed:
        return 1.0
    if word.startswith(typed) and len(typed) >= 2:
        return BEGINNING
    allowed = 0 if len(typed) < 3 else 1 if len(typed) < 5 else 2 if len(typed) < 9 else 3
    slips = typing_distance(typed, word, allowed)
    if slips <= allowed:
        likely = float(ONE_SLIP * EACH_FURTHER_SLIP ** (slips - 1))
        return likely - (ANOTHER_FIRST_LETTER if typed[0] != word[0] else 0)
    # Search as you type: the beginning of a word, already with a slip in it.
    if len(word) > len(typed) >= 4 and typing_distance(typed, word[: len(typed)], 1) <= 1:
        return BEGINNING_WITH_A_SLIP
    return 0.0


def _rarity(entries: int, total: int) -> float:
    return math.log(1 + total / (1 + entries)) / math.log(1 + total)
