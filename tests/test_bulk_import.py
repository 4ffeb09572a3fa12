"""A city's past comes in from a file: routed, with its events, once, and nothing lost."""

from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import select

from geo_portal.complaints.tables import Event
from tests.city_fixtures import AT_SEA
from tests.past_files import HOLE, stored, taken_in, written


def kinds_of_events(town) -> Counter[str]:
    with town.transaction() as session:
        return Counter(session.scalars(select(Event.kind)))


def test_a_row_becomes_a_routed_complaint_with_its_events(inbox, tmp_path):
    closed = "2,95.024,-10.035,2026-01-05T02:00:00Z,2026-01-06T02:00:00Z,waste.pile,Closed,Litter"

    report = taken_in(inbox, written(tmp_path, HOLE, closed))
    hole, litter = stored(inbox)

    assert (report.rows, report.stored, report.rejected) == (2, 2, 0)
    assert (hole.department_code, hole.office_code, hole.status) == ("ROADS", "ROADS-N", "assigned")
    assert (litter.department_code, litter.office_code) == ("WASTE", "WASTE-S2")
    assert (litter.status, litter.light) == ("resolved", "done")
    assert litter.closed_at == datetime(2026, 1, 6, 2, tzinfo=UTC)
    assert kinds_of_events(inbox) == {"submitted": 2, "assigned": 2, "resolved": 1}


def test_the_past_hides_numbers_and_shows_danger_like_the_present(inbox, tmp_path):
    open_one = HOLE.replace("A hole", "A live wire call 0812 3456 7890")
    closed = "2,95.024,-10.035,2026-01-05T02:00:00Z,2026-01-06T02:00:00Z,,Closed,Live wire"

    taken_in(inbox, written(tmp_path, open_one, closed))

    wire, mended = stored(inbox)
    assert "0812" in wire.description
    assert "0812" not in wire.public_description
    assert (wire.urgent, mended.urgent, mended.public_description) == (True, False, None)


def test_the_same_file_again_brings_nothing_new(inbox, tmp_path):
    path = written(tmp_path, HOLE)
    taken_in(inbox, path)

    again = taken_in(inbox, path)

    assert (again.stored, again.already_in) == (0, 1)
    assert len(stored(inbox)) == 1
    assert kinds_of_events(inbox) == {"submitted": 1, "assigned": 1}


def test_a_longer_file_brings_only_what_is_new(inbox, tmp_path):
    taken_in(inbox, written(tmp_path, HOLE))

    report = taken_in(inbox, written(tmp_path, HOLE, HOLE.replace("1,95", "2,95", 1)))

    assert (report.stored, report.already_in) == (1, 1)


def test_two_sources_may_use_the_same_ids(inbox, tmp_path):
    path = written(tmp_path, HOLE)
    taken_in(inbox, path, source="old system")

    report = taken_in(inbox, path, source="older system")

    assert report.stored == 1


def test_rows_without_an_id_are_known_by_their_content(inbox, tmp_path):
    header = "lon,lat,submitted_at,description"
    row = "95.010,-10.005,2026-01-05T02:00:00Z,A hole"
    path = written(tmp_path, row, row, header=header)
    first = taken_in(inbox, path)

    again = taken_in(inbox, path)

    assert first.stored == 2
    assert (again.stored, again.already_in) == (0, 2)


def test_a_place_outside_every_area_is_kept_and_waits_for_sorting(inbox, tmp_path):
    lon, lat = AT_SEA
    path = written(tmp_path, f"1,{lon},{lat},2026-01-05T02:00:00Z,,road.pothole,open,A hole")

    report = taken_in(inbox, path)
    complaint = stored(inbox)[0]

    assert (report.stored, report.outside) == (1, 1)
    assert (complaint.jurisdiction_ids, complaint.status) == ([], "submitted")
    assert complaint.department_code == "HALL"


def test_a_category_that_the_city_does_not_have_is_left_to_triage_and_told(inbox, tmp_path):
    path = written(tmp_path, "1,95.010,-10.005,2026-01-05T02:00:00Z,,UFO landing,open,Lights")

    report = taken_in(inbox, path)
    complaint = stored(inbox)[0]

    assert report.noticed.categories == {"UFO landing": 1}
    assert (complaint.category_code, complaint.status) == (None, "submitted")
    assert complaint.department_code == "HALL"


def test_a_tracking_code_that_is_taken_is_drawn_again(inbox, tmp_path, monkeypatch):
    drawn = iter([["AAAAA-AAAAA"], ["AAAAA-AAAAA"], ["BBBBB-BBBBB"]])
    monkeypatch.setattr("geo_portal.bulk.store.new_codes", lambda _: next(drawn))
    taken_in(inbox, written(tmp_path, HOLE), source="first")

    taken_in(inbox, written(tmp_path, HOLE), source="second")

    assert [one.code for one in stored(inbox)] == ["AAAAA-AAAAA", "BBBBB-BBBBB"]
