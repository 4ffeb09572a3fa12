"""`geo-portal where`: one place, and a whole file of them, as a person types it."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.city_fixtures import AT_SEA, HILLTOP, ON_THE_ISLET

GEO_PORTAL = Path(sys.executable).with_name("geo-portal")


@pytest.fixture
def where(city, database_url):
    """Runs the command against the tiny town."""

    def run(*words):
        return subprocess.run(
            [GEO_PORTAL, "where", *map(str, words)],
            env=os.environ | {"GEO_PORTAL_DATABASE_URL": database_url},
            capture_output=True,
            text=True,
        )

    return run


def test_a_place_is_told_with_its_areas_and_the_borders_they_are_from(where):
    told = where(*HILLTOP, "--json")

    assert told.returncode == 0
    found = json.loads(told.stdout)
    assert found["jurisdictions"] == [
        {"level": "district", "code": "N", "name": "North"},
        {"level": "ward", "code": "N1", "name": "Hilltop"},
    ]
    assert found["edition"]


def test_a_place_elsewhere_is_no_mistake(where):
    assert json.loads(where(*AT_SEA, "--json").stdout)["jurisdictions"] == []
    assert "outside every area" in where(*AT_SEA).stdout


def test_a_longitude_may_be_negative(where):
    assert json.loads(where("-73.98", "40.75", "--json").stdout)["jurisdictions"] == []


def test_a_whole_file_comes_back_with_a_column_per_level(where, tmp_path):
    rows = [("a", *HILLTOP), ("b", *ON_THE_ISLET), ("c", *AT_SEA), ("d", "north", "south")]
    asked, answered = tmp_path / "asked.csv", tmp_path / "answered.csv"
    asked.write_text("\n".join(["id,x,y", *(",".join(map(str, row)) for row in rows)]) + "\n")

    done = where("--csv", asked, "--out", answered, "--lon", "x", "--lat", "y")

    assert done.returncode == 0
    told = list(csv.DictReader(answered.read_text().splitlines()))
    assert list(told[0]) == ["id", "x", "y", "district", "district_name", "ward", "ward_name"]
    assert [row["ward"] for row in told] == ["N1", "S2", "", ""]
    assert told[0]["ward_name"] == "Hilltop"
    assert "1 rows" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("95", "north"), "not a number"),
        (("200", "0"), "longitude"),
        (("95",), "a longitude and a latitude"),
        (("--csv", "no-such.csv"), "--out"),
        (("--csv", "no-such.csv", "--out", "x.csv"), "no-such.csv"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(where, words, says):
    told = where(*words)

    assert told.returncode == 1
    assert says in told.stderr
    assert "Traceback" not in told.stderr
