"""Real cities' complaints: the stored areas are those that shapely finds, for every row."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from geo_portal.bulk.take_in import Wanted, take_in
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.database import Database
from tests.real_cities import JAKARTA, NEW_YORK, ZURICH, RealCity, write_pack

NOW = datetime(2026, 8, 6, tzinfo=UTC)
SAMPLES = {
    NEW_YORK: ("nyc-311-2026-08-01-to-05.csv.gz", 51_131, 857),
    JAKARTA: ("jakarta-flood-reports-2017-02-21.csv", 1_057, 0),
    ZURICH: ("zurich-zueri-wie-neu-2016-2025.csv.gz", 62_245, 0),
}


@pytest.mark.parametrize("city", SAMPLES, ids=lambda city: city.code)
def test_every_real_complaint_lies_in_the_areas_that_shapely_finds(
    own_database, real_data, tmp_path, city
):
    sample, stored, rejected = SAMPLES[city]
    _replace_city(own_database, city, tmp_path, real_data)

    report = take_in(own_database, real_data / "complaints" / sample, Wanted(), NOW)
    differing = disagreements(own_database, city.borders(real_data))

    assert (report.stored, report.rejected) == (stored, rejected)
    assert differing == []


def _replace_city(database: Database, city: RealCity, folder: Path, real_data: Path) -> None:
    with database.transaction() as session:
        session.execute(text("TRUNCATE city, levels, editions, departments, complaints CASCADE"))
        load(session, read_pack(write_pack(city, folder, real_data)), NOW)


def disagreements(
    database: Database, published: dict[str, dict[str, shapely.Geometry]]
) -> list[tuple[str, str, str | None, list[str]]]:
    """Complaints whose stored area is not one that covers them by shapely, level by level.

    On a shared border shapely finds several; the stored one must be among them, and where it
    finds none, none may be stored.
    """
    found = []
    for level, borders in published.items():
        codes = list(borders)
        with database.transaction() as session:
            rows = session.execute(_STORED, {"level": level}).all()
        points = shapely.points([(row.lon, row.lat) for row in rows])
        shapely.prepare(list(borders.values()))
        at, area = shapely.STRtree(points).query(list(borders.values()), predicate="covers")[::-1]
        around: dict[int, list[str]] = {}
        for number, covering in zip(at.tolist(), area.tolist(), strict=True):
            around.setdefault(number, []).append(codes[covering])
        for number, row in enumerate(rows):
            covering_codes = around.get(number, [])
            if row.code not in (covering_codes or [None]):
                found.append((level, row.source_id, row.code, covering_codes))
    return found


_STORED = text("""
    SELECT complaints.source_id, ST_X(point) AS lon, ST_Y(point) AS lat, (
        SELECT code FROM jurisdictions AS area
        WHERE area.id = ANY (complaints.jurisdiction_ids) AND area.level = :level
    ) AS code
    FROM complaints
""")


def test_the_check_itself_finds_a_wrong_area():
    square, beside = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)

    inside = shapely.covers([square, beside], shapely.Point(1, 0.5))

    assert np.array_equal(inside, [True, True])
