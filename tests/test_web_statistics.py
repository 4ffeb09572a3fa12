"""Figures in the open and what belongs to a dashboard, asked without a browser."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.insights.eta import work_out_etas
from tests.city_fixtures import HARBOUR
from tests.insights_town import complaint

DAY = timedelta(days=1)


@pytest.fixture
def sixteen_fixed(database, portal):
    """Sixteen potholes that ROADS-N fixed lately in one to sixteen days, and one that is open."""
    now = clock.now()
    with database.transaction() as session:
        for days in range(1, 17):
            complaint(session, HARBOUR, office="ROADS-N", at=now - 20 * DAY, fixed_after=days * DAY)
        complaint(session, HARBOUR, office="ROADS-N", at=now - 2 * DAY)
        work_out_etas(session, now)
    yield
    with database.transaction() as session:
        session.execute(text("TRUNCATE usual_times"))


def test_the_public_figures_name_every_department_and_area(portal, sixteen_fixed):
    page = portal.get("/statistics").text

    assert 'href="/departments/ROADS"' in page
    assert 'href="/areas/ward/N2"' in page
    assert "How this is counted" in page
    assert portal.get("/statistics?category=none").status_code == 422
    assert portal.get("/statistics?since=2020-01-01&until=2020-01-31").status_code == 200


def test_the_method_is_told(portal):
    page = portal.get("/statistics/method").text

    assert "Kaplan" in page
    assert "Benjamini" in page


def test_the_figures_come_as_a_table_for_a_spreadsheet(portal, sixteen_fixed):
    reply = portal.get("/departments/ROADS/figures.csv?category=road.pothole")

    rows = list(csv.DictReader(io.StringIO(reply.text)))
    [whole] = [row for row in rows if row["by"] == "whole"]
    [harbour] = [row for row in rows if row["code"] == "N2"]
    assert reply.headers["content-type"].startswith("text/csv")
    assert (whole["received"], whole["fixed"], whole["open"]) == ("17", "16", "1")
    assert harbour["half_fixed_within_hours"] == whole["half_fixed_within_hours"] != ""


def test_the_curve_is_a_picture_for_light_and_dark_pages(portal, sixteen_fixed):
    light = portal.get("/departments/ROADS/waiting.svg")
    dark = portal.get("/departments/ROADS/waiting.svg?dark=1")

    assert light.headers["content-type"] == "image/svg+xml"
    assert "Days since the report" in light.text
    assert light.text != dark.text


def test_what_to_expect_is_said_before_sending_and_after(portal, sixteen_fixed):
    lon, lat = HARBOUR
    told = {"description": "A deep pothole", "lon": lon, "lat": lat, "category": "road.pothole"}

    card = portal.get("/report/where", params=told).text
    asked = portal.post("/api/v1/classify", json=told).json()
    filed = portal.post("/api/v1/complaints", json=told).json()
    page = portal.get(filed["url"]).text

    # The ninth of sixteen: the open one was watched for two days only, so it weighs a little.
    assert asked["usual_time"]["fixed_reports"] == 16
    assert asked["usual_time"]["half_within_s"] == pytest.approx(9 * 86_400, abs=86_400)
    assert "Usually mended within" in card
    assert "Usually mended within" in page
    assert portal.get(f"/api/v1{filed['url'].replace('/c/', '/complaints/')}").json()["usual_time"]


def test_an_office_that_is_hardly_known_says_so(portal):
    lon, lat = HARBOUR
    told = {"description": "A deep pothole", "lon": lon, "lat": lat, "category": "road.pothole"}

    card = portal.get("/report/where", params=told).text

    assert "We cannot say yet how long" in card
    assert portal.post("/api/v1/classify", json=told).json()["usual_time"] is None


def test_officers_are_shown_to_their_head_only(portal, signed_in, sixteen_fixed, database):
    budi = signed_in("budi", Membership("head", "ROADS"))
    rina = signed_in("rina", Membership("officer", "ROADS"))
    with database.transaction() as session:
        session.execute(
            text("UPDATE complaints SET assignee_id = (SELECT id FROM people WHERE name = 'Rina')")
        )

    pages = [who.get("/departments/ROADS").text for who in (budi, rina, portal)]

    assert ["By officer" in page for page in pages] == [True, False, False]
    with database.transaction() as session:
        session.execute(text("UPDATE complaints SET assignee_id = NULL"))


def test_a_dashboard_compares_with_the_time_before(portal, sixteen_fixed):
    page = portal.get("/departments/ROADS?compare=before").text

    assert "compared with" in page
    assert re.search(r"tile-received.*?then: 0", page, re.DOTALL)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/departments/NONE/spots", 404),
        ("/departments/ROADS/spots", 200),
        ("/departments/ROADS/staffing", 200),
        ("/departments/ROADS/staffing?crews=0", 422),
        ("/departments/ROADS/staffing?crews=3&more=-90&since=2020-01-01", 200),
        ("/departments/NONE/figures.csv", 404),
        ("/departments/ROADS/waiting.svg?area=nowhere", 422),
        ("/departments/ROADS?compare=year&since=1900-01-01", 200),
        ("/api/v1/map?bbox=94,-11,96,-9&zoom=9&department=ROADS&due_within_h=24", 200),
        ("/api/v1/map?bbox=94,-11,96,-9&zoom=9&due_within_h=-1", 422),
    ],
)
def test_an_odd_address_is_answered_in_words(portal, address, status):
    assert portal.get(address).status_code == status


def test_a_citizen_hears_of_unusual_weeks_and_no_more(portal, signed_in):
    asha = signed_in("asha")
    asha.post("/alerts", data={"category": "road.pothole", "area": "ward:N2"})
    wished = asha.get("/alerts").text
    [number] = re.findall(r"/alerts/(\d+)/leave", wished)

    asha.post(f"/alerts/{number}/leave")

    assert "Hear no more of" in wished
    assert "Hear no more of" not in asha.get("/alerts").text
    assert "Sign in first" in portal.get("/alerts").text
    assert asha.post("/alerts", data={"category": "none"}).status_code == 422
