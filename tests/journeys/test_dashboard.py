"""An officer watches a department's dashboard: it follows the city by itself."""

import re

import pytest
from playwright.sync_api import expect

from geo_portal import clock
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.geometry import LonLat
from tests.city_fixtures import HILLTOP
from tests.journeys.conftest import DESK, PHONE

SOON_MS = 10_000


@pytest.fixture
def report(database, live_portal):
    """A citizen elsewhere reports a pothole; gives its code."""

    def send(words, place=HILLTOP):
        with database.transaction() as session:
            new = NewComplaint(words, LonLat(*place), category="road.pothole")
            return submit(session, new, clock.now()).code

    return send


def test_a_report_appears_within_seconds_without_reload(visitors, reported, report):
    page = visitors.page()
    page.goto("/departments/ROADS")
    expect(page.locator("#cases .report-row")).to_have_count(1)
    expect(page.locator(".pin-waiting")).to_have_count(1)
    page.locator("#meaning-open summary").click()
    page.evaluate("window.here = true")

    report("A hole on the hill")

    expect(page.locator("#cases")).to_contain_text("A hole on the hill", timeout=SOON_MS)
    expect(page.locator(".tile-open .tile-figure")).to_have_text("2")
    expect(page.locator(".pin-waiting")).to_have_count(2)
    expect(page.locator("#meaning-open")).to_have_attribute("open", "")
    expect(page.locator("#meaning-open summary")).to_be_focused()
    assert page.evaluate("window.here")


def test_the_layers_of_the_map_stay_in_the_address(visitors, reported):
    page = visitors.page()
    page.goto("/departments/ROADS")
    expect(page.locator(".pin-waiting")).to_be_visible()

    page.get_by_role("radio", name="Ward").check()

    expect(page.locator(".map-key")).to_contain_text("1 report by area: Ward")
    expect(page.locator(".pin-waiting")).to_have_count(0)
    expect(page).to_have_url(re.compile("layer=areas%3Award"))
    page.get_by_role("radio", name="Heat").check()
    expect(page.locator(".map-key")).to_contain_text("1 report in 1 square")
    page.get_by_role("radio", name="Cases").check()
    expect(page.locator(".pin-waiting")).to_be_visible()


def test_the_areas_are_narrowed_by_a_click_in_their_table(visitors, reported, report):
    report("A hole on the hill")
    page = visitors.page(viewport=PHONE)
    page.goto("/departments/ROADS")

    page.locator("#tables").get_by_role("link", name="Harbour").click()

    expect(page.locator("#cases .report-row")).to_have_count(1)
    expect(page.locator(".dash-filters .chip-on")).to_contain_text("Harbour")


def test_the_dashboard_works_without_script(visitors, reported):
    page = visitors.page(java_script_enabled=False, viewport=DESK)
    page.goto("/departments/ROADS")
    page.locator("#filters summary").click()
    page.select_option("#light", "done")
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile("light=done"))
    expect(page.locator("#cases")).to_contain_text("No report is like that.")
