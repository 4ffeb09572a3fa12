"""The dashboard, asked without a browser: what it shows, withholds, and makes of oddities."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from geo_portal import clock
from geo_portal.web.charts import columns, spark
from tests.city_fixtures import HARBOUR, HILLTOP
from tests.insights_town import complaint

WORDS = "A deep pothole by the harbour gate"


@pytest.fixture
def filed(database, portal):
    """Files a report as it would be after routing; gives its code."""

    def file(place=HARBOUR, **wanted):
        now = clock.now()
        with database.transaction() as session:
            return complaint(session, place, **({"at": now, "description": WORDS} | wanted))

    return file


def _tile(page, code):
    found = re.search(rf'tile-{code}[^>]*>.*?tile-figure">([^<]*)<', page, re.DOTALL)
    return found[1] if found else None


def test_a_department_shows_its_cases_and_figures(portal, filed):
    now = clock.now()
    code = filed()
    filed(at=now - timedelta(days=20), due_after=timedelta(days=1))
    filed(at=now - timedelta(days=9), fixed_after=timedelta(days=3))
    filed(category="light.street", description="Somebody else's lamp")

    page = portal.get("/departments/ROADS").text

    assert f"/c/{code}" in page
    assert [_tile(page, tile) for tile in ("open", "overdue", "received", "fixed")] == [
        "2",
        "1",
        "3",
        "1",
    ]
    assert _tile(page, "time") == "–"
    assert "Somebody else" not in page


def test_filters_in_the_address_narrow_everything_and_can_be_taken_away(portal, filed):
    kept = filed()
    other = filed(HILLTOP)

    reply = portal.get("/departments/ROADS?area=ward:N2&light=open&category=road.pothole")

    assert f"/c/{kept}" in reply.text
    assert f"/c/{other}" not in reply.text
    assert _tile(reply.text, "open") == "1"
    assert 'href="/departments/ROADS?light=open&amp;category=road.pothole"' in reply.text
    assert "light=waiting%2Cprogress" in reply.text


def test_days_are_those_of_the_city_both_included(portal, filed):
    filed()
    today = clock.now().astimezone(ZoneInfo("Asia/Jakarta")).date().isoformat()

    that_day = portal.get(f"/departments/ROADS?since={today}&until={today}").text
    before = portal.get("/departments/ROADS?since=2020-01-01&until=2020-01-31").text

    assert _tile(that_day, "received") == "1"
    assert _tile(before, "received") == "0"
    assert _tile(before, "open") == "1"


def test_a_sensitive_report_is_counted_but_neither_its_words_nor_place_are_shown(portal, filed):
    code = filed(category="order.crime", description="They rob people at the harbour")

    page = portal.get("/departments/POLICE").text

    assert _tile(page, "received") == "1"
    assert f"/c/{code}" in page
    assert "rob people" not in page
    assert str(HARBOUR[0]) not in page


def test_what_people_write_is_shown_as_they_wrote_it(portal, filed):
    filed(description="<script>alert(1)</script><b>hole</b>")

    page = portal.get("/departments/ROADS").text

    assert "&lt;script&gt;alert(1)" in page
    assert "<b>hole" not in page


def test_older_cases_come_page_by_page(portal, filed):
    now = clock.now()
    codes = [filed(at=now - timedelta(hours=hours)) for hours in range(12)]

    first = portal.get("/departments/ROADS").text
    older = re.search(r'href="([^"]*cursor=[^"]*)"', first)[1].replace("&amp;", "&")
    second = portal.get(older).text

    assert codes[9] in first
    assert codes[11] not in _cases(first)
    assert codes[11] in _cases(second)
    assert codes[0] not in _cases(second)


def _cases(page):
    return page.partition('id="cases"')[2].partition("</section>")[0]


def test_an_office_leads_back_to_its_department(portal, filed):
    filed(office="ROADS-N")
    filed(office="ROADS-S")

    office = portal.get("/departments/ROADS-N").text
    department = portal.get("/departments/ROADS").text

    assert 'href="/departments/ROADS"' in office
    assert 'href="/departments/ROADS-N"' in department
    assert _tile(office, "open") == "1"


def test_all_departments_are_listed_with_what_is_open(portal, filed):
    filed()

    page = portal.get("/departments").text

    assert 'href="/departments/ROADS"' in page
    assert 'href="/departments/ROADS-N"' not in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/departments/NONE", 404),
        ("/departments/%3Cscript%3E", 404),
        ("/departments/ROADS?category=none", 422),
        ("/departments/ROADS?area=nowhere", 422),
        ("/departments/ROADS?light=purple", 422),
        ("/departments/ROADS?since=yesterday", 422),
        ("/departments/ROADS?since=9999-12-31", 422),
        ("/departments/ROADS?until=0001-01-01", 422),
        ("/departments/ROADS?since=2026-05-02&until=2026-05-01", 422),
        ("/departments/ROADS?cursor=%F0%9F%92%A5", 422),
        ("/departments/ROADS?since=1900-01-01&until=2200-01-01", 200),
        ("/departments/ROADS?since=1900-01-01&until=1900-01-01", 200),
        ("/departments/ROADS?layer=none&wall=1", 200),
    ],
)
def test_an_odd_address_is_answered_in_words(portal, address, status):
    reply = portal.get(address)

    assert reply.status_code == status
    assert "<h1>" in reply.text
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", reply.text)


def test_the_wall_shows_figures_and_map_without_the_rest(portal, filed):
    code = filed()

    page = portal.get("/departments/ROADS?wall=1").text

    assert _tile(page, "open") == "1"
    assert f"/c/{code}" not in page
    assert "dashboard-wall" in page


def test_the_pulse_beats_when_something_happens(portal):
    before = portal.get("/pulse").json()["latest"]
    _report(portal, HARBOUR)

    after = portal.get("/pulse").json()["latest"]

    assert after > before


def test_a_chart_is_as_high_as_its_scale():
    chart = columns({"received": [0, 13], "fixed": [7, 2]})

    assert [line.value for line in chart.lines] == [0, 5, 10, 15]
    assert chart.columns[0].height == 0
    assert chart.columns[1].height / (chart.base - chart.lines[-1].at) == pytest.approx(
        13 / 15, 0.01
    )


def test_an_empty_chart_and_a_line_of_one_point_draw_nothing():
    chart = columns({"received": [], "fixed": []})

    assert chart.columns == []
    assert spark([None, 3, None]) == ""
    assert spark([0, None, 2]) == "0.0,26.0 100.0,2.0"


@pytest.mark.parametrize("address", ["/departments", "/departments/ROADS"])
def test_every_link_leads_somewhere(portal, address):
    _report(portal, HARBOUR)
    _report(portal, HILLTOP)
    links = set(re.findall(r'href="(/[^"#]*)', portal.get(address).text))

    answers = {link: portal.get(link.replace("&amp;", "&")).status_code for link in links}

    assert [link for link, status in answers.items() if status >= 400] == []


def _report(portal, place):
    lon, lat = place
    report = {"description": WORDS, "lon": lon, "lat": lat, "category": "road.pothole"}
    assert portal.post("/api/v1/complaints", json=report).status_code == 201
