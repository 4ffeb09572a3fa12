"""A city's past comes in from a file: routed, with its events, once, and nothing lost."""

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from geo_portal.bulk.mapping import BadMapping
from geo_portal.bulk.past import Past
from geo_portal.bulk.read import NotATable
from geo_portal.bulk.store import store
from geo_portal.bulk.take_in import Report, Wanted, take_in
from geo_portal.city.facts import facts
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.complaints.deadlines import deadlines
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.geometry import LonLat
from geo_portal.routing.route import find_route
from tests.city_fixtures import AT_SEA, HARBOUR, HILLTOP, LOADED_AT, RIVERSIDE
from tests.real_cities import NEW_YORK, write_pack

NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
HEADER = "id,lon,lat,submitted_at,closed_at,category,status,description"
HOLE = "1,95.010,-10.005,2026-01-05T02:00:00Z,,road.pothole,open,A hole"


@pytest.fixture(scope="module")
def town(own_database, tiny_pack):
    """A database of the module's own with the tiny town in it."""
    with own_database.transaction() as session:
        load(session, read_pack(tiny_pack), LOADED_AT)
    return own_database


@pytest.fixture
def inbox(town):
    """The same, without complaints."""
    with town.transaction() as session:
        session.execute(text("TRUNCATE complaints CASCADE"))
    return town


def written(folder: Path, *lines: str, header: str = HEADER, name: str = "past.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def taken_in(town, path: Path, **wanted) -> Report:
    return take_in(town, path, Wanted(rejects=path.with_name("rejects.csv"), **wanted), NOW)


def reasons(path: Path) -> dict[str, str]:
    """The refused rows and why, from the file beside."""
    with path.with_name("rejects.csv").open(encoding="utf-8") as file:
        return {row["row"]: row["reason"] for row in csv.DictReader(file)}


def stored(town) -> list[Complaint]:
    with town.transaction() as session:
        return list(session.scalars(select(Complaint).order_by(Complaint.source_id)))


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

    done = store(empty, [Past(7, "1", "A hole", 40.75, -73.98, LOADED_AT)], "test")

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


def test_a_gzipped_file_with_semicolons_is_read(inbox, tmp_path):
    path = tmp_path / "past.csv.gz"
    path.write_bytes(gzip.compress(f"{HEADER}\n{HOLE}\n".replace(",", ";").encode()))

    assert taken_in(inbox, path).stored == 1


def test_times_without_a_zone_are_the_citys_own(inbox, tmp_path):
    path = written(tmp_path, HOLE.replace("2026-01-05T02:00:00Z", "2026-01-05 09:00"))

    taken_in(inbox, path)

    assert stored(inbox)[0].submitted_at == datetime(2026, 1, 5, 2, tzinfo=UTC)


def test_american_times_are_understood_by_their_am_and_pm(inbox, tmp_path):
    path = written(tmp_path, HOLE.replace("2026-01-05T02:00:00Z", "01/05/2026 09:00:00 AM"))

    taken_in(inbox, path)

    assert stored(inbox)[0].submitted_at == datetime(2026, 1, 5, 2, tzinfo=UTC)


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


def test_imported_complaints_are_routed_as_the_single_door_routes(inbox, tmp_path):
    # Every hundred metres or so over the town and beyond, on borders, on the highway, in the basin.
    categories = (
        "road.pothole",
        "waste.pile",
        "tree.fallen",
        "drain.flood",
        "order.crime",
        "other",
    )
    rows = [
        f"{number},{94.998 + 0.0009 * (number % 55):.6f},{-10.044 + 0.0011 * (number // 55):.6f},"
        f"2026-01-{5 + number % 20:02}T{number % 24:02}:30:00Z,,{categories[number % 6]},,"
        f"{'Rubbish in the river' if number % 4 else 'Sampah'}"
        for number in range(2300)
    ]
    corners = [*(f"{lon},{lat}" for lon, lat in (HILLTOP, HARBOUR, RIVERSIDE)), "95.0195,-10.0205"]
    rows += [f"c{n},{at},2026-01-05,,waste.pile,,River" for n, at in enumerate(corners)]

    report = taken_in(inbox, written(tmp_path, *rows))

    with inbox.transaction() as session:
        differing = [found for found in map(differences, *told(session)) if found]
    assert report.stored == 2304
    assert differing == []


def told(session):
    """Every complaint with its place and the facts of its first event, and as many sessions."""
    rows = session.execute(
        select(
            Complaint,
            func.ST_X(Complaint.point),
            func.ST_Y(Complaint.point),
            Event.facts,
        ).join(Event, (Event.complaint_id == Complaint.id) & (Event.kind == "submitted"))
    ).all()
    return rows, [session] * len(rows)


def differences(row, session) -> dict[str, tuple[object, object]]:
    """What the import wrote and what the single door would have, where they are not the same."""
    complaint, lon, lat, event = row
    place, at = LonLat(lon, lat), complaint.submitted_at
    route = find_route(session, place, None, complaint.description, at, complaint.category_code)
    city = facts(session)
    due = deadlines(city, city.categories.get(complaint.category_code or ""), at)
    expected = route.as_facts()
    pairs = {
        "areas": ([area.id for area in route.areas], complaint.jurisdiction_ids),
        "department": (route.department, complaint.department_code),
        "office": (route.office, complaint.office_code),
        "respond_by": (due.respond_by, complaint.respond_by),
        "due_at": (due.due_at, complaint.due_at),
        "told areas": (expected["areas"], event["areas"]),
        "rule": (rules_in(expected), rules_in(event)),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def rules_in(told_of_route) -> list[int]:
    return [reason["rule"] for reason in told_of_route["reasons"] if reason["kind"] == "rule"]
