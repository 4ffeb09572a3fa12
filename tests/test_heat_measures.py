"""What a planner asks of the cells: rates, change, hot spots, times, satisfaction, who reports."""

from datetime import timedelta

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_portal.city.facts import facts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.errors import Invalid
from geo_portal.insights import heat_grid
from geo_portal.insights.heat_lived import wilson
from geo_portal.insights.heat_measures import measured_map
from geo_portal.insights.heat_method import HeatMethod
from geo_portal.insights.heatmap import HeatMap
from geo_portal.insights.viewport import Viewport
from tests.insights_town import NOON, complaint

MARKET, HARBOUR, RIVERSIDE = (95.010, -10.030), (95.030, -10.005), (95.024, -10.035)


def measured(session: Session, measure: str, wanted=None, viewport=None, **how) -> HeatMap:
    city = facts(session)
    method = HeatMethod(measure, **how).checked()
    chosen = (wanted or ComplaintFilter()).checked(session, city)
    return measured_map(session, chosen, city, NOON, method, viewport=viewport)


def rated(session: Session, place, *satisfied: bool) -> None:
    for happy in satisfied:
        code = complaint(session, place, fixed_after=timedelta(days=1))
        session.execute(
            text(
                "WITH one AS (SELECT id FROM complaints WHERE code = :code), told AS ("
                " INSERT INTO events (complaint_id, kind, at, by, facts)"
                " SELECT id, 'rated', :at, 'citizen', '{}' FROM one RETURNING id, complaint_id)"
                " INSERT INTO feedback"
                " (complaint_id, event_id, by, verdict, satisfied, counted, at)"
                " SELECT complaint_id, id, 'reporter', 'fixed', :happy, true, :at FROM told"
            ),
            {"code": code, "at": NOON, "happy": happy},
        )


def test_residents_are_shared_out_by_area(session, city):
    for _ in range(5):
        complaint(session, MARKET)

    found = measured(session, "per_capita", cell_m=250)

    (density,) = session.execute(
        text(
            "SELECT population / ST_Area(ST_Transform(border, 32746)) FROM jurisdictions"
            " WHERE level = 'ward' AND ST_Covers(border,"
            " ST_SetSRID(ST_MakePoint(95.010, -10.030), 4326))"
        )
    ).one()
    assert found.cells[0].value == pytest.approx(5 / (density * 250 * 250 / 1000), rel=0.01)
    assert not found.cells[0].unsure


def test_where_nobody_lives_there_is_no_rate_but_a_word(session, city):
    complaint(session, MARKET)
    complaint(session, (95.2, -10.01))

    found = measured(session, "per_capita")

    assert (len(found.cells), found.beside) == (1, 1)
    assert found.cells[0].unsure


def test_streets_are_measured_within_the_cell(session, city):
    complaint(session, MARKET)

    found = measured(session, "per_km", cell_m=5000)

    assert found.total + found.beside == 1


def test_density_keeps_every_report_and_spreads_it_by_the_bandwidth(session, city):
    for _ in range(10):
        complaint(session, MARKET)

    found = measured(session, "density", cell_m=100, bandwidth_m=300)

    peak = found.cells[0]
    mass = sum(cell.shown for cell in found.cells) * 0.01
    assert peak.value == pytest.approx(10 / (2 * np.pi * 0.3**2), rel=0.05)
    assert mass == pytest.approx(10, rel=0.05)


def test_change_holds_the_same_season_of_the_year_before_beside_it(session, city):
    for days in (5, 6, 7, 8, 9, 10, 11, 12):
        complaint(session, MARKET, at=NOON - timedelta(days=days))
    complaint(session, HARBOUR, at=NOON - timedelta(days=364 + 8))
    complaint(session, HARBOUR, at=NOON - timedelta(days=200))

    found = measured(session, "change")

    assert [(cell.value, cell.unsure) for cell in found.cells] == [(8.0, False), (-1.0, True)]


def test_a_crowd_is_a_hot_spot_and_an_even_spread_is_none(session, city):
    for nth in range(40):
        complaint(session, (95.010 + nth % 3 * 0.0005, -10.030))
    crowded = measured(session, "hotspots", cell_m=250)
    session.execute(text("DELETE FROM complaints"))
    complaint(session, MARKET)

    even = measured(session, "hotspots", cell_m=100_000)

    assert crowded.cells[0].value == 2
    assert all(abs(cell.value) >= 1 for cell in crowded.cells)
    assert even.cells == []


