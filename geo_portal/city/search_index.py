"""The index in which everything of the city is found by words; made anew whenever facts change."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from textwrap import shorten
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_portal.city.directory_tables import Facility, Synonyms
from geo_portal.city.facts import CityFacts, Named, facts
from geo_portal.city.plain_words import words_of

ARTICLE, SERVICE, OFFICE, FACILITY = "article", "service", "office", "facility"
_MARKS = re.compile(r"^#+\s*|[*_`>]|\[([^]]*)\]\([^)]*\)", re.MULTILINE)
ROWS_AT_ONCE = 500
_LONGEST_HINT = 140


@dataclass(frozen=True)
class Findable:
    """One thing in one language: `others` are its other names, `body` what else it says."""

    kind: str
    ref: str
    language: str
    title: str
    hint: str = ""
    others: str = ""
    body: str = ""


_ADD = text("""
    INSERT INTO search_entries (kind, ref, language, title, hint, words)
    SELECT row->>'kind', row->>'ref', row->>'language', row->>'title', row->>'hint',
           setweight(to_tsvector('simple', row->>'title_words'), 'A')
           || setweight(to_tsvector('simple', row->>'other_words'), 'B')
           || setweight(to_tsvector('simple', row->>'body_words'), 'C')
           || setweight(to_tsvector('simple', row->>'pairs'), 'D')
    FROM jsonb_array_elements(CAST(:rows AS jsonb)) AS row
""")
_COUNT = text("""
    INSERT INTO search_words (word, entries, pair)
    SELECT DISTINCT ON (word) word, ndoc, pair FROM (
        SELECT word, ndoc, false AS pair FROM ts_stat('SELECT words FROM search_entries', 'abc')
        UNION ALL
        SELECT word, ndoc, true FROM ts_stat('SELECT words FROM search_entries', 'd')
    ) AS counted
    WHERE length(word) BETWEEN 2 AND 40
    ORDER BY word, pair
""")


def rebuild(session: Session) -> int:
    """Make the index what the city's facts say, in the caller's transaction; its entries.

    A few hundred entries for a city, a few thousand for a country: quicker made than compared.
    """
    session.execute(text("DELETE FROM search_entries"))
    session.execute(text("DELETE FROM search_words"))
    meanings = _meanings(session)
    rows = [_row(one, meanings.get(one.language, ())) for one in _findable(session)]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(_ADD, {"rows": json.dumps(rows[start : start + ROWS_AT_ONCE])})
    session.execute(_COUNT)
    return len(rows)


def _row(one: Findable, groups: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    title, others = words_of(one.title), words_of(one.others)
    named = f" {' '.join(title)} | {' '.join(others)} "
    same = [words for group in groups if _is_named(group, named) for words in group]
    # "streetlight" must find "street light" as well.
    pairs = [first + second for first, second in pairwise(title)]
    pairs += [words.replace(" ", "") for words in same if " " in words]
    return {
        "kind": one.kind,
        "ref": one.ref,
        "language": one.language,
        "title": one.title,
        "hint": shorten(one.hint, _LONGEST_HINT, placeholder=" …"),
        "title_words": " ".join(title),
        "other_words": " ".join([*others, *same]),
        "body_words": " ".join(words_of(one.body)),
        "pairs": " ".join(pairs),
    }


def _is_named(group: Sequence[str], named: str) -> bool:
    return any(f" {words} " in named for words in group)


def _meanings(session: Session) -> dict[str, list[tuple[str, ...]]]:
    """Groups of words that mean the same, by language: ours, then the city's own."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for file in resources.files(__package__).joinpath("synonyms").iterdir():
        if file.name.endswith(".csv"):
            for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
                found.setdefault(file.name[:-4], []).append(_group(row["words"]))
    for own in session.scalars(select(Synonyms)):
        found.setdefault(own.language, []).append(_group(own.words))
    return found


def _group(written: str) -> tuple[str, ...]:
    return tuple(" ".join(words_of(words)) for words in written.split(";"))


def _findable(session: Session) -> Iterator[Findable]:
    city = facts(session)
    yield from _articles(session, city)
    yield from _services(city)
    yield from _offices(city)
    yield from _facilities(session, city)


def _articles(session: Session, city: CityFacts) -> Iterator[Findable]:
    asked = "SELECT slug, language, title, category_code, body FROM current_articles"
    for slug, language, title, code, body in session.execute(text(asked)):
        about = city.categories.get(code or "")
        plain = _MARKS.sub(r"\1", body)
        others = f"{about.name(language)} {' '.join(about.keywords)}" if about else ""
        yield Findable(ARTICLE, slug, language, title, _first_sentence(plain), others, plain)


def _first_sentence(body: str) -> str:
    """The first line that is no heading: a heading ends without a full stop."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    return next((line for line in lines if line[-1] in ".!?۔"), lines[0] if lines else "")


def _services(city: CityFacts) -> Iterator[Findable]:
    for one in city.open_categories.values():
        for lang in city.languages:
            department = city.departments[one.department_code].name(lang)
            others = f"{one.group_name(lang)} {' '.join(one.keywords)}"
            yield Findable(
                SERVICE, one.code, lang, one.name(lang), department, others, one.note(lang)
            )


def _offices(city: CityFacts) -> Iterator[Findable]:
    for one in city.departments.values():
        for lang in city.languages if one.active else ():
            parent = city.departments.get(one.parent_code or "")
            yield Findable(
                OFFICE, one.code, lang, one.name(lang), parent.name(lang) if parent else ""
            )


def _facilities(session: Session, city: CityFacts) -> Iterator[Findable]:
    for one in session.scalars(select(Facility)):
        for lang in city.languages:
            kind, eligible = (
                Named(one.code, names).name(lang) if names else ""
                for names in (one.kind_names, one.eligibility)
            )
            others = f"{kind} {' '.join(one.features)}"
            title = Named(one.code, one.names).name(lang)
            hint = " · ".join(filter(None, (kind, one.address or "")))
            yield Findable(FACILITY, one.code, lang, title, hint, others, eligible)
