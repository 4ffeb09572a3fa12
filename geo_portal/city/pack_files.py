"""Reading a pack's text files and tables as clerks really save them."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo_portal.city.findings import Findings, listed, meant
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat

LARGEST_TEXT_MB = 64
SAVE_AS_UTF8 = 'Save it again as "CSV UTF-8" or, in a text editor, with the encoding UTF-8.'


@dataclass(frozen=True)
class Row:
    """One line of a table; cells are trimmed, and a missing cell reads as empty."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def or_none(self, column: str) -> str | None:
        """The cell, or None when it is empty."""
        return self[column] or None

    def names(self, prefix: str, languages: Sequence[str]) -> dict[str, str]:
        """`{language: text}` from `<prefix>_<language>`; bare `<prefix>` is the first language.

        A language that is missing reads as the first; empty when the first is missing too.
        """
        first = self[f"{prefix}_{languages[0]}"] or self[prefix]
        return {lang: self[f"{prefix}_{lang}"] or first for lang in languages} if first else {}


@dataclass
class Columns:
    """Which columns a table must have and may have; those ending in `_*` come per language."""

    required: Sequence[str]
    optional: Sequence[str] = field(default_factory=tuple)

    def known(self, languages: Iterable[str]) -> set[str]:
        """Every column name that is understood, in small letters."""
        names = set()
        for column in (*self.required, *self.optional):
            stem = column.removesuffix("_*")
            names.add(stem)
            if column.endswith("_*"):
                names.update(f"{stem}_{lang}" for lang in languages)
        return names


def read_text(folder: Path, name: str, findings: Findings) -> str | None:
    """The text of a file in UTF-8 (a byte order mark is dropped) or None with a finding."""
    path = folder / name
    try:
        if path.stat().st_size > LARGEST_TEXT_MB * 1024 * 1024:
            findings.error(
                name,
                None,
                f"The file is larger than {LARGEST_TEXT_MB} MB.",
                "Make it smaller.",
            )
            return None
        raw = path.read_bytes()
    except OSError as why:
        findings.error(
            name,
            None,
            f"The file cannot be read: {why.strerror}.",
            "Put it there, readable.",
        )
        return None
    return _decoded(raw, name, findings)


def _decoded(raw: bytes, name: str, findings: Findings) -> str | None:
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as why:
        line = raw.count(b"\n", 0, why.start) + 1
        legible = raw[max(0, why.start - 12) : why.start + 12].decode("cp1252", "replace")
        near = " ".join(legible.split())
        findings.error(name, line, f'The text is not UTF-8; it breaks near "{near}".', SAVE_AS_UTF8)
        return None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        findings.error(
            name,
            line,
            "The file holds a zero byte; it is not plain text.",
            SAVE_AS_UTF8,
        )
        return None
    return text


def read_table(
    folder: Path,
    name: str,
    columns: Columns,
    languages: Sequence[str],
    findings: Findings,
) -> list[Row]:
    """The rows of a CSV with a header; commas, semicolons or tabs, any line ends.

    Empty lines and lines whose first cell begins with # are skipped. What is wrong becomes a
    finding, and rows that cannot be understood are left out.
    """
    text = read_text(folder, name, findings)
    if text is None:
        return []
    if not text.strip():
        findings.error(
            name,
            None,
            "The file is empty.",
            f"Begin with: {','.join(columns.required)}",
        )
        return []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [cell.strip().casefold() for cell in next(reader)]
        if not _columns_fit(name, header, columns, languages, findings):
            return []
        return _rows(name, header, reader, findings)
    except csv.Error as why:
        findings.error(
            name,
            reader.line_num,
            f"The table breaks off here ({why}).",
            'Close every quotation mark, and write " inside a cell as "".',
        )
        return []


def _delimiter(text: str) -> str:
    header = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _columns_fit(
    name: str,
    header: list[str],
    columns: Columns,
    languages: Sequence[str],
    findings: Findings,
) -> bool:
    known = columns.known(languages)
    missing = [stem for stem in columns.required if not _has(stem, header, languages[0])]
    for stem in missing:
        wanted = stem.replace("_*", f"_{languages[0]}")
        findings.error(
            name,
            1,
            f'The column "{wanted}" is missing; the file has {listed(header, 20)}.',
            f"Add or rename a column.{meant(wanted, set(header) - known)}",
        )
    twice = {column for column in header if column and header.count(column) > 1}
    for column in sorted(twice):
        findings.error(name, 1, f'The column "{column}" is there twice.', "Remove one of them.")
    for column in header:
        if column and column not in known and not missing:
            findings.warning(
                name,
                1,
                f'The column "{column}" is not used.',
                f"Remove it, or correct its name.{meant(column, known - set(header))}",
            )
    return not missing and not twice


def _has(stem: str, header: list[str], first_language: str) -> bool:
    if not stem.endswith("_*"):
        return stem in header
    stem = stem.removesuffix("_*")
    return stem in header or f"{stem}_{first_language}" in header


def _rows(name: str, header: list[str], reader: Any, findings: Findings) -> list[Row]:
    rows, line = [], reader.line_num + 1
    for cells in reader:
        trimmed = [cell.strip() for cell in cells]
        if any(trimmed) and not trimmed[0].startswith("#"):
            if len(trimmed) > len(header) and any(trimmed[len(header) :]):
                findings.error(
                    name,
                    line,
                    f"The line has {len(trimmed)} cells, the header only {len(header)}.",
                    'Put a cell that contains a comma in quotation marks: "a, b".',
                )
            else:
                rows.append(Row(name, line, dict(zip(header, trimmed, strict=False))))
        line = reader.line_num + 1
    return rows


def place_of(row: Row, findings: Findings) -> LonLat | None:
    """The place in columns lon and lat, or None when both are empty or wrong (with a finding)."""
    if not row["lon"] and not row["lat"]:
        return None
    try:
        lon, lat = (float(row[column].replace(",", ".")) for column in ("lon", "lat"))
    except ValueError:
        what = f'"{row["lon"]}", "{row["lat"]}" is not a longitude and a latitude.'
    else:
        try:
            return LonLat(lon, lat)
        except Invalid as refusal:
            swapped = abs(lon) <= 90 < abs(lat) <= 180
            what = "lon and lat are the wrong way round." if swapped else str(refusal)
    findings.error(
        row.file, row.line, what, "Write degrees with a point, longitude in lon: 106.83, -6.17."
    )
    return None


def yes_or_no(row: Row, column: str, findings: Findings) -> bool:
    """Whether the cell says yes; an empty cell says no."""
    said = row[column].casefold()
    if said not in ("yes", "no", "true", "false", "1", "0", ""):
        findings.error(
            row.file,
            row.line,
            f'"{row[column]}" in {column} is neither yes nor no.',
            "Write yes or no.",
        )
    return said in ("yes", "true", "1")
