"""Finding what the city offers by a few words, in any of its languages, slips of typing forgiven.

Each typed word is read as the known words that it may be. Words that stand in many entries count
for little, so no list of stop words is needed, in any language.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.plain_words import words_of
from geo_portal.city.readings import Reading, readings

MOST_WORDS = 12
# So many entries are weighed: those of the rarest words. Common words tell these apart.
MOST_WEIGHED = 800


@dataclass(frozen=True)
class Found:
    """Something that the words may mean; `title` is in `language`, the reader's if there is one."""

    kind: str
    ref: str
    language: str
    title: str
    hint: str
    score: float


_FOUND = text("""
    WITH meant AS (
        SELECT number, query::tsquery AS query, worth FROM unnest(
            CAST(:numbers AS int[]), CAST(:queries AS text[]), CAST(:worths AS float8[])
        ) AS meant (number, query, worth)
    ), weighed AS MATERIALIZED (
        SELECT * FROM search_entries
        WHERE words @@ CAST(:telling AS tsquery)
        AND (CAST(:kinds AS text[]) IS NULL OR kind = ANY(:kinds))
    ), hits AS (
        SELECT weighed.id, meant.number,
               max(worth * ts_rank('{0.6, 0.25, 0.6, 1}', words, query)) AS score,
               max(worth) AS worth
        FROM weighed JOIN meant ON words @@ query
        GROUP BY weighed.id, meant.number
    ), scored AS (
        SELECT kind, ref, language,
               -- Who holds two of the words is meant rather than who holds one of them twice.
               sum(score) * sum(worth)
               * CASE WHEN language = :lang THEN 1.15 ELSE 1 END
               -- Of two titles that say the same, the one that says nothing else is meant.
               * (1 + 0.3 / (1 + length(title) - length(replace(title, ' ', '')))) AS score
        FROM hits JOIN weighed USING (id)
        GROUP BY id, kind, ref, language, title
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
    meant = readings(session, words_of(typed)[:MOST_WORDS])
    if not meant:
        return []
    rows = session.execute(
        _FOUND,
        {
            "numbers": [one.number for one in meant],
            "queries": [f"'{one.word}'" for one in meant],
            "worths": [one.near * one.rare for one in meant],
            "telling": " | ".join(f"'{one.word}'" for one in _telling(meant)),
            "lang": lang,
            "kinds": list(kinds) if kinds else None,
            "most": most,
        },
    )
    return [Found(*row) for row in rows]


def _telling(meant: Sequence[Reading]) -> list[Reading]:
    """The readings by which entries are found: of the rarest typed words, the nearest first."""
    found_by: Counter[int] = Counter()
    for one in meant:
        found_by[one.number] += one.entries
    in_turn = sorted(meant, key=lambda one: (found_by[one.number], -one.near, one.entries))
    so_far = accumulate(one.entries for one in in_turn)
    few_enough = sum(entries <= MOST_WEIGHED for entries in so_far)
    return in_turn[: max(few_enough, 1)]
