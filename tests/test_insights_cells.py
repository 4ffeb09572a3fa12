"""The kept counts are what a plain count of the complaints would give, whatever happened."""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.insights import cells
from tests.insights_town import complaint

PLACES = st.sampled_from([(95.01, -10.005), (95.0101, -10.0051), (95.03, -10.03), (179.99, 84.0)])
STATES = st.sampled_from(["submitted", "in_progress", "resolved", "rejected"])
KINDS = st.sampled_from(["road.pothole", "waste.pile", "order.crime", None])
ACTS = st.one_of(
    st.tuples(st.just("add"), PLACES, KINDS, STATES),
    st.tuples(st.just("state"), st.integers(0, 20), STATES),
    st.tuples(st.just("kind"), st.integers(0, 20), KINDS),
    st.tuples(st.just("move"), st.integers(0, 20), PLACES),
    st.tuples(st.just("remove"), st.integers(0, 20)),
    st.tuples(st.just("touch")),
    st.tuples(st.just("fold")),
)


def do(session: Session, act: tuple) -> None:
    """One thing that happens to the town's complaints."""
    which = "(SELECT id FROM complaints ORDER BY id OFFSET :nth LIMIT 1)"
    match act:
        case ("add", place, kind, status):
            complaint(session, place, category=kind, status=status)
        case ("state", nth, status):
            session.execute(
                text(f"UPDATE complaints SET status = :s WHERE id = {which}"),
                {"s": status, "nth": nth},
            )
        case ("kind", nth, kind):
            session.execute(
                text(f"UPDATE complaints SET category_code = :k WHERE id = {which}"),
                {"k": kind, "nth": nth},
            )
        case ("move", nth, (lon, lat)):
            session.execute(
                text(
                    "UPDATE complaints SET point = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)"
                    f" WHERE id = {which}"
                ),
                {"lon": lon, "lat": lat, "nth": nth},
            )
        case ("remove", nth):
            session.execute(text(f"DELETE FROM complaints WHERE id = {which}"), {"nth": nth})
        case ("touch",):
            session.execute(text("UPDATE complaints SET updated_at = updated_at + interval '1s'"))
        case ("fold",):
            cells.fold(session)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(ACTS, max_size=14))
def test_counts_equal_a_plain_group_by_after_any_sequence(session, city, acts):
    with _taken_back(session):
        for act in acts:
            do(session, act)

        assert cells.check(session) == 0
        assert _kept(session) == _plain(session)


@contextmanager
def _taken_back(session: Session) -> Iterator[None]:
    """Every example begins with an empty town."""
    nested = session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()


def _kept(session: Session) -> Counter:
    rows = session.execute(
        cells.counted(
            "SELECT x, y, light, sum(n) FROM counted GROUP BY 1, 2, 3 HAVING sum(n) <> 0"
        ),
        {
            "slices": ["all"],
            "grid": "z17",
            "west": 0,
            "east": 2**17,
            "north": 0,
            "south": 2**17,
        },
    )
    return Counter({(x, y, light): n for x, y, light, n in rows})


def _plain(session: Session) -> Counter:
    """Counted in Python, by the web-mercator formula as everybody knows it."""
    counted: Counter = Counter()
    for lon, lat, light in session.execute(
        text("SELECT ST_X(point), ST_Y(point), light FROM complaints WHERE NOT sensitive")
    ):
        across = (lon + 180) / 360
        down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
        counted[math.floor(across * 2**17), math.floor(down * 2**17), light] += 1
    return counted


def test_a_change_that_no_map_shows_notes_nothing(session, city):
    complaint(session, (95.01, -10.005))
    cells.fold(session)

    session.execute(text("UPDATE complaints SET updated_at = updated_at + interval '1 hour'"))

    assert cells.waiting(session) == 0


def test_a_sensitive_complaint_is_in_no_cell_smaller_than_250_m(session, city):
    complaint(session, (95.01, -10.005), category="order.crime")

    cells.fold(session)

    grids = session.execute(text("SELECT DISTINCT grid FROM cell_counts")).scalars().all()
    assert sorted(grids) == ["m1000", "m250", "whole"]


def test_a_pin_that_the_citys_crs_cannot_place_is_kept_all_the_same(session, city):
    complaint(session, (-85.0, 89.0))

    cells.fold(session)

    assert session.execute(text("SELECT count(*) FROM complaints")).scalar_one() == 1
    assert cells.check(session) == 0


def test_rebuild_mends_counts_that_somebody_spoiled(session, city):
    for nth in range(5):
        complaint(session, (95.01 + nth / 500, -10.005))
    cells.fold(session)
    session.execute(text("UPDATE cell_counts SET n = n + 3 WHERE grid = 'z13'"))
    session.execute(text("DELETE FROM cell_counts WHERE grid = 'm250'"))
    spoiled = cells.check(session)

    mended = cells.rebuild(session)

    assert spoiled > 0
    assert mended == spoiled
    assert cells.check(session) == 0


def test_emptying_the_complaints_empties_the_counts(session, city):
    complaint(session, (95.01, -10.005))
    cells.fold(session)

    session.execute(text("TRUNCATE complaints CASCADE"))

    assert session.execute(text("SELECT count(*) FROM cell_counts")).scalar_one() == 0


def test_neighbours_on_the_map_are_folded_beside_one_another(session, city):
    # What other tests took back leaves gaps on the disk that would be filled first.
    session.execute(text("TRUNCATE cell_counts"))
    for nth in range(40):
        complaint(session, (95.002 + nth * 7 % 40 * 0.001, -10.04 + nth * 3 % 40 * 0.001))

    cells.fold(session)

    likeness = """
        SELECT corr(on_disk, on_map) FROM (
            SELECT row_number() OVER (ORDER BY ctid) AS on_disk,
                   row_number() OVER (ORDER BY slice, grid, x, y) AS on_map
            FROM cell_counts
        ) AS kept
    """
    assert session.execute(text(likeness)).scalar_one() > 0.95
