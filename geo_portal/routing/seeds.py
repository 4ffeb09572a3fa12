"""Composes complaints from phrases written for this project, where no real text teaches."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo_portal.errors import Invalid

FRAMES_FILE = "frames.csv"
OTHER = "other"
# Enough to meet most frames once; more copies of one phrase teach nothing new.
FRAMED_PER_PHRASE = 4


@dataclass(frozen=True)
class Seed:
    """One composed complaint. `phrase` is what it was made from, so that tests can hold out
    whole phrases and not mere variants of what was learnt."""

    text: str
    category: str
    language: str
    phrase: str


def composed(folder: Path) -> list[Seed]:
    """Every phrase alone and in a few frames of its language; the same each time."""
    chance = random.Random(20)  # noqa: S311  (the same choice each time)
    frames = _frames(folder)
    seeds = []
    for category, language, phrase in phrases(folder):
        seeds.append(Seed(phrase, category, language, phrase))
        if category == OTHER:
            continue
        around = frames.get(language, [])
        for before, after in chance.sample(around, min(FRAMED_PER_PHRASE, len(around))):
            seeds.append(Seed(f"{before} {phrase} {after}".strip(), category, language, phrase))
    return seeds


def phrases(folder: Path) -> Iterator[tuple[str, str, str]]:
    """(category, language, phrase) of each written phrase; a file is named for its language."""
    files = sorted(file for file in folder.glob("*.csv") if file.name != FRAMES_FILE)
    if not files:
        raise Invalid("There are no seed phrases in {folder}.", folder=folder)
    for file in files:
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                for phrase in row["phrases"].split("|"):
                    yield row["category"], file.stem, phrase.strip()


def _frames(folder: Path) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    with (folder / FRAMES_FILE).open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            found.setdefault(row["language"], []).append((row["before"], row["after"]))
    return found
