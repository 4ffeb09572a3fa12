"""Where the town's complaints gather, counted per square, and who is not given away by it."""

from datetime import timedelta

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyproj import Transformer
from sqlalchemy.orm import Session

from geo_portal.bulk.open_data import write_open_data
from geo_portal.city.facts import facts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.errors import Invalid
from geo_portal.insights import cells
from geo_portal.insights.classes import class_of, limits
from geo_portal.insights.heatmap import HeatMap, heat_map
from geo_portal.insights.viewport import Viewport
from tests.insights_town import NOON, complaint

EVERYTHING = ComplaintFilter()
MARKET, HARBOUR = (95.010, -10.030), (95.030, -10.005)


def heat(session: Session, wanted: ComplaintFilter = EVERYTHING, **how) -> HeatMap:
    city = facts(session)
    return heat_map(session, wanted.checked(session, city), city, NOON, **how)


def spread(session: Session) -> None:
    for nth in range(80):
        complaint(
            session,
            (95.002 + nth % 9 * 0.00411, -10.036 + nth % 7 * 0.0053),
            category=("road.pothole", "waste.pile")[nth % 2],
            at=NOON - timedelta(days=nth * 3),
        )


FILTERS = {
    "everything": EVERYTHING,
    "category": ComplaintFilter(categories=("waste.pile",)),
    "since": ComplaintFilter(since=NOON - timedelta(days=100)),
    "category since": ComplaintFilter(since=NOON - timedelta(days=100), categories=("waste.pile",)),
    "area": ComplaintFilter(areas=("district:S",)),
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("cell_m", [20, 100, 250, 300, 500, 750, 1000, 3000])
def test_squares_hold_what_a_plain_count_finds_in_them(session, city, name, cell_m):
    spread(session)
    cells.fold(session)
    wanted = FILTERS[name].checked(session, facts(session))

    found = heat(session, wanted, cell_m=cell_m)

    assert {(c.x, c.y): c.count for c in found.cells} == _plain(session, wanted, cell_m)


def _plain(session: Session, wanted: ComplaintFilter, cell_m: int) -> dict[tuple[int, int], int]:
    """By another library than the database's."""
    to_metres = Transformer.from_crs(4326, 32746, always_xy=True)
    counted: dict[tuple[int, int], int] = {}
    from geo_portal.complaints.find import listing

    for row in session.execute(listing().where(*wanted.conditions())):
        east, north = to_metres.transform(row.lon, row.lat)
        square = (int(east // cell_m), int(north // cell_m))
        counted[square] = counted.get(square, 0) + 1
    return counted


def test_kept_counts_are_what_duckdb_counts_of_the_same_rows(session, city, tmp_path):
    spread(session)
    cells.fold(session)
    write_open_data(session, tmp_path / "all.parquet", EVERYTHING)
    table = pq.read_table(tmp_path / "all.parquet")
    lon, lat = (table[name].to_numpy() for name in ("longitude", "latitude"))
    east, north = Transformer.from_crs(4326, 32746, always_xy=True).transform(lon, lat)
    places = pa.table({"east": east, "north": north})

    by_duckdb = duckdb.sql(
        "SELECT floor(east / 250)::int, floor(north / 250)::int, count(*) FROM places GROUP BY 1, 2"
    )

    kept = {((cell.x, cell.y), cell.count) for cell in heat(session).cells}
    assert {((x, y), n) for x, y, n in by_duckdb.fetchall()} == kept
    assert places.num_rows == 80


def test_corners_are_squares_around_what_they_count(session, city):
    complaint(session, MARKET)

    ((west, south), _, (east, north), _, last) = heat(session).corners()[0]

    assert west < MARKET[0] < east
    assert south < MARKET[1] < north
    assert (last == (west, south)).all()
    assert east - west == pytest.approx(250 / 109_600, rel=0.02)


def test_an_empty_selection_is_an_empty_map(session, city):
    found = heat(session, ComplaintFilter(categories=("tree.fallen",)))

    assert found.cells == []
    assert found.total == 0
    assert found.corners().shape == (0, 5, 2)


def test_four_sensitive_complaints_are_left_out_and_five_are_shown(session, city):
    for _ in range(4):
        complaint(session, MARKET, category="order.crime")
    four = heat(session)
    complaint(session, MARKET, category="order.crime")

    five = heat(session)

    assert (four.total, four.left_out) == (0, 4)
    assert (five.total, five.left_out) == (5, 0)


def test_larger_squares_do_not_give_away_what_smaller_ones_hide(session, city):
    for nth in range(4):
        complaint(session, (95.010 + nth * 0.004, -10.030), category="order.crime")

    found = heat(session, cell_m=5000)

    assert (found.total, found.left_out) == (0, 4)


@pytest.mark.parametrize(
    "wanted",
    [ComplaintFilter(statuses=("submitted",)), ComplaintFilter(since=NOON - timedelta(days=1))],
)
def test_what_is_looked_for_one_by_one_has_no_sensitive_ones(session, city, wanted):
    for _ in range(9):
        complaint(session, MARKET, category="order.crime")

    assert heat(session, wanted).total == 0


def test_small_squares_have_no_sensitive_ones(session, city):
    for _ in range(9):
        complaint(session, MARKET, category="order.crime")

    assert heat(session, cell_m=100).total == 0


@pytest.mark.parametrize("cell_m", [0, -5, 19, 100_001, 10**12])
def test_an_absurd_size_is_refused_in_words(session, city, cell_m):
    with pytest.raises(Invalid, match="Squares can be 20 m to 100 km wide"):
        heat(session, cell_m=cell_m)


def test_too_many_squares_become_larger_ones(session, city):
    spread(session)

    found = heat(session, cell_m=100, most_cells=20)

    assert found.cell_m > 100
    assert len(found.cells) <= 20
    assert found.total == 80


@pytest.mark.parametrize(
    ("bbox", "total"),
    [
        ("-180,-90,180,90", 1),
        ("95,-10.1,95.1,-9.9", 1),
        ("95.02,-10.02,95.04,-10.0", 0),
        ("0,0,1,1", 0),
        ("170,-20,-170,20", 0),
    ],
)
def test_only_squares_in_view_are_counted(session, city, bbox, total):
    complaint(session, MARKET)

    assert heat(session, viewport=Viewport.parse(bbox)).total == total


@pytest.mark.parametrize("wanted", [EVERYTHING, ComplaintFilter(statuses=("submitted",))])
def test_a_square_half_in_view_is_counted_whole(session, city, wanted):
    for place in (MARKET, HARBOUR):
        complaint(session, place)
    at_the_harbour = Viewport.parse("95.029,-10.006,95.031,-10.004")

    seen = [
        heat(session, wanted, cell_m=cell_m, viewport=at_the_harbour).total
        for cell_m in (20, 250, 100_000)
    ]

    assert seen == [1, 1, 2]


@pytest.mark.parametrize("cell_m", [100, 250])
def test_enlarged_squares_count_what_large_ones_would(session, city, cell_m):
    spread(session)
    for _ in range(5):
        complaint(session, MARKET, category="order.crime")

    enlarged = heat(session, cell_m=cell_m, most_cells=12)

    assert enlarged.cells == heat(session, cell_m=enlarged.cell_m).cells
    assert enlarged.total == 85


def test_squares_cover_a_pin_outside_the_city_too(session, city):
    complaint(session, (95.2, -10.01))

    assert heat(session).total == 1


def test_classes_are_few_round_and_hold_every_number():
    numbers = [1, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233]

    found = limits(numbers)

    assert found == sorted(set(found))
    assert found[0] == 1
    assert len(found) <= 5
    assert all(0 <= class_of(number, found) < len(found) for number in numbers)
    assert limits([]) == []
    assert limits([7]) == [7]
