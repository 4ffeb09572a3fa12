"""The heat map's workbench without a browser: what is said, kept in the address and taken away."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from PIL import Image

from geo_portal.web import heatmap
from tests.insights_town import NOON, complaint

MARKET, HARBOUR = (95.010, -10.030), (95.030, -10.005)
POTHOLES = "/heatmap?category=road.pothole&since=2026-06-01&until=2026-06-30&cell_m=500"


@pytest.fixture
def busy_town(database, portal):
    """Three potholes and a lamp at the market, one pothole at the harbour."""
    with database.transaction() as session:
        for nth in range(3):
            complaint(session, MARKET, at=NOON - timedelta(days=40 * nth))
        complaint(session, MARKET, category="light.street", status="resolved")
        complaint(session, HARBOUR, description="A deep pothole by the harbour")
    return portal


def test_it_is_linked_from_every_page(portal):
    assert 'href="/heatmap"' in portal.get("/help").text


def test_what_is_shown_is_said_in_words_and_as_a_table(busy_town):
    page = busy_town.get("/heatmap").text

    assert "5 reports in 2 squares of 250 m, by where the pin lies." in page
    assert re.findall(r'<td class="number">(\d+)', page) == ["4", "1"]
    assert "Market" in page
    assert "Harbour" in page


def test_the_choice_stays_in_the_form_the_map_and_the_ways_out(busy_town):
    page = busy_town.get(POTHOLES).text

    assert '<h1 dir="auto">Pothole or damaged road, June 2026</h1>' in page
    assert '<option value="road.pothole" selected>' in page
    assert 'name="since" value="2026-06-01"' in page
    assert 'name="until" value="2026-06-30"' in page
    assert '<option value="500" selected>' in page
    assert "/heatmap.csv?category=road.pothole&amp;since=2026-06-01" in page
    assert re.search(r'data-filters="category=road.pothole&amp;since=2026-06-01T00', page)


def test_the_recipe_makes_the_same_again(busy_town):
    page = busy_town.get(POTHOLES).text

    asked = "category=road.pothole&amp;since=2026-06-01&amp;until=2026-06-30&amp;cell_m=500"
    options = "--category road.pothole --since 2026-06-01 --until 2026-06-30 --cell-m 500"
    assert f"<code>http://localhost:8000/heatmap?{asked}</code>" in page
    assert f"<code>geo-portal heatmap --out heatmap.html {options}</code>" in page


def test_both_days_of_a_span_are_in_it(database, portal):
    with database.transaction() as session:
        for day in (1, 15, 30):
            complaint(session, MARKET, at=NOON.replace(day=day))
        complaint(session, MARKET, at=NOON.replace(month=7, day=2))

    page = portal.get("/heatmap?since=2026-06-01&until=2026-06-30").text

    assert "3 reports in 1 square of" in page


def test_months_are_turned_like_pages(busy_town):
    page = busy_town.get(POTHOLES).text

    assert re.search(r'rel="prev" href="[^"]*since=2026-05-01&amp;until=2026-05-31', page)
    assert re.search(r'rel="next" href="[^"]*since=2026-07-01&amp;until=2026-07-31', page)
    assert "category=road.pothole" in re.search(r'rel="prev" href="([^"]*)"', page).group(1)


def test_several_at_once_stay_chosen(busy_town):
    page = busy_town.get("/heatmap?category=road.pothole,light.street").text

    assert '<option value="road.pothole,light.street" selected>2 chosen</option>' in page


def test_words_typed_are_shown_as_they_are(busy_town):
    page = busy_town.get("/heatmap", params={"q": '"><script>alert(1)</script>'}).text

    assert "<script>alert" not in page
    assert "No report is like that" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("q=harb", "1 report in 1 square of 250 m"),
        ("category=tree.fallen", "No report is like that"),
        ("area=ward:N2", "1 report in"),
        ("cell_m=", "squares of 250 m"),
        ("since=2026-06-10T00:00:00%2B00:00", "3 reports in"),
        ("since=&until=&category=&area=&light=&q=", "5 reports in"),
    ],
)
def test_every_choice_has_an_honest_sentence(busy_town, asked, said):
    reply = busy_town.get(f"/heatmap?{asked}")

    assert reply.status_code == 200
    assert said in reply.text


@pytest.mark.parametrize("file", ["heatmap", "heatmap.csv", "heatmap.png"])
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("area=ward:none", "There is no area “ward:none” here."),
        ("area=ward", "An area is written level:code"),
        ("category=none", "There is no category “none” here."),
        ("cell_m=3", "Squares can be 20 m to 100 km wide, not 3 m."),
        ("cell_m=1e5", "“1e5” is not a whole number of metres."),
        ("cell_m=%C2%B2", "is not a whole number of metres."),
        ("since=yesterday", "“yesterday” is not a day"),
        ("since=0001-01-01T00:00:00%2B23:00", "is not a day"),
        ("until=9999-12-31", "is not a day"),
        ("since=2026-02-01&until=2026-01-01", "The time span ends before it begins."),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(portal, file, asked, said):
    reply = portal.get(f"/{file}?{asked}")

    assert reply.status_code == 422
    assert said in reply.text


def test_the_table_to_take_away_can_be_read(busy_town):
    reply = busy_town.get("/heatmap.csv?category=road.pothole")

    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="heatmap-[\w-]+-\d{4}-\d\d-\d\d\.csv"',
        reply.headers["content-disposition"],
    )
    assert [row["count"] for row in rows] == ["3", "1"]


def test_the_squares_to_take_away_are_geojson(busy_town):
    reply = busy_town.get("/heatmap.geojson?light=done")

    told = json.loads(reply.content)
    assert reply.headers["content-type"] == "application/geo+json"
    assert "attachment" in reply.headers["content-disposition"]
    assert [square["properties"]["count"] for square in told["features"]] == [1]
    assert told["filters"] == {"light": "done", "cell_m": "250"}


def test_the_picture_to_take_away_is_a_png(busy_town):
    reply = busy_town.get("/heatmap.png")

    assert reply.headers["content-type"] == "image/png"
    assert "attachment" in reply.headers["content-disposition"]
    assert Image.open(io.BytesIO(reply.content)).size == (1760, 1360)


def test_the_page_to_take_away_runs_nothing_on_our_own_origin(busy_town):
    reply = busy_town.get("/heatmap.html")

    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.headers["content-security-policy"].startswith("sandbox allow-scripts; ")
    assert "allow-same-origin" not in reply.headers["content-security-policy"]


def test_words_cannot_break_out_of_the_page_to_take_away(busy_town):
    html = busy_town.get("/heatmap.html", params={"q": "</script><img src=x onerror=y>"}).text

    assert "<img" not in html


def test_an_unknown_form_is_refused_naming_those_there_are(portal):
    reply = portal.get("/heatmap.exe")

    assert reply.status_code == 422
    assert ".html, .png, .svg, .pdf, .geojson, .gpkg, .tif, .parquet, .csv, .kml" in reply.text


def test_more_pictures_than_can_be_drawn_are_asked_to_come_back(portal):
    with heatmap._turn(), heatmap._turn():
        reply = portal.get("/heatmap.png")

    assert reply.status_code == 503
    assert reply.headers["retry-after"]
    assert "Other maps are just being drawn." in reply.text


def test_a_place_for_drawing_is_given_back(portal):
    kinds = [portal.get("/heatmap.csv").status_code for _ in range(heatmap.FILES_AT_ONCE + 1)]

    assert set(kinds) == {200}


def test_a_sensitive_square_is_not_named(database, portal):
    with database.transaction() as session:
        for _ in range(4):
            complaint(session, MARKET, category="order.crime")

    page = portal.get("/heatmap").text

    assert "4 reports of sensitive kinds are left out" in page
    assert 'class="heat-table"' not in page
