"""Search in a city with five thousand articles in each of three languages."""

import csv
from pathlib import Path
from time import perf_counter

from sqlalchemy.orm import Session

from geo_portal.city.search import search
from tests.article_corpus import add_corpus
from tests.benchmarks.scratch import execute, opened, scratch_city
from tests.benchmarks.table import Row
from tests.typing_slips import mistyped

PACK = Path(__file__).parents[2] / "boundaries" / "pulau-contoh"
TYPED = Path(__file__).parents[1] / "articles" / "typed_queries.csv"
ARTICLES = 5_000
SLIPS, SEED = 300, 311
ROUNDS = 5
MOST_MS = 50.0
LEAST_FOUND = 0.95


def run() -> list[Row]:
    """The mistyped questions, whole and as they are typed letter by letter."""
    typed = list(csv.DictReader(TYPED.read_text(encoding="utf-8").splitlines()))
    with scratch_city(PACK) as url, opened(url) as database:
        with database.transaction() as session:
            entries = add_corpus(session, ARTICLES)
        execute(url, "VACUUM ANALYZE search_entries", "VACUUM ANALYZE search_words")
        with database.session(reading=True) as session:
            whole = _timed(session, [(row["typed"], row["language"]) for row in typed])
            begun = [
                (row["typed"][:length], row["language"])
                for row in typed[:40]
                for length in range(2, len(row["typed"]))
            ]
            letters = _timed(session, begun)
            by_hand = _found(session, typed)
            by_chance = _found(session, mistyped(SLIPS, ARTICLES, SEED))
    against = f"{entries:,} entries"
    return [
        _row("search, whole questions", whole, against),
        _row("search as you type", letters, against),
        _hits("mistyped questions of people: article in top 3", by_hand, len(typed), against),
        _hits("titles with slips at random: article in top 3", by_chance, SLIPS, against),
    ]


def _row(subject: str, times_ms: list[float], against: str) -> Row:
    p50, p95 = (sorted(times_ms)[int(len(times_ms) * share)] for share in (0.5, 0.95))
    figure = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms"
    return Row(subject, figure, against, f"p95 ≤ {MOST_MS:.0f} ms", p95 <= MOST_MS)


def _hits(subject: str, share: float, questions: int, against: str) -> Row:
    wanted = f"≥ {LEAST_FOUND:.0%}"
    return Row(f"{subject} ({questions})", f"{share:.1%}", against, wanted, share >= LEAST_FOUND)


def _timed(session: Session, asked: list[tuple[str, str]]) -> list[float]:
    times = []
    for typed, lang in asked * ROUNDS:
        start = perf_counter()
        search(session, typed, lang)
        times.append((perf_counter() - start) * 1000)
    return times


def _found(session: Session, rows: list[dict[str, str]]) -> float:
    return sum(_is_found(session, row) for row in rows) / len(rows)


def _is_found(session: Session, row: dict[str, str]) -> bool:
    found = search(session, row["typed"], row["language"], most=3, kinds=["article"])
    return row["article"] in [one.ref for one in found]
