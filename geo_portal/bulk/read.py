"""Reading a CSV of past complaints: each row a complaint, or a reason why it is none."""

import csv
import gzip
import hashlib
import io
import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from geo_portal.bulk.mapping import STATUSES, Mapping, columns_in
from geo_portal.bulk.past import Past, Rejected
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.states import OUTCOMES, STATES
from geo_portal.complaints.submit import WORST_ACCURACY_M, readable
from geo_portal.complaints.tables import LONGEST_DESCRIPTION
from geo_portal.errors import Invalid
from geo_portal.routing.language import written_in

# American exports write 08/01/2026 12:00:14 AM; the AM tells that the month comes first.
_AMERICAN = "%m/%d/%Y %I:%M:%S %p"
_NOT_UTF8 = re.compile("[\ud800-\udfff]")
# A text of a million characters is refused as too long; more is a quotation mark left open.
LARGEST_CELL = 1_000_000
_EXTRAS = ("outcome", "language", "accuracy_m", "address", "remark")
OLDEST = datetime(1900, 1, 1, tzinfo=UTC)


class NotATable(Invalid):
    """The file is no CSV with a header."""


class _RowError(Exception):
    """This row cannot be taken in; the message says why."""


@dataclass
class Noticed:
    """What was understood only in part, to be told once at the end."""

    categories: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    closed_before_submitted: int = 0


@dataclass(frozen=True)
class Table:
    """An open file: its columns, its rows, and how many of its bytes have been read."""

    header: list[str]
    rows: Iterator[list[str]]
    bytes_read: Callable[[], int]


@contextmanager
def opened(path: Path, encoding: str = "utf-8-sig") -> Iterator[Table]:
    """Open a CSV, gzipped or not, with commas, semicolons or tabs. Raises `NotATable`."""
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            csv.field_size_limit(LARGEST_CELL)
            binary: Any = gzip.GzipFile(fileobj=raw) if zipped else raw
            # Bytes that are not in the encoding are kept, so that only their row is refused.
            text = io.TextIOWrapper(binary, encoding, "surrogateescape", newline="")
            first = text.readline()
            delimiter = max(",;\t|", key=first.count)
            header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
            if len(header) < 2:
                raise NotATable(
                    "{file} does not begin with a line of column names.", file=path.name
                )
            yield Table(header, csv.reader(text, delimiter=delimiter), raw.tell)
    except csv.Error as why:
        raise NotATable(
            "{file} breaks off ({why}); look for a quotation mark that is never closed.",
            file=path.name,
            why=why,
        ) from None
    except (OSError, EOFError, zlib.error) as why:
        raise NotATable("{file} cannot be read: {why}.", file=path.name, why=why) from None


