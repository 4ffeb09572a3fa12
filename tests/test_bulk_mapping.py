"""Whose columns and words are what: from the command line, a mapping file or common names."""

import gzip
from datetime import UTC, datetime

import pytest

from geo_portal.bulk.mapping import BadMapping
from geo_portal.bulk.read import NotATable
from tests.past_files import HEADER, HOLE, stored, taken_in, written


def test_a_gzipped_file_with_semicolons_is_read(inbox, tmp_path):
    path = tmp_path / "past.csv.gz"
    path.write_bytes(gzip.compress(f"{HEADER}\n{HOLE}\n".replace(",", ";").encode()))

    assert taken_in(inbox, path).stored == 1


def test_columns_are_mapped_from_the_command_line(inbox, tmp_path):
    header = "nr,x_coord,y_coord,when,what,kind"
    path = written(tmp_path, "A1,95.010,-10.005,2026-01-05,A hole,road.pothole", header=header)
    columns = "id=nr,lon=x_coord,lat=y_coord,submitted_at=when,description={kind}: {what}"

    taken_in(inbox, path, columns=columns + ",category=kind")

    assert stored(inbox)[0].description == "road.pothole: A hole"
    assert stored(inbox)[0].category_code == "road.pothole"


def test_a_mapping_file_translates_their_words_into_ours(inbox, tmp_path):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        'name = "old"\ntimezone = "UTC"\ntime_format = "%d.%m.%Y"\ndescription = "No text"\n'
        '[columns]\nid = "nr"\nlon = "x"\nlat = "y"\nsubmitted_at = "tgl"\ncategory = "jenis"\n'
        'status = "keadaan"\n'
        '[categories]\n"Jalan Rusak" = "road.pothole"\n[statuses]\nSelesai = "resolved"\n',
        encoding="utf-8",
    )
    row = "1,95.010,-10.005,05.01.2026,JALAN RUSAK,selesai"
    path = written(tmp_path, row, header="nr,x,y,tgl,jenis,keadaan")

    report = taken_in(inbox, path, mapping_file=mapping)
    complaint = stored(inbox)[0]

    assert report.source == "old"
    assert (complaint.category_code, complaint.status) == ("road.pothole", "resolved")
    assert complaint.submitted_at == datetime(2026, 1, 5, tzinfo=UTC)
    assert complaint.description == "No text"


@pytest.mark.parametrize(
    ("header", "columns", "words"),
    [
        ("a,b,c", None, 'Say which column holds "lon", "lat", "submitted_at"'),
        (HEADER, "lon=longitude", 'no column "longitude"'),
        (HEADER, "length=lon", '"length" cannot be mapped'),
        (HEADER, "lon", '"lon" cannot be mapped'),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_before_anything_is_stored(
    inbox, tmp_path, header, columns, words
):
    path = written(tmp_path, HOLE, header=header)

    with pytest.raises(BadMapping, match=words):
        taken_in(inbox, path, columns=columns)


@pytest.mark.parametrize("content", [b"", b"just a line", b"\x1f\x8b\x08 not really gzip"])
def test_a_file_that_is_no_table_is_refused_in_words(inbox, tmp_path, content):
    path = tmp_path / "past.csv"
    path.write_bytes(content)

    with pytest.raises(NotATable, match=r"past\.csv"):
        taken_in(inbox, path)


def test_a_mapping_file_may_say_that_everything_in_it_is_settled(inbox, tmp_path):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        'status = "resolved"\n[columns]\nid = "id"\nlon = "lon"\nlat = "lat"\n'
        'submitted_at = "submitted_at"\ndescription = "description"\n',
        encoding="utf-8",
    )

    taken_in(inbox, written(tmp_path, HOLE), mapping_file=mapping)

    assert stored(inbox)[0].status == "resolved"
    assert stored(inbox)[0].closed_at == stored(inbox)[0].submitted_at
