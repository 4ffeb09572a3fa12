"""Real cities' complaints: the stored areas are those that shapely finds, for every row."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from geo_portal.bulk.take_in import Wanted, take_in
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.database import Database
from tests.real_cities import JAKARTA, NEW_YORK, ZURICH, RealCity, disagreements, write_pack

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


def test_the_check_itself_notices_a_single_wrong_area(own_database, real_data, tmp_path):
    _replace_city(own_database, JAKARTA, tmp_path, real_data)
    sample = real_data / "complaints" / SAMPLES[JAKARTA][0]
    take_in(own_database, sample, Wanted(), NOW)
    with own_database.transaction() as session:
        session.execute(text("UPDATE complaints SET jurisdiction_ids = '{}' WHERE source_id = '2'"))

    differing = disagreements(own_database, JAKARTA.borders(real_data))

    assert [(level, source_id) for level, source_id, _, _ in differing] == [
        ("kota", "2"),
        ("kecamatan", "2"),
        ("kelurahan", "2"),
    ]