class Reader:
    """Turns the rows of one file into complaints."""

    def __init__(
        self, header: Sequence[str], mapping: Mapping, city: CityFacts, now: datetime
    ) -> None:
        self.mapping, self.city = mapping, city
        self.noticed = Noticed()
        self._latest = now + timedelta(days=1)
        self._zone = ZoneInfo(mapping.timezone) if mapping.timezone else city.timezone
        self._at = {ours: _cell(theirs, list(header)) for ours, theirs in mapping.columns.items()}
        self._extras = [ours for ours in _EXTRAS if ours in self._at]
        self._seen: dict[str, int] = {}
        self._width = len(header)

    def read(self, line: int, cells: list[str]) -> Past | Rejected:
        """The complaint in a row, or why there is none; `line` counts the header as 1."""
        try:
            return self._past(line, cells)
        except _RowError as why:
            return Rejected(line, str(why), tuple(cells))

    def _past(self, line: int, cells: list[str]) -> Past:
        if len(cells) != self._width:
            raise _RowError(f"The row has {len(cells)} cells, the header {self._width}.")
        lon, lat = self._degrees(cells, "lon", 180), self._degrees(cells, "lat", 90)
        said_category = self._said(cells, "category")
        submitted_at = self._submitted_at(cells)
        status, closed_at = self._status(cells, submitted_at)
        description = self._description(cells, said_category)
        extra = {ours: self._said(cells, ours) for ours in self._extras}
        outcome = extra.get("outcome", "").casefold()
        return Past(
            line=line,
            source_id=self._source_id(line, cells),
            description=description,
            lon=lon,
            lat=lat,
            submitted_at=submitted_at,
            status=status,
            closed_at=closed_at,
            category=self._category(said_category),
            outcome=outcome if outcome in OUTCOMES else None,
            language=extra.get("language") or self.mapping.language or _language(description),
            accuracy_m=_accuracy_m(extra.get("accuracy_m")),
            address=extra.get("address", "")[:200] or None,
            remark=extra.get("remark") or None,
        )

    def _said(self, cells: list[str], ours: str) -> str:
        at = self._at.get(ours)
        if at is None:
            return ""
        text = cells[at] if isinstance(at, int) else at(cells)
        # Most cells are plain; only the others need a closer look.
        return text.strip() if text.isascii() and text.isprintable() else _clean(text)

    def _degrees(self, cells: list[str], ours: str, limit: int) -> float:
        text = self._said(cells, ours)
        if not text:
            raise _RowError("The row has no place: lon or lat is empty.")
        try:
            degrees = float(text.replace(",", "."))
        except ValueError:
            raise _RowError(f'"{text}" is not a number of degrees ({ours}).') from None
        if not (math.isfinite(degrees) and abs(degrees) <= limit):
            raise _RowError(f"{text} is no place on earth; {ours} lies within {limit} degrees.")
        return degrees

    def _submitted_at(self, cells: list[str]) -> datetime:
        text = self._said(cells, "submitted_at")
        if not text:
            raise _RowError("The row does not say when it was submitted.")
        moment = self._moment(text)
        if not OLDEST <= moment <= self._latest:
            raise _RowError(f'"{text}" lies in the future or in another century.')
        return moment

    def _moment(self, text: str) -> datetime:
        try:
            if self.mapping.time_format:
                moment = datetime.strptime(text, self.mapping.time_format)  # noqa: DTZ007
            elif text.endswith(("AM", "PM")):
                moment = datetime.strptime(text, _AMERICAN)  # noqa: DTZ007
            else:
                moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=self._zone)
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise _RowError(
                f'"{text}" is not a time like 2026-08-01 14:05; if the whole file writes it so, '
                "give time_format in the mapping file."
            ) from None

    def _status(
        self, cells: list[str], submitted_at: datetime
    ) -> tuple[str | None, datetime | None]:
        """The state, and the moment it was closed, which every closed complaint must have."""
        said = self._said(cells, "status")
        closed = self._said(cells, "closed_at")
        status = self.mapping.statuses.get(said.casefold()) or STATUSES.get(said.casefold())
        if said and status is None:
            self.noticed.statuses[said] += 1
        if status is None:
            status = "resolved" if closed else self.mapping.status
        if status is None or STATES[status].open:
            return status, None
        closed_at = self._moment(closed) if closed else submitted_at
        if closed_at < submitted_at:
            self.noticed.closed_before_submitted += 1
        return status, max(closed_at, submitted_at)

    def _category(self, said: str) -> str | None:
        if not said:
            return self._ours(self.mapping.category)
        theirs = said.casefold()
        category = self._ours(self.mapping.categories.get(theirs)) or self._ours(theirs)
        if category is None:
            self.noticed.categories[said] += 1
        return category or self._ours(self.mapping.category)

    def _ours(self, category: str | None) -> str | None:
        return category if category in self.city.open_categories else None

    def _description(self, cells: list[str], said_category: str) -> str:
        text = self._said(cells, "description") or self.mapping.description or said_category
        if not _says_something(text):
            raise _RowError("The row has no text that says what is wrong.")
        if len(text) > LONGEST_DESCRIPTION:
            raise _RowError(
                f"The text has {len(text)} characters; at most {LONGEST_DESCRIPTION} fit."
            )
        return text

    def _source_id(self, line: int, cells: list[str]) -> str:
        """The file's own id; without one, a fingerprint of the row."""
        source_id = self._said(cells, "id")
        if "id" not in self._at:
            # Equal rows are different complaints: each gets its number among its equals.
            content = hashlib.sha256("\x1f".join(cells).encode(errors="replace")).hexdigest()[:24]
            equals = self._seen[content] = self._seen.get(content, 0) + 1
            return f"{content}-{equals}"
        if not source_id:
            raise _RowError("The row has no id.")
        if source_id in self._seen:
            raise _RowError(f'The id "{source_id}" was already on row {self._seen[source_id]}.')
        self._seen[source_id] = line
        return source_id


def _cell(theirs: str, header: list[str]) -> int | Callable[[list[str]], str]:
    """Where a mapping's right-hand side is found in a row, or what writes it from several cells."""
    if "{" not in theirs:
        return header.index(theirs)
    at = [header.index(name) for name in columns_in(theirs)]
    template = re.sub(r"{[^}]*}", "{}", theirs)

    def filled(cells: list[str]) -> str:
        said = [cells[number].strip() for number in at]
        return template.format(*said).strip(" :;,-–") if any(said) else ""

    return filled


def _accuracy_m(text: str | None) -> float | None:
    try:
        metres = float(text or "nan")
    except ValueError:
        return None
    return metres if 0 <= metres <= WORST_ACCURACY_M else None


@lru_cache(maxsize=20_000)
def _says_something(text: str) -> bool:
    return any(unicodedata.category(character)[0] in "LNS" for character in text)


def _clean(text: str) -> str:
    if _NOT_UTF8.search(text):
        raise _RowError("The row holds letters that are not UTF-8.")
    return readable(text)


@lru_cache(maxsize=20_000)
def _language(text: str) -> str:
    return written_in(text).language
