"""Taking a city's past complaints in from a file, batch by batch, as often as one likes."""

import csv
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geo_portal.bulk.mapping import mapping_for
from geo_portal.bulk.past import Past, Rejected
from geo_portal.bulk.read import Noticed, Reader, Table, opened
from geo_portal.bulk.store import Stored, store
from geo_portal.bulk.table_cells import guarded
from geo_portal.city.facts import facts
from geo_portal.database import Database

# Large enough for the set-based routing to pay, small enough for two to be under way at once.
BATCH = 10_000
# The database works on one batch while the next is read; a second connection uses a second core.
WRITERS = 2
TURNS = 3
ENOUGH_TO_ANALYSE = 1_000
# Those that queries choose by; statistics of the texts would take longer than the import.
_ANALYSE = """ANALYZE
    complaints (point, submitted_at, department_code, category_code, status, closed_at, source),
    events (complaint_id, kind, at)"""


# Usable rows by line, with their cells in case the database still finds fault.
Batch = dict[int, tuple[Past, list[str]]]


@dataclass
class Report:
    """What became of the rows of a file."""

    layout: str
    source: str
    rows: int = 0
    stored: int = 0
    already_in: int = 0
    outside: int = 0
    rejected: int = 0
    noticed: Noticed = field(default_factory=Noticed)


@dataclass(frozen=True)
class Wanted:
    """How a file is to be taken in; see `mapping.mapping_for`."""

    columns: str | None = None
    mapping_file: Path | None = None
    source: str | None = None
    rejects: Path | None = None
    encoding: str = "utf-8-sig"


def take_in(
    database: Database,
    path: Path,
    wanted: Wanted,
    now: datetime,
    on_progress: Callable[[int, Report], None] = lambda _bytes, _report: None,
) -> Report:
    """Store every row of a CSV that is not in yet; one transaction per batch.

    What was stored stays stored when it is interrupted; run again, it goes on where it was,
    for a row is known by its source and id. Rows that cannot be used go to `wanted.rejects`
    with the reason in words. Raises `NotATable` or `BadMapping` before anything is stored.
    """
    with opened(path, wanted.encoding) as table:
        mapping = mapping_for(table.header, wanted.mapping_file, wanted.columns)
        source = wanted.source or mapping.name or path.name.split(".")[0]
        report = Report(mapping.name, source)
        with database.transaction() as session:
            reader = Reader(table.header, mapping, facts(session), now)
        report.noticed = reader.noticed
        with _Rejects(wanted.rejects, table.header) as rejects:
            batches = _batches(table, reader, rejects, report)
            for batch, done in _stored(database, batches, source, now):
                _note(done, batch, report, rejects)
                on_progress(table.bytes_read(), report)
    if report.stored >= ENOUGH_TO_ANALYSE:
        with database.transaction() as session:
            session.execute(text(_ANALYSE))
    return report


def _batches(table: Table, reader: Reader, rejects: "_Rejects", report: Report) -> Iterator[Batch]:
    numbered = enumerate(table.rows, 2)
    while rows := list(islice(numbered, BATCH)):
        batch: Batch = {}
        for line, cells in rows:
            read = reader.read(line, cells) if cells else None
            if isinstance(read, Past):
                batch[line] = (read, cells)
            elif read:
                rejects.write(read)
                report.rejected += 1
            report.rows += bool(cells)
        yield batch


def _stored(
    database: Database, batches: Iterator[Batch], source: str, now: datetime
) -> Iterator[tuple[Batch, Stored]]:
    """Each batch once it is committed, in order; one that fails ends the import there."""

    def write(batch: Batch) -> Stored:
        past = [past for past, _ in batch.values()]
        for turn in range(TURNS):
            try:
                with database.transaction() as session:
                    return store(session, past, source, now)
            except IntegrityError as clash:
                # One of millions of random codes was taken; the next draw will not be.
                if "uq_complaints_code" not in str(clash.orig) or turn == TURNS - 1:
                    raise
        return Stored()

    under_way: deque[tuple[Batch, Future[Stored]]] = deque()
    with ThreadPoolExecutor(WRITERS) as writers:
        for batch in batches:
            under_way.append((batch, writers.submit(write, batch)))
            if len(under_way) > WRITERS:
                done, stored = under_way.popleft()
                yield done, stored.result()
        for done, stored in under_way:
            yield done, stored.result()


def _note(done: Stored, batch: Batch, report: Report, rejects: "_Rejects") -> None:
    report.stored += done.stored
    report.already_in += done.already_in
    report.outside += done.outside
    report.rejected += len(done.rejected)
    for rejected in done.rejected:
        rejects.write(rejected._replace(cells=tuple(batch[rejected.line][1])))


class _Rejects:
    """The file of refused rows: row, reason, then the row as it was; made when it is needed."""

    def __init__(self, path: Path | None, header: list[str]) -> None:
        self._path, self._header = path, header
        self._file: Any = nullcontext()
        self._writer: Any = None

    def __enter__(self) -> "_Rejects":
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer:
            self._file.close()

    def write(self, rejected: Rejected) -> None:
        if self._path is None:
            return
        if self._writer is None:
            self._file = self._path.open("w", newline="", encoding="utf-8", errors="replace")
            self._writer = csv.writer(self._file)
            self._writer.writerow(["row", "reason", *self._header])
        self._writer.writerow([rejected.line, rejected.reason, *map(guarded, rejected.cells)])
