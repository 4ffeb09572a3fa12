"""Open data: the catalogue, the tables behind it, and the feed of changes."""

import csv
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from geo_portal import clock
from geo_portal.complaints.changes import changes_since
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat
from geo_portal.settings import settings
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY

SECRET = NewComplaint("Mr Smith took a bribe", LonLat(*HARBOUR), contact="tina@x.example")


@pytest.fixture
def reported(portal, database):
    """A report whose words a spreadsheet would run, filed an hour ago."""
    with database.transaction() as session:
        new = NewComplaint("=HYPERLINK(1) a hole", LonLat(*HARBOUR), contact="asha@x.example")
        code = submit(session, new, clock.now() - timedelta(hours=1)).code
    yield code
    for file in (settings().data_dir / "open-data").glob("*.csv"):
        file.unlink()


def test_every_file_of_the_catalogue_can_be_had(portal, reported):
    catalogue = portal.get("/open-data/catalog.jsonld")
    addresses = [
        urlsplit(file["dcat:downloadURL"]["@id"]).path
        for dataset in catalogue.json()["dcat:dataset"]
        for file in dataset["dcat:distribution"]
    ]

    statuses = {address: portal.get(address).status_code for address in addresses}

    assert catalogue.headers["content-type"].startswith("application/ld+json")
    assert set(statuses.values()) == {200}
    assert len(statuses) >= 5


def test_the_catalogue_names_licence_and_languages(portal):
    found = portal.get("/open-data/catalog.jsonld").json()

    files = [file for one in found["dcat:dataset"] for file in one["dcat:distribution"]]
    assert {file["dct:license"]["@id"] for file in files} == {
        "https://creativecommons.org/licenses/by/4.0/"
    }
    assert [title["@language"] for title in found["dct:title"]] == ["en", "id", "ur"]


def test_the_table_of_reports_is_guarded_and_names_nobody(portal, reported):
    table = portal.get("/open-data/reports.csv").text

    row = next(csv.DictReader(table.splitlines()))
    assert row["code"] == reported
    assert row["description"].startswith("'=")
    assert "asha@x.example" not in table


def test_the_history_has_every_public_step(portal, reported):
    table = portal.get("/open-data/status-history.csv").text

    steps = [(row["code"], row["kind"]) for row in csv.DictReader(table.splitlines())]
    assert steps[0] == (reported, "submitted")
    assert "hole" not in table


def test_the_page_describes_every_column(portal):
    page = portal.get("/open-data").text

    assert "status-history.csv" in page
    assert "longitude, EPSG:4326 degrees" in page
    assert portal.get("/open-data/secrets.csv").status_code == 404


def test_the_feed_tells_every_change_once(portal, reported):
    first = portal.get("/api/v1/changes?limit=1").json()
    rest = portal.get(f"/api/v1/changes?cursor={first['next']}").json()

    again = portal.get(f"/api/v1/changes?cursor={rest['next']}").json()

    told = first["changes"] + rest["changes"]
    assert [one["kind"] for one in told][:1] == ["submitted"]
    assert len({one["event"] for one in told}) == len(told)
    assert again == {"changes": [], "next": rest["next"], "more": False}


def test_the_last_seconds_wait_for_the_next_call(session, city):
    submit(session, SECRET, MONDAY)

    page = changes_since(session, None, 10, MONDAY + timedelta(seconds=5))

    assert [one for one in page.changes if one.at == MONDAY] == []


@pytest.mark.parametrize("cursor", ["-1", "x", "٣", "9" * 19, ""])
def test_a_cursor_of_somebody_elses_is_refused(session, city, cursor):
    with pytest.raises(Invalid):
        changes_since(session, cursor, 10, MONDAY)