def test_the_median_is_that_of_kaplan_and_meier(session, city):
    lived = [(1, True), (2, True), (2, True), (3, False), (5, True), (8, False), (13, True)]
    for days, fixed in lived:
        took = timedelta(days=days)
        at = NOON - took if not fixed else NOON - timedelta(days=40)
        complaint(session, MARKET, at=at, fixed_after=took if fixed else None)

    found = measured(session, "days")

    model = KaplanMeierFitter().fit([d for d, _ in lived], [f for _, f in lived])
    assert found.cells[0].value == pytest.approx(model.median_survival_time_)
    assert (found.cells[0].count, found.cells[0].unsure) == (7, False)


def test_where_half_are_still_open_the_longest_wait_stands_and_is_unsure(session, city):
    complaint(session, MARKET, at=NOON - timedelta(days=20))

    found = measured(session, "days")

    assert (found.cells[0].value, found.cells[0].unsure) == (20, True)


def test_satisfaction_comes_with_its_interval(session, city):
    rated(session, MARKET, *[True] * 45, *[False] * 15)
    rated(session, HARBOUR, True)

    found = measured(session, "satisfaction")

    few, many = sorted(found.cells, key=lambda cell: cell.count)
    assert (many.value, many.unsure) == (75, False)
    assert many.low < 75 < many.high
    assert (few.value, few.unsure) == (100, True)
    assert wilson(0, 10)[0] == 0
    assert wilson(0, 10)[1] == pytest.approx(0.2775, abs=0.001)


def test_who_reports_less_has_more_unreported_problems(session, city):
    for nth in range(6):
        for repeat in range(6):
            at = NOON - timedelta(days=20 - repeat)
            complaint(session, (95.010 + nth * 0.0005, -10.030), at=at)
        complaint(session, (95.030 + nth * 0.0005, -10.005), at=NOON - timedelta(days=20))

    found = measured(session, "adjusted", cell_m=1000)

    ranked = sorted(found.cells, key=lambda cell: cell.value / cell.count)
    readily, seldom = ranked[0], ranked[-1]
    assert sum(cell.count for cell in ranked) == 12
    assert seldom.value / seldom.count > 1.2 * readily.value / readily.count >= 1.2
    assert seldom.low < seldom.value < seldom.high


def test_without_any_repeat_nothing_is_estimated(session, city):
    complaint(session, MARKET)

    assert measured(session, "adjusted").cells == []


@pytest.mark.parametrize("measure", ["density", "hotspots", "per_capita", "days", "change"])
def test_nothing_chosen_is_an_empty_map(session, city, measure):
    assert measured(session, measure).cells == []


def test_a_measure_says_the_same_wherever_one_looks(session, city):
    for place in [MARKET] * 6 + [RIVERSIDE] * 3:
        complaint(session, place)
    here = Viewport.parse("95.005,-10.035,95.015,-10.025")

    found = measured(session, "per_capita", viewport=here)

    whole = {(cell.x, cell.y): cell for cell in measured(session, "per_capita").cells}
    assert len(found.cells) == 1
    assert all(cell == whole[cell.x, cell.y] for cell in found.cells)


@pytest.mark.parametrize("measure", ["days", "satisfaction", "adjusted"])
def test_what_is_looked_for_one_by_one_holds_no_sensitive_ones(session, city, measure):
    for _ in range(9):
        complaint(session, MARKET, category="order.crime", fixed_after=timedelta(days=1))

    assert measured(session, measure).cells == []


def test_hexagons_hold_each_report_once_in_the_nearest_one(session, city):
    for nth in range(60):
        complaint(session, (95.002 + nth % 9 * 0.0041, -10.036 + nth % 7 * 0.0053))

    found = measured(session, "count", cell_m=500, shape="hexagon")

    at = np.array([(cell.x, cell.y) for cell in found.cells], dtype=float)
    middles = heat_grid.middles("hexagon", at, 500)
    rows = session.execute(
        text(
            "SELECT ST_X(p), ST_Y(p)"
            " FROM (SELECT ST_Transform(point, 32746) AS p FROM complaints) AS at"
        )
    )
    points = np.array([tuple(row) for row in rows])
    nearest = np.linalg.norm(points[:, None] - middles[None], axis=2).argmin(axis=1)
    assert np.bincount(nearest, minlength=len(at)).tolist() == [cell.count for cell in found.cells]
    assert found.corners().shape == (len(at), 7, 2)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"measure": "beauty"}, "“beauty” is none of count, density"),
        ({"shape": "circle"}, "“circle” is none of square, hexagon"),
        ({"cell_m": 10**12}, "Squares can be 20 m to 100 km wide"),
        ({"measure": "density", "bandwidth_m": 10**9}, "A bandwidth lies between"),
    ],
)
def test_an_absurd_method_is_refused_in_words(how, said):
    with pytest.raises(Invalid, match=said):
        HeatMethod(**how).checked()
