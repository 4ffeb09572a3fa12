"""Areas are compared by what is likely, not ranked by what chance made of a few reports."""

from datetime import timedelta

from sqlalchemy import text

from geo_portal.city.facts import facts
from geo_portal.community.area_standing import shrunken, standings
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR, HILLTOP
from tests.staff_fixtures import MONDAY


def test_a_small_area_is_drawn_to_the_mean_more_than_a_large_one():
    counts = [(600, 400.0), (6, 4.0), (290, 490.0)]

    large, small, slow = shrunken(counts)

    assert 1.4 < large[0] < 1.52
    assert 1.0 < small[0] < large[0]
    assert small[2] - small[1] > large[2] - large[1]
    assert slow[2] < 1 < large[1]


def test_equal_areas_are_called_equal_however_few_their_reports():
    found = shrunken([(100, 100.0), (5, 5.0), (0, 1.0)])

    assert all(low < 1 < high and 0.9 < ratio < 1.1 for ratio, low, high in found)


def test_an_area_with_harder_problems_is_not_blamed_for_them(session, city):
    _reports(session, HILLTOP, "light.street", 20, fixed=18)
    _reports(session, HILLTOP, "road.pothole", 20, fixed=6)
    _reports(session, HARBOUR, "light.street", 4, fixed=4)
    _reports(session, HARBOUR, "road.pothole", 36, fixed=11)

    found = standings(session, facts(session), MONDAY + timedelta(days=60))

    assert {one.name: (one.due, one.in_time, one.tendency) for one in found} == {
        "Hilltop": (40, 24, "usual"),
        "Harbour": (40, 15, "usual"),
    }


def _reports(session, place, category, many, *, fixed):
    for n in range(many):
        new = NewComplaint(f"Number {n}", LonLat(*place), category=category)
        submit(session, new, MONDAY)
    session.execute(
        text("""
            UPDATE complaints SET status = 'resolved', outcome = 'fixed', closed_at = submitted_at
            WHERE id IN (SELECT id FROM complaints WHERE category_code = :category
                AND ST_X(point) = :lon ORDER BY id LIMIT :fixed)
        """),
        {"category": category, "lon": place[0], "fixed": fixed},
    )
