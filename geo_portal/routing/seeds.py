"""Composes complaints from phrases written for this project, where no real text teaches."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo_portal.errors import Invalid

FRAMES_FILE = "frames.csv"
OTHER = "other"
# Enough to meet many frames; more copies of one phrase teach nothing new.
FRAMED_PER_PHRASE = 4
# Of a thing and what may be wrong with it; each pair is a sentence, most of them in a frame.
PAIRS_PER_THING = 4


@dataclass(frozen=True)
class Seed:
    """One composed complaint. `phrase` is what it was made from, so that tests can hold out
    whole phrases and not mere variants of what was learnt."""

    text: str
    category: str
    language: str
    phrase: str


@dataclass(frozen=True)
class Row:
    """What is written for one category in one language."""

    category: str
    language: str
    phrases: list[str]
    things: list[str]
    troubles: list[str]


def composed(folder: Path) -> list[Seed]:
    """Every phrase and every thing with its troubles, alone and in frames; the same each time."""
    chance = random.Random(20)  # noqa: S311  (the same choice each time)
    frames = _frames(folder)
    seeds: list[Seed] = []
    for row in rows(folder):
        around = [] if row.category == OTHER else frames.get(row.language, [])
        for phrase in row.phrases:
            said = [phrase, *_framed(phrase, around, FRAMED_PER_PHRASE, chance)]
            seeds += [Seed(text, row.category, row.language, phrase) for text in said]
        for thing in row.things:
            troubles = chance.sample(row.troubles, min(PAIRS_PER_THING, len(row.troubles)))
            said = [f"{thing} {trouble}" for trouble in troubles]
            said[1:] = [text for bare in said[1:] for text in _framed(bare, around, 1, chance)]
            seeds += [Seed(text, row.category, row.language, thing) for text in said]
    return seeds


def rows(folder: Path) -> Iterator[Row]:
    """What is written for each category; a file is named for its language."""
    files = sorted(file for file in folder.glob("*.csv") if file.name != FRAMES_FILE)
    if not files:
        raise Invalid("There are no seed phrases in {folder}.", folder=folder)
    for file in files:
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                parts = [_parts(row[key]) for key in ("phrases", "things", "troubles")]
                yield Row(row["category"], file.stem, *parts)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _framed(
    phrase: str, frames: list[tuple[str, str]], many: int, chance: random.Random
) -> list[str]:
    """The phrase in some of the frames; as it is where there are none."""
    some = chance.sample(frames, min(many, len(frames)))
    return [f"{before} {phrase} {after}".strip() for before, after in some] or [phrase]


def _frames(folder: Path) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    with (folder / FRAMES_FILE).open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            found.setdefault(row["language"], []).append((row["before"], row["after"]))
    return found
