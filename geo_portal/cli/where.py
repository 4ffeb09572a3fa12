"""`geo-portal where`: which areas a place lies in, for one place or for a whole file of them."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from geo_portal import local_postgres
from geo_portal.city.facts import CityFacts, facts
from geo_portal.city.jurisdictions import containing_each
from geo_portal.city.services import Served, serving
from geo_portal.database import database_at
from geo_portal.errors import Invalid, NotFound
from geo_portal.geometry import LonLat

console = Console(highlight=False)
ROWS_AT_ONCE = 5_000


def where(
    lon: Annotated[str | None, typer.Argument(help="Longitude in degrees.")] = None,
    lat: Annotated[str | None, typer.Argument(help="Latitude in degrees.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
    file: Annotated[Path | None, typer.Option("--csv", help="A CSV of places.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the answers go.")] = None,
    lon_column: Annotated[str, typer.Option("--lon", help="Its column of longitudes.")] = "lon",
    lat_column: Annotated[str, typer.Option("--lat", help="Its column of latitudes.")] = "lat",
) -> None:
    """Say which areas a place lies in and who works there."""
    if file is not None:
        if out is None:
            raise Invalid("Say with --out where the answers should go.")
        _whole_file(file, out, lon_column, lat_column)
    elif lon is None or lat is None:
        raise Invalid("Give a longitude and a latitude, or a file with --csv.")
    else:
        _one_place(LonLat(_degrees(lon, lon), _degrees(lat, lat)), as_json)


def _degrees(typed: str, whole: str) -> float:
    try:
        return float(typed)
    except ValueError:
        raise Invalid("“{typed}” is not a number of degrees.", typed=whole) from None


def _one_place(place: LonLat, as_json: bool) -> None:
    with database_at(local_postgres.database_url()).transaction() as session:
        served = serving(session, place)
    city = served.city
    if as_json:
        print(json.dumps(_told(served, city), ensure_ascii=False))
    elif not served.areas:
        console.print(f"This place lies outside every area of {city.name('en')}.")
    else:
        _print(served, city)


def _told(served: Served, city: CityFacts) -> dict[str, Any]:
    return {
        "jurisdictions": [
            {"level": area.level, "code": area.code, "name": area.name} for area in served.areas
        ],
        "edition": city.edition.name if city.edition else None,
        "departments": [
            {"code": found.department, "office": found.office} for found in served.departments
        ],
    }


def _print(served: Served, city: CityFacts) -> None:
    for area in served.areas:
        console.print(f"{city.level_name(area.level, 'en')}: {area.name} ({area.code})")
    for found in served.departments:
        owner = city.departments[found.department].name("en")
        office = f", {city.departments[found.office].name('en')}" if found.office else ""
        console.print(f"  {owner}{office}")


def _whole_file(file: Path, out: Path, lon_column: str, lat_column: str) -> None:
    """Every row of `file` with its areas added; places that are none get empty columns."""
    if not file.is_file():
        raise NotFound("There is no file {file}.", file=file)
    unusable = 0
    with (
        file.open(newline="", encoding="utf-8-sig") as source,
        out.open("w", newline="", encoding="utf-8") as target,
        database_at(local_postgres.database_url()).transaction() as session,
    ):
        rows = csv.DictReader(source)
        columns = list(rows.fieldnames or [])
        for needed in (lon_column, lat_column):
            if needed not in columns:
                raise Invalid(
                    "{file} has no column “{column}”; it has {columns}.",
                    file=file.name,
                    column=needed,
                    columns=", ".join(columns),
                )
        levels = [level.code for level in facts(session).levels]
        added = [name for level in levels for name in (level, f"{level}_name")]
        writer = csv.DictWriter(target, [*columns, *added], restval="", extrasaction="ignore")
        writer.writeheader()
        for batch in track(_batches(rows), description="Looking up", console=Console(stderr=True)):
            places = [_place(row, lon_column, lat_column) for row in batch]
            unusable += places.count(None)
            for row, areas in zip(batch, containing_each(session, places), strict=True):
                for area in areas:
                    row |= {area.level: area.code, f"{area.level}_name": area.name}
                writer.writerow(row)
    if unusable:
        console.print(f"{unusable} rows have no usable place; their columns are left empty.")


def _batches(rows: Iterator[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    batch: list[dict[str, str]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _place(row: dict[str, str], lon_column: str, lat_column: str) -> LonLat | None:
    try:
        return LonLat(float(row[lon_column]), float(row[lat_column]))
    except (TypeError, ValueError, Invalid):
        return None
