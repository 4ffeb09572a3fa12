"""Open data: every complaint under New York's column names, for whoever keeps a copy."""

import csv
import gzip
import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from geo_portal.bulk.table_cells import guarded
from geo_portal.city.facts import CityFacts, facts
from geo_portal.city.tables import Jurisdiction
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Invalid

ROWS_AT_ONCE = 20_000
COLUMNS = (
    *("unique_key", "created_date", "closed_date", "agency", "agency_name", "complaint_type"),
    *("descriptor", "status", "due_date", "resolution_description"),
    *("resolution_action_updated_date", "incident_address", "borough", "community_board"),
    *("open_data_channel_type", "latitude", "longitude"),
)
# A place of a private kind is told to about a kilometre, and its address not at all.
PRIVATE_DECIMALS = 2
_MOMENTS = frozenset({"created_date", "closed_date", "due_date", "resolution_action_updated_date"})
_NUMBERS = frozenset({"latitude", "longitude"})
Told = tuple[Any, ...]


def write_open_data(
    session: Session,
    path: Path,
    wanted: ComplaintFilter,
    *,
    changed_since: datetime | None = None,
    on_progress: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Write complaints as .csv, .csv.gz or .parquet, in the order of filing; gives how many.

    With `changed_since` only those that something has happened to since. Words and contacts are
    never in it; names of kinds and offices are in the city's first language. However many there
    are, only `ROWS_AT_ONCE` are held at a time. The file takes its name once it is complete.
    Raises `Invalid` for another form, or when the file cannot be written.
    """
    session.execute(text("SET LOCAL statement_timeout = 0"))
    city = facts(session)
    query = _query(wanted.checked(session, city), changed_since)
    told, written = _teller(session, city), 0
    with _written_whole(path) as unfinished, _sink(path, unfinished) as put:
        found = session.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
        for rows in found.partitions():
            put([told(row) for row in rows])
            written += len(rows)
            on_progress(written)
    return written


def publish(session: Session, folder: Path, now: datetime) -> list[Path]:
    """The nightly files: everything as CSV and GeoParquet, and what changed in the day before."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = ComplaintFilter()
    made = [folder / "complaints.csv.gz", folder / "complaints.parquet"]
    for path in made:
        write_open_data(session, path, everything)
    changes = folder / f"complaints-changes-{now:%Y-%m-%d}.csv.gz"
    # An hour more than a day: a night's run that is late leaves no gap, and rows have their key.
    write_open_data(session, changes, everything, changed_since=now - timedelta(hours=25))
    return [*made, changes]


def _query(wanted: ComplaintFilter, changed_since: datetime | None) -> Any:
    conditions = wanted.conditions()
    if changed_since:
        conditions.append(Complaint.updated_at >= changed_since)
    return (
        select(
            *(Complaint.code, Complaint.submitted_at, Complaint.closed_at, Complaint.status),
            *(Complaint.outcome, Complaint.category_code, Complaint.department_code),
            *(func.ST_X(Complaint.point).label("lon"), func.ST_Y(Complaint.point).label("lat")),
            *(Complaint.address, Complaint.channel, Complaint.due_at, Complaint.updated_at),
            *(Complaint.sensitive, Complaint.jurisdiction_ids.label("area_ids")),
        )
        .where(*conditions)
        .order_by(Complaint.id)
    )


def _teller(session: Session, city: CityFacts) -> Callable[[Row[Any]], Told]:
    """Turns a row into its cells; areas and names are read once."""
    rows = session.execute(select(Jurisdiction.id, Jurisdiction.name))
    areas = {row.id: row.name for row in rows}
    lang = city.languages[0]

    def told(row: Row[Any]) -> Told:
        kind = city.categories.get(row.category_code)
        department = city.departments.get(row.department_code)
        decimals = PRIVATE_DECIMALS if row.sensitive else 6
        around = [areas.get(number) for number in row.area_ids]
        return (
            *(row.code, row.submitted_at, row.closed_at, row.department_code),
            department.name(lang) if department else None,
            kind.group_name(lang) if kind else None,
            kind.name(lang) if kind else None,
            *(row.status, row.due_at, row.outcome, row.updated_at),
            None if row.sensitive else row.address,
            # The whole city is no news; below it the coarsest and the finest area.
            around[1] if len(around) > 1 else None,
            around[-1] if len(around) > 2 else None,
            *(row.channel, round(row.lat, decimals), round(row.lon, decimals)),
        )

    return told


@contextmanager
def _written_whole(path: Path) -> Iterator[Path]:
    unfinished = path.with_name(f".{path.name}.part")
    try:
        yield unfinished
        os.replace(unfinished, path)  # noqa: PTH105
    except OSError as why:
        raise Invalid("{file} cannot be written: {why}.", file=path, why=why.strerror) from None
    finally:
        unfinished.unlink(missing_ok=True)


def _sink(path: Path, unfinished: Path) -> Any:
    if path.suffix == ".parquet":
        return _parquet(unfinished)
    if path.name.endswith((".csv", ".csv.gz")):
        return _csv(path, unfinished)
    raise Invalid(
        "Open data is written as .csv, .csv.gz or .parquet, not as {name}.", name=path.name
    )


@contextmanager
def _csv(path: Path, unfinished: Path) -> Iterator[Callable[[list[Told]], None]]:
    with unfinished.open("wb") as raw, _packed(path, raw) as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)

        def put(rows: list[Told]) -> None:
            writer.writerows([_as_text(cell) for cell in row] for row in rows)

        yield put


@contextmanager
def _packed(path: Path, raw: IO[bytes]) -> Iterator[IO[str]]:
    """Without the time in the gzip header, so that the same data is the same file."""
    if path.suffix != ".gz":
        with io.TextIOWrapper(raw, encoding="utf-8", newline="") as out:
            yield out
        return
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=5, fileobj=raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as out,
    ):
        yield out


def _as_text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%dT%H:%M:%SZ}"
    return guarded(cell)


@contextmanager
def _parquet(unfinished: Path) -> Iterator[Callable[[list[Told]], None]]:
    """GeoParquet 1.1, a row group for each batch."""
    # Takes half a second to import; only who asks for it waits.
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely

    moment = pa.timestamp("us", tz="UTC")
    kinds = dict.fromkeys(_MOMENTS, moment) | {name: pa.float64() for name in _NUMBERS}
    fields = [pa.field(name, kinds.get(name, pa.string())) for name in COLUMNS]
    column = {"encoding": "WKB", "geometry_types": ["Point"]}
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    schema = pa.schema([*fields, pa.field("geometry", pa.binary())], {"geo": json.dumps(geo)})
    with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:

        def put(rows: list[Told]) -> None:
            if not rows:
                return
            columns = list(zip(*rows, strict=True))
            points = shapely.to_wkb(shapely.points(columns[-1], columns[-2]))
            writer.write_table(pa.table([*columns, points.tolist()], schema=schema))

        yield put
