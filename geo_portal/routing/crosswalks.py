"""What other cities' labelled complaints teach about our categories, by tables one can read."""

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo_portal.routing.labelled_rows import read_labelled

DATASETS_FILE = "datasets.csv"
# One row in five is kept back, by its text, to see what the model makes of real complaints.
KEPT_BACK = 5


@dataclass(frozen=True)
class Taught:
    """A real text with the category its own city's label was read as."""

    text: str
    category: str
    language: str
    dataset: str
    kept_back: bool


def taught_by(crosswalks: Path, real_data: Path) -> list[Taught]:
    """All texts whose label a crosswalk maps, no more than the table's limit per category.

    `real_data` is the folder that holds `text/`; a file that is not there is a refusal.
    """
    found: list[Taught] = []
    with (crosswalks / DATASETS_FILE).open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            most = int(row["most_per_category"])
            found.extend(_limited(_of_dataset(crosswalks, real_data, row), most))
    return found


def _of_dataset(crosswalks: Path, real_data: Path, row: dict[str, str]) -> Iterator[Taught]:
    table = _Crosswalk.read(crosswalks / f"{row['dataset']}.csv")
    rows = read_labelled(real_data / "text" / row["file"], [row["text"]], row["label"])
    for text, label in zip(rows.texts, rows.labels, strict=True):
        category = table.category(label, text)
        if category:
            kept_back = _number(text) % KEPT_BACK == 0
            yield Taught(text, category, row["language"], row["dataset"], kept_back)


def _limited(taught: Iterator[Taught], most: int) -> Iterator[Taught]:
    """The same rows each time, whatever the order of the file."""
    had: Counter[str] = Counter()
    for one in sorted(taught, key=lambda one: _number(one.text)):
        had[one.category] += 1
        if had[one.category] <= most:
            yield one


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha1(text.encode(), usedforsecurity=False).digest()[:8])


@dataclass(frozen=True)
class _Crosswalk:
    """Rows are asked from the top; the first whose label and words fit gives the category."""

    rows: list[tuple[str, re.Pattern[str] | None, str]]

    @classmethod
    def read(cls, file: Path) -> "_Crosswalk":
        rows: list[tuple[str, re.Pattern[str] | None, str]] = []
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened):
                said = [re.escape(word) for word in row["beginning_with"].split("|") if word]
                pattern = re.compile(rf"\b(?:{'|'.join(said)})", re.IGNORECASE) if said else None
                rows.append((row["label"], pattern, row["category"]))
        return cls(rows)

    def category(self, label: str, text: str) -> str | None:
        return next(
            (
                category
                for known, said, category in self.rows
                if known == label and (said is None or said.search(text + " "))
            ),
            None,
        )
