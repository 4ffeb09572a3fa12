"""Open data: what a copy holds, what it never does, and that it can be kept up to date."""

import gzip
import io
import json
from datetime import timedelta

import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from sqlalchemy import text

from geo_portal.bulk.open_data import COLUMNS, publish, write_open_data
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.errors import Invalid
from geo_portal.insights.heat_schedule import write_scheduled
from tests.insights_town import NOON, complaint

MARKET = (95.010123, -10.030456)
EVERYTHING = ComplaintFilter()


@pytest.fixture
def town(session, city):
    """A pothole whose address is a formula, and a crime."""
    complaint(session, MARKET)
    session.execute(text("UPDATE complaints SET address = '=HYPERLINK(1)'"))
    complaint(session, MARKET, category="order.crime", description="secret")
    session.execute(text("UPDATE complaints SET address = 'Mill 7' WHERE sensitive"))
    return session


@pytest.mark.parametrize("name", ["all.csv", "all.csv.gz"])
def test_pandas_reads_it_and_private_places_are_rounded(town, tmp_path, name):
    number = write_open_data(town, tmp_path / name, EVERYTHING)

    rows = pd.read_csv(tmp_path / name)
    assert number == 2
    assert tuple(rows.columns) == COLUMNS
    assert rows["latitude"].tolist() == [-10.030456, -10.03]
    assert rows["longitude"].tolist() == [95.010123, 95.01]
    assert rows["incident_address"].tolist()[0] == "'=HYPERLINK(1)"
    assert rows["incident_address"].isna().tolist() == [False, True]
    assert "secret" not in rows.to_csv()


def test_it_is_geoparquet_with_typed_columns(town, tmp_path):
    write_open_data(town, tmp_path / "all.parquet", EVERYTHING)

    table = pq.read_table(tmp_path / "all.parquet")
    assert json.loads(table.schema.metadata[b"geo"])["primary_column"] == "geometry"
    assert str(table.schema.field("created_date").type) == "timestamp[us, tz=UTC]"
    assert shapely.from_wkb(table["geometry"][0].as_py()).coords[0] == MARKET


def test_the_nightly_files_are_everything_and_what_changed(town, tmp_path):
    complaint(town, MARKET, at=NOON - timedelta(days=9))

    made = publish(town, tmp_path, NOON + timedelta(hours=2))

    rows = {path.name: path for path in made}
    changes = gzip.decompress(rows["complaints-changes-2026-06-10.csv.gz"].read_bytes()).decode()
    whole = gzip.decompress(rows["complaints.csv.gz"].read_bytes()).decode()
    assert len(pd.read_csv(io.StringIO(whole))) == 3
    assert len(pd.read_csv(io.StringIO(changes))) == 2
    assert pq.read_metadata(rows["complaints.parquet"]).num_rows == 3


def test_scheduled_maps_are_written_from_their_recipes(town, tmp_path):
    recipes = ["potholes.csv?category=road.pothole&cell_m=500", "density.tif?measure=density"]

    made = write_scheduled(town, recipes, tmp_path, NOON)

    assert [path.name for path in made] == ["potholes.csv", "density.tif"]
    assert pd.read_csv(made[0])["cell_m"].tolist() == [500]


def test_another_form_is_refused_and_leaves_nothing_behind(town, tmp_path):
    with pytest.raises(Invalid, match=r"not as all\.xlsx"):
        write_open_data(town, tmp_path / "all.xlsx", EVERYTHING)

    assert list(tmp_path.iterdir()) == []
