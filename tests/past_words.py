"""A town's past complaints in words, small enough to learn from within a second."""

import csv
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from geo_portal.routing.training import Trained, train

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
TOLD = {
    "road.pothole": (
        ("deep pothole", "hole in the road", "broken asphalt", "potholes everywhere"),
        ("on mill road", "near the school", "again", "since march", "please repair"),
    ),
    "light.street": (
        ("street light out", "lamp not working", "dark lane no light", "light pole broken"),
        ("on mill road", "near the school", "again", "since march", "please repair"),
    ),
    "waste.pile": (
        ("garbage heap", "litter and trash", "rubbish all over", "trash stinks"),
        ("on mill road", "near the school", "again", "since march", "please clean"),
    ),
}


def past_words() -> tuple[list[str], list[str]]:
    """Sixty texts and their labels, each text once."""
    rows = [
        (f"{what} {where}", label)
        for label, (things, places) in TOLD.items()
        for what, where in product(things, places)
    ]
    return [text for text, _ in rows], [label for _, label in rows]


def trained_on_past_words() -> Trained:
    """A model of those sixty texts."""
    texts, labels = past_words()
    return train(texts, labels, name="town", now=LONG_AGO)


def write_history(file: Path, rows: list[tuple[str, str]] | None = None) -> Path:
    """A CSV with columns `text`, `category` and `department`: these rows, else the sixty texts."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["text", "category", "department"])
        for text, label in rows if rows is not None else zip(*past_words(), strict=True):
            writer.writerow([text, label, label.partition(".")[0].upper()])
    return file
