"""Reads a city's past complaints, each with the category a person gave it, from a CSV file."""

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat, NotAPlace
from geo_portal.routing.surroundings import Occasion
from geo_portal.routing.wording import normalised

# A single field longer than this is a broken quote, not a complaint.
csv.field_size_limit(20_000_000)


@dataclass(frozen=True)
class LabelledRows:
    """Texts with their labels; `left_out` counts rows that could not be used, by reason."""

    texts: list[str]
    labels: list[str]
    left_out: dict[str, int]
    # Where and when, one per text; None when no such column was asked for.
    occasions: list[Occasion] | None = None


class OccasionColumns(NamedTuple):
    """The columns that say where (EPSG:4326 degrees) and when (ISO 8601, the city's time)."""

    lon: str | None = None
    lat: str | None = None
    time: str | None = None

    def named(self) -> list[str]:
        """Those there are; a longitude without a latitude is refused."""
        if (self.lon is None) != (self.lat is None):
            raise Invalid("A place needs both columns: --lon and --lat.")
        return [column for column in self if column is not None]

    def occasion(self, row: dict[str, str]) -> Occasion:
        """What the row says; a place or time that cannot be read counts as not known."""
        return Occasion(self._place(row), self._time(row))

    def _place(self, row: dict[str, str]) -> LonLat | None:
        if self.lon is None or self.lat is None:
            return None
        try:
            return LonLat(float(row[self.lon]), float(row[self.lat]))
        except (ValueError, NotAPlace):
            return None

    def _time(self, row: dict[str, str]) -> datetime | None:
        try:
            return datetime.fromisoformat(row[self.time].strip()) if self.time else None
        except ValueError:
            return None


NOT_KNOWN = OccasionColumns()


def read_labelled(
    file: Path,
    text_columns: Sequence[str],
    label_column: str,
    *,
    occasion_columns: OccasionColumns = NOT_KNOWN,
    keep_empty: bool = False,
) -> LabelledRows:
    """Rows with a text and a label; several text columns are joined in the order given.

    Rows without a label are left out and counted, and so are rows without any word unless
    `keep_empty`. Raises Invalid, in words, when the file cannot be read as such a table.
    """
    texts: list[str] = []
    labels: list[str] = []
    occasions: list[Occasion] = []
    left_out: Counter[str] = Counter()
    further = occasion_columns.named()
    for row in rows_of(file, [*text_columns, label_column, *further]):
        text = " ".join(row[c] for c in text_columns if row[c]).strip()
        label = row[label_column].strip()
        if not label:
            left_out["without a label"] += 1
        elif not keep_empty and not normalised(text):
            left_out["without a word"] += 1
        else:
            texts.append(text)
            labels.append(label)
            occasions.append(occasion_columns.occasion(row))
    if not texts:
        raise Invalid("{file} has no row with both a text and a label.", file=file.name)
    return LabelledRows(texts, labels, dict(left_out), occasions if further else None)


def rows_of(file: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """Each row of a CSV or CSV.gz file with at least `columns`; a short row has empty cells."""
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as raw:
            yield from _rows(_lines(raw, file), columns, file)
    except FileNotFoundError as error:
        raise Invalid("There is no file {file}.", file=file) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Invalid("{file} is not a whole gzip file.", file=file.name) from error
    except OSError as error:
        raise Invalid("{file} cannot be read: {why}.", file=file, why=error.strerror) from error


def _lines(raw: Iterator[bytes], file: Path) -> Iterator[str]:
    for number, line in enumerate(raw, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise Invalid(
                "{file}, line {line}: these letters are not UTF-8. "
                "Save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”) and try again.",
                file=file.name,
                line=number,
            ) from error


def _rows(lines: Iterator[str], columns: Sequence[str], file: Path) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(lines, restval="")
    try:
        there = reader.fieldnames or []
        missing = [column for column in columns if column not in there]
        if missing:
            raise Invalid(
                "{file} has no column {missing}. Its columns: {there}.",
                file=file.name,
                missing=", ".join(missing),
                there=", ".join(there[:30]) or "none, the file is empty",
            )
        yield from reader
    except csv.Error as error:
        raise Invalid(
            "{file}, line {line}: not a CSV row ({why}).",
            file=file.name,
            line=reader.line_num,
            why=error,
        ) from error
