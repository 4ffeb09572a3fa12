"""Rows of a file that cannot be used, and rows that only look so."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from geo_portal.bulk.past import Past
from geo_portal.bulk.read import NotATable
from geo_portal.bulk.store import store
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from tests.city_fixtures import LOADED_AT
from tests.past_files import HEADER, HOLE, NOW, reasons, stored, taken_in, written
from tests.real_cities import NEW_YORK, write_pack


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("1,,,2026-01-05,,,,A hole", "no place"),
        ("1,here,-10,2026-01-05,,,,A hole", '"here" is not a number of degrees'),
        ("1,nan,-10,2026-01-05,,,,A hole", "no place on earth"),
        ("1,1e999,-10,2026-01-05,,,,A hole", "no place on earth"),
        ("1,500,-10,2026-01-05,,,,A hole", "within 180 degrees"),
        ("1,0,0,2026-01-05,,,,A hole", "does not know where it is"),
        ("1,-10.005,95.010,2026-01-05,,,,A hole", "within 90 degrees"),
        ("1,95.01,-10.005,,,,,A hole", "does not say when"),
        ("1,95.01,-10.005,yesterday,,,,A hole", '"yesterday" is not a time'),
        ("1,95.01,-10.005,2030-01-05,,,,A hole", "in the future"),
        ("1,95.01,-10.005,1776-07-04,,,,A hole", "another century"),
        ("1,95.01,-10.005,2026-01-05,soon,,closed,A hole", '"soon" is not a time'),
        ("1,95.01,-10.005,2026-01-05,,,,", "no text"),
        ("1,95.01,-10.005,2026-01-05,,,,...", "no text"),
        ("1,95.01,-10.005,2026-01-05,,,," + "a" * 6000, "6000 characters"),
        (",95.01,-10.005,2026-01-05,,,,A hole", "no id"),
        ("1,95.01", "2 cells, the header 8"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_the_reason(inbox, tmp_path, row, why):
    path = written(tmp_path, HOLE.replace("1,95", "9,95", 1), row)

    report = taken_in(inbox, path)

    assert (report.stored, report.rejected) == (1, 1)
    assert why in reasons(path)["3"]


def test_swapped_degrees_are_refused_when_the_swap_lands_in_the_city(empty, tmp_path, real_data):
    empty.execute(text("TRUNCATE city, levels, editions, departments, complaints CASCADE"))
    load(empty, read_pack(write_pack(NEW_YORK, tmp_path, real_data)), NOW)

    done = store(empty, [Past(7, "1", "A hole", 40.75, -73.98, LOADED_AT)], "test", LOADED_AT)

    assert done.stored == 0
    assert "look swapped" in done.rejected[0].reason


def test_an_id_that_comes_twice_in_a_file_is_told(inbox, tmp_path):
    path = written(tmp_path, HOLE, HOLE)

    taken_in(inbox, path)

    assert reasons(path) == {"3": 'The id "1" was already on row 2.'}


def test_refused_rows_keep_their_cells_so_that_they_can_be_mended(inbox, tmp_path):
    path = written(tmp_path, "1,,,2026-01-05,,,,=2+5")

    taken_in(inbox, path)

    text_of_it = path.with_name("rejects.csv").read_text(encoding="utf-8")
    assert text_of_it.splitlines()[0] == f"row,reason,{HEADER}"
    assert "'=2+5" in text_of_it


def test_letters_that_are_not_utf8_refuse_their_row_only(inbox, tmp_path):
    path = tmp_path / "past.csv"
    path.write_bytes(
        f"{HEADER}\n{HOLE}\n".encode()
        + HOLE.replace("1,95", "2,95", 1).encode().replace(b"A hole", b"Stra\xdfe")
        + b"\n"
    )

    report = taken_in(inbox, path)

    assert (report.stored, report.rejected) == (1, 1)
    assert "not UTF-8" in reasons(path)["3"]


def test_a_file_in_another_encoding_can_be_named(inbox, tmp_path):
    path = tmp_path / "past.csv"
    path.write_bytes(f"{HEADER}\n{HOLE}\n".replace("A hole", "Straße").encode("cp1252"))

    taken_in(inbox, path, encoding="cp1252")

    assert stored(inbox)[0].description == "Straße"


def test_control_characters_and_zero_bytes_are_taken_out(inbox, tmp_path):
    path = written(tmp_path, HOLE.replace("A hole", "A\x00 ho\x07le"))

    taken_in(inbox, path)

    assert stored(inbox)[0].description == "A hole"


def test_times_without_a_zone_are_the_citys_own(inbox, tmp_path):
    path = written(tmp_path, HOLE.replace("2026-01-05T02:00:00Z", "2026-01-05 09:00"))

    taken_in(inbox, path)

    assert stored(inbox)[0].submitted_at == datetime(2026, 1, 5, 2, tzinfo=UTC)


def test_american_times_are_understood_by_their_am_and_pm(inbox, tmp_path):
    path = written(tmp_path, HOLE.replace("2026-01-05T02:00:00Z", "01/05/2026 09:00:00 AM"))

    taken_in(inbox, path)

    assert stored(inbox)[0].submitted_at == datetime(2026, 1, 5, 2, tzinfo=UTC)


def test_a_text_of_two_hundred_thousand_characters_refuses_its_row_only(inbox, tmp_path):
    path = written(tmp_path, HOLE.replace("1,95", "2,95", 1), HOLE + "!" * 200_000)

    report = taken_in(inbox, path)

    assert (report.stored, report.rejected) == (1, 1)
    assert "200006 characters" in reasons(path)["3"]


def test_a_quotation_mark_that_is_never_closed_is_told(inbox, tmp_path):
    path = written(tmp_path, HOLE.replace("A hole", '"A hole'), "x" * 1_100_000)

    with pytest.raises(NotATable, match="never closed"):
        taken_in(inbox, path)
