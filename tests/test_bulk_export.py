"""Complaints handed out as a table that people may safely open."""

import csv
import io
from datetime import UTC, datetime

import pytest

from geo_portal.bulk.hand_out import hand_out
from geo_portal.bulk.past import Past
from geo_portal.bulk.store import store
from geo_portal.bulk.table_cells import guarded
from geo_portal.bulk.take_in import Wanted, take_in
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.complaints.find import ComplaintFilter
from tests.city_fixtures import HILLTOP, LOADED_AT, RIVERSIDE

NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
EVERYTHING = ComplaintFilter()


@pytest.fixture
def town(empty, tiny_pack):
    """The tiny town with a pothole, a formula and a crime."""
    load(empty, read_pack(tiny_pack), LOADED_AT)
    past = [
        Past(2, "1", 'A hole, "deep"\nand wide', *HILLTOP, LOADED_AT, category="road.pothole"),
        Past(3, "2", "=HYPERLINK(1)", *RIVERSIDE, LOADED_AT, category="waste.pile"),
        Past(4, "3", "Robbed here", *HILLTOP, LOADED_AT, category="order.crime", address="Mill 7"),
    ]
    store(empty, past, "test", LOADED_AT)
    return empty


def handed_out(session, wanted=EVERYTHING, **how) -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    hand_out(session, wanted, file, **how)
    return list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))


def test_every_complaint_is_a_row_with_its_areas_by_level(town):
    rows = handed_out(town)

    assert [row["source_id"] for row in rows] == ["1", "2", "3"]
    assert (rows[0]["district"], rows[0]["ward"], rows[0]["ward_name"]) == ("N", "N1", "Hilltop")
    assert rows[0]["description"] == 'A hole, "deep"\nand wide'
    assert (float(rows[0]["lon"]), float(rows[0]["lat"])) == HILLTOP


def test_what_a_spreadsheet_would_run_is_guarded(town):
    assert handed_out(town)[1]["description"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+62 812", "'+62 812"),
        ("-2+3", "'-2+3"),
        ("\tx", "'\tx"),
        ("-10.005", "-10.005"),
        ("+7", "+7"),
        ("plain", "plain"),
        (None, ""),
    ],
)
def test_only_what_could_be_run_is_guarded(cell, safe):
    assert guarded(cell) == safe


def test_of_a_sensitive_complaint_neither_words_nor_place_are_handed_out(town):
    crime = handed_out(town)[2]

    assert (crime["description"], crime["lon"], crime["lat"], crime["address"]) == ("",) * 4
    assert crime["category"] == "order.crime"


def test_an_operator_may_ask_for_sensitive_ones_whole(town):
    assert handed_out(town, with_sensitive=True)[2]["description"] == "Robbed here"


def test_a_filter_chooses_what_is_handed_out(town):
    rows = handed_out(town, ComplaintFilter(areas=("ward:S2",)))

    assert [row["source_id"] for row in rows] == ["2"]


def test_names_are_in_the_language_asked_for(town):
    assert handed_out(town, lang="id")[0]["department_name"] == "Bina Marga"


def test_what_was_handed_out_can_be_taken_in_again(own_database, tiny_pack, tmp_path):
    path = tmp_path / "all.csv"
    with own_database.transaction() as session:
        load(session, read_pack(tiny_pack), LOADED_AT)
        past = [Past(2, "1", "A hole", *HILLTOP, LOADED_AT, category="road.pothole")]
        store(session, past, "test", LOADED_AT)
        with path.open("w", newline="", encoding="utf-8") as file:
            hand_out(session, EVERYTHING, file)

    report = take_in(own_database, path, Wanted(source="copy"), NOW)

    assert (report.layout, report.stored, report.rejected) == ("geo-portal", 1, 0)
