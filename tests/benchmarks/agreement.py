"""The stored areas of every real complaint against those that shapely finds."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from geo_portal.bulk.take_in import Wanted, take_in
from tests.benchmarks.scratch import opened, scratch_city
from tests.benchmarks.table import Row
from tests.real_cities import (
    JAKARTA,
    NEW_YORK,
    ZURICH,
    RealCity,
    disagreements,
    real_data_folder,
    write_pack,
)

NOW = datetime(2026, 8, 6, tzinfo=UTC)
SAMPLES = {
    NEW_YORK: "complaints/nyc-311-2026-08-01-to-05.csv.gz",
    JAKARTA: "complaints/jakarta-flood-reports-2017-02-21.csv",
    ZURICH: "complaints/zurich-zueri-wie-neu-2016-2025.csv.gz",
}


def run() -> list[Row]:
    """One line per city; skipped, and said so, without real data."""
    data = real_data_folder()
    if data is None:
        return [Row("agreement with shapely", "skipped: GEO_PORTAL_REAL_DATA names no folder")]
    return [_agreement(city, data) for city in SAMPLES]


def _agreement(city: RealCity, data: Path) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        pack = write_pack(city, Path(folder), data)
        with scratch_city(pack) as url, opened(url) as database:
            stored = take_in(database, data / SAMPLES[city], Wanted(), NOW).stored
            differing = len(disagreements(database, city.borders(data)))
    asked = stored * len(city.levels)
    return Row(
        f"agreement of stored areas, {city.code}: {stored:,} rows × {len(city.levels)} levels",
        f"{(asked - differing) / asked:.2%}",
        "shapely on the borders as published",
        "100 %",
        differing == 0,
    )
