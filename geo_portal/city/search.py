"""Finding what the city offers by a few words, in any of its languages, slips of typing forgiven.

A word that is not known is read as the known words it looks like; words that stand in many
entries count for little. So no list of stop words is needed, in any language.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.plain_words import typing_distance, words_of

MOST_WORDS = 8
MOST_READINGS = 6
# A word that stands in more entries than this says nothing beside a rarer one.
TOO_COMMON = 0.08


@dataclass(frozen=True)
class Found:
    """Something that the words may mean; `title` is in `language`, the reader's if there is one."""

    kind: str
    ref: str
    language: str
    title: str
    hint: str
    score: float


@dataclass(frozen=True)
class _Reading:
    """A known word for a typed one: how near it is (1 the same), and how rare (0 … 1)."""

    number: int
    word: str
    near: float
    rare: float


# What is typed begins a known word, or is one, or looks like one.
_KNOWN = text("""
    SELECT typed.number, known.word, known.entries
    FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS typed (word, number),
    LATERAL (
        (SELECT word, entries FROM search_words
         WHERE word >= typed.word AND word < typed.word || U&'\\+10FFFF'
         ORDER BY entries DESC LIMIT 12)
        UNION
        SELECT word, entries FROM search_words WHERE word = typed.word
        UNION
        SELECT word, entries FROM words_like(typed.word)
    ) AS known
""")
_TOTAL = text("SELECT count(*) FROM search_entries")
_FOUND = text("""
    WITH meant AS (
        SELECT * FROM unnest(
            CAST(:numbers AS int[]), CAST(:queries AS text[]), CAST(:worths AS float8[])
        ) AS meant (number, query, worth)
    ), hits AS (
        SELECT entry.id, meant.number,
               max(meant.worth * ts_rank('{0.1, 0.25, 0.6, 1}', entry.words,
                                         CAST(meant.query AS tsquery))) AS score
        FROM meant JOIN search_entries AS entry ON entry.words @@ CAST(meant.query AS tsquery)
        GROUP BY entry.id, meant.number
    ), scored AS (
        SELECT entry.kind, entry.ref, entry.language,
               sum(hits.score) * (1 + 0.5 * (count(*) - 1))
               * CASE WHEN entry.language = :lang THEN 1.15 ELSE 1 END
               * (1 + 0.3 / length(entry.title)) AS score
        FROM hits JOIN search_entries AS entry USING (id)
        WHERE CAST(:kinds AS text[]) IS NULL OR entry.kind = ANY(:kinds)
        GROUP BY entry.id
    ), best AS (
        SELECT DISTINCT ON (kind, ref) * FROM scored ORDER BY kind, ref, score DESC
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY kind ORDER BY score DESC, ref) AS place FROM best
    )
    SELECT ranked.kind, ranked.ref, shown.language, shown.title, shown.hint, ranked.score
    FROM ranked
    CROSS JOIN LATERAL (
        SELECT language, title, hint FROM search_entries AS entry
        WHERE entry.kind = ranked.kind AND entry.ref = ranked.ref
        ORDER BY entry.language = :lang DESC, entry.language = ranked.language DESC LIMIT 1
    ) AS shown
    WHERE ranked.place <= :most
    ORDER BY ranked.score DESC, ranked.ref
""")


def search(
    session: Session, typed: str, lang: str, *, most: int = 6, kinds: Sequence[str] | None = None
) -> list[Found]:
    """What `typed` may mean, best first, at most `most` of each kind; empty for nothing known.

    `kinds` are those of `search_index`; all when none are named.
    """
    readings = _readings(session, words_of(typed)[:MOST_WORDS])
    if not readings:
        return []
    rows = session.execute(
        _FOUND,
        {
            "numbers": [one.number for one in readings],
            "queries": [f"'{one.word}'" for one in readings],
            "worths": [one.near * one.rare for one in readings],
            "lang": lang,
            "kinds": list(kinds) if kinds else None,
            "most": most,
        },
    )
    return [Found(*row) for row in rows]


def _readings(session: Session, typed: list[str]) -> list[_Reading]:
    """The known words that the typed ones may be; very common ones only when all are common."""
    # "pot hole" may be the one word "pothole".
    wanted = typed + [a + b for a, b in pairwise(typed)]
    if not wanted:
        return []
    total = session.execute(_TOTAL).scalar_one() or 1
    known: dict[int, list[tuple[str, int]]] = {}
    for number, word, entries in session.execute(_KNOWN, {"words": wanted}):
        known.setdefault(number, []).append((word, entries))
    found = [
        reading
        for number, word in enumerate(wanted, start=1)
        for reading in _nearest(number, word, known.get(number, []), total, number > len(typed))
    ]
    telling = [one for one in found if one.rare > _rarity(int(total * TOO_COMMON), total)]
    return telling or found


def _nearest(
    number: int, typed: str, known: list[tuple[str, int]], total: int, joined: bool
) -> Iterator[_Reading]:
    exact = any(word == typed for word, _ in known)
    if joined and not exact:
        return
    near = sorted(
        ((_nearness(typed, word), word, entries) for word, entries in known),
        key=lambda one: (-one[0], -one[2]),
    )
    for nearness, word, entries in near[:MOST_READINGS]:
        # What is written right is not taken for a slip of something else.
        if nearness >= (0.85 if exact else 0.3):
            yield _Reading(number, word, nearness, _rarity(entries, total))


def _nearness(typed: str, word: str) -> float:
    """1 for the same word, 0.9 for its beginning, less with every slip, 0 for another word."""
    if word == typed:
        return 1.0
    if word.startswith(typed) and len(typed) >= 2:
        return 0.9
    allowed = 0 if len(typed) < 3 else 1 if len(typed) < 5 else 2 if len(typed) < 9 else 3
    slips = typing_distance(typed, word, allowed)
    if slips <= allowed:
        return 0.85 * (1 - slips / (len(typed) + 1)) - (0.05 if typed[0] != word[0] else 0)
    # Search as you type: the beginning of a word, already with a slip in it.
    if len(word) > len(typed) >= 4 and typing_distance(typed, word[: len(typed)], 1) <= 1:
        return 0.6
    return 0.0


def _rarity(entries: int, total: int) -> float:
    return math.log(1 + total / (1 + entries)) / math.log(1 + total)
