"""Articles of a bigger city than any demo: services times questions about them, in three languages.

Their words are those that towns use. Beyond the thousand that concern the whole town, the same
are told again by ward halls, as towns do; always the same ones for the same number.
"""

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from geo_portal.city.search_index import rebuild
from geo_portal.city.tables import Article

LANGUAGES = ("en", "id", "ur")
ARTICLES = Path(__file__).with_name("articles")
WARDS_A_ROUND = 7
WARDS = Path(__file__).parents[1] / "boundaries" / "pulau-contoh" / "wards.geojson"


def corpus(number: int) -> Iterator[dict[str, Any]]:
    """The rows of `number` articles in each language."""
    kinds = [(what, asked) for asked in _rows("aspects") for what in _rows("subjects")]
    for index in range(number):
        what, asked = kinds[index % len(kinds)]
        round_ = index // len(kinds)
        slug = f"{what['code']}-{asked['code']}" + (f"-{round_}" if round_ else "")
        for language in LANGUAGES:
            title = f"{what[language]}: {asked[language]}"
            title += f" ({_ward(index, round_, language)})" if round_ else ""
            body = f"{title}. {asked[f'text_{language}']}"
            yield {"slug": slug, "language": language, "title": title, "body": body}


def add_corpus(session: Session, number: int) -> int:
    """Put the articles beside those of the city and make the index anew; the entries in it."""
    session.execute(insert(Article), list(corpus(number)))
    return rebuild(session)


@cache
def _rows(name: str) -> list[dict[str, str]]:
    lines = (ARTICLES / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines))


@cache
def _wards() -> list[dict[str, str]]:
    features = json.loads(WARDS.read_text(encoding="utf-8"))["features"]
    return [feature["properties"] for feature in features]


def _ward(index: int, round_: int, language: str) -> str:
    ward = _wards()[(index + round_ * WARDS_A_ROUND) % len(_wards())]
    return ward["name_ur" if language == "ur" else "name"]
