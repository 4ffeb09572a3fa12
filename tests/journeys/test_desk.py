"""Officers at work in a real browser: by keyboard alone, two at one case, and on a phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR
from tests.journeys.conftest import PHONE

ROADS = Membership("officer", "ROADS")


@pytest.fixture
def holes(database, live_portal):
    """The codes of three potholes, the one that is due first in front."""
    with database.transaction() as session:
        return [
            submit(
                session,
                NewComplaint(f"Pothole {number}", LonLat(*HARBOUR), category="road.pothole"),
                clock.now() - timedelta(hours=100 - number),
            ).code
            for number in (1, 2, 3)
        ]


def states(database):
    """How many complaints are in each state that there is."""
    with database.transaction() as session:
        return sorted(session.scalars(select(Complaint.status)))


def ready(page):
    """The page's modules listen to the keys."""
    expect(page.locator("[data-keys-help]")).to_be_visible()


def test_three_cases_are_worked_with_the_keyboard_alone(staff, holes, database):
    page = staff("rina", ROADS)
    page.goto("/desk")
    keys = page.keyboard
    ready(page)

    keys.press("j")
    keys.press("Enter")
    page.wait_for_url(f"**/desk/{holes[0]}")
    ready(page)
    keys.press("a")
    page.wait_for_url(f"**/desk/{holes[0]}?done=assign#case")
    ready(page)
    keys.press("r")
    expect(page.locator("input[name=outcome]").first).to_be_focused()
    keys.press("Space")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("The first hole is filled.")
    expect(page.locator("#preview")).to_contain_text("The first hole is filled.")
    keys.press("Control+Enter")
    page.wait_for_url(f"**/desk/{holes[1]}?done=resolve#case")
    ready(page)
    keys.press("t")
    expect(page.locator("#to")).to_be_focused()
    keys.type("Drainage")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("It is the drain.")
    expect(page.locator("#preview")).to_contain_text("It is the drain.")
    keys.press("Control+Enter")
    page.wait_for_url(f"**/desk/{holes[2]}?done=transfer#case")
    ready(page)
    keys.press("s")
    page.wait_for_url("**/start#step")
    expect(page.locator("#remark")).to_be_focused()
    keys.press("Control+Enter")
    page.wait_for_url("**/desk?done=start#case")

    assert states(database) == ["assigned", "in_progress", "resolved"]


def test_help_opens_by_a_key_and_closes_again(staff, holes):
    page = staff("rina", ROADS)
    page.goto("/desk")
    ready(page)

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#keys")).to_be_hidden()


def test_letters_in_a_field_are_letters(staff, holes):
    page = staff("rina", ROADS)
    page.goto(f"/desk/{holes[0]}/note")
    expect(page.locator("#remark")).to_be_focused()

    page.keyboard.type("art? j/k")

    expect(page.locator("#remark")).to_have_value("art? j/k")


def test_two_officers_at_one_case_overwrite_nothing(staff, holes, visitors):
    rina, joko = staff("rina", ROADS), staff("joko", ROADS)
    rina.goto(f"/desk/{holes[0]}/resolve")
    rina.locator("label", has_text="Fixed").first.click()
    rina.fill("#remark", "Rina filled it.")
    joko.goto(f"/desk/{holes[0]}/start")
    joko.fill("#remark", "Joko is on it.")
    joko.get_by_role("button", name="Send", exact=True).click()

    visitors.expected.append("status of 409")
    rina.get_by_role("button", name="Send", exact=True).click()

    expect(rina.locator("[role=alert]")).to_contain_text("Somebody else changed this report")
    expect(rina.locator(".changed")).to_contain_text("Joko is on it.")
    expect(rina.locator("#remark")).to_have_value("Rina filled it.")
    expect(rina.get_by_role("radio", name="Fixed", exact=True)).to_be_checked()
    rina.get_by_role("button", name="Send", exact=True).click()
    expect(rina.get_by_text("Done: Close with an outcome.")).to_be_visible()


def test_the_list_renews_itself_and_keeps_ticks_and_focus(staff, holes):
    rina, joko = staff("rina", ROADS), staff("joko", ROADS)
    rina.goto("/desk")
    ready(rina)
    rina.locator(f"[data-row='{holes[0]}'] input").check()
    rina.locator(f"[data-row='{holes[1]}'] a").focus()
    joko.goto(f"/desk/{holes[2]}/start")
    joko.get_by_role("button", name="Send", exact=True).click()

    # What a quarter of a minute does, and coming back to the page.
    rina.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(rina.locator(f"[data-row='{holes[2]}']")).to_contain_text("In progress")
    expect(rina.locator(f"[data-row='{holes[0]}'] input")).to_be_checked()
    expect(rina.locator(f"[data-row='{holes[1]}'] a")).to_be_focused()


def test_who_reads_a_case_is_told_that_a_colleague_changed_it(staff, holes):
    rina, joko = staff("rina", ROADS), staff("joko", ROADS)
    rina.goto(f"/desk/{holes[0]}")
    ready(rina)
    joko.goto(f"/desk/{holes[0]}/start")
    joko.get_by_role("button", name="Send", exact=True).click()
    expect(joko.get_by_text("Done: Start work.")).to_be_visible()

    rina.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(rina.locator("[data-changed]")).to_be_visible()


def test_the_preview_follows_what_is_written(staff, holes):
    page = staff("rina", ROADS)
    page.goto(f"/desk/{holes[0]}/resolve")
    page.locator("label", has_text="Partly fixed").click()
    page.locator("#remark").press_sequentially("Half of {code} is filled.")

    expect(page.locator("#preview")).to_contain_text(f"Half of {holes[0]} is filled.")
    expect(page.locator("#preview")).to_contain_text("Partly fixed")


def test_several_cases_are_closed_at_once(staff, holes, database):
    page = staff("rina", ROADS)
    page.goto("/desk")
    expect(page.locator(".bulk-bar")).to_be_hidden()
    page.locator(f"[data-row='{holes[0]}'] input").check()
    page.locator(f"[data-row='{holes[1]}'] input").check()
    page.get_by_role("button", name="Close", exact=True).click()
    page.select_option("#template", "resolve-road")
    page.get_by_role("button", name="Do it with 2 reports").click()

    expect(page.locator("[role=status]")).to_contain_text("Done with 2 reports.")
    assert states(database) == ["assigned", "resolved", "resolved"]


def test_a_phone_shows_the_list_then_the_case_then_the_list(staff, holes):
    page = staff("rina", ROADS, viewport=PHONE, has_touch=True)
    page.goto("/desk")
    page.locator(f"[data-row='{holes[1]}'] a").click()
    expect(page.locator(".desk-queue")).to_be_hidden()
    expect(page.locator("h1")).to_have_text("Pothole or damaged road")
    page.get_by_role("link", name="Start work").click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("link", name="Back to the list").click()

    expect(page.locator(f"[data-row='{holes[1]}']")).to_contain_text("In progress")


def test_without_script_a_case_is_closed_all_the_same(staff, holes, database):
    page = staff("rina", ROADS, java_script_enabled=False)
    page.goto("/desk")
    page.locator(f"[data-row='{holes[0]}'] a").click()
    page.get_by_role("link", name="Close with an outcome").click()
    page.select_option("#template", "resolve-road")
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("#preview")).to_contain_text("The road at Harbour is mended")
    page.get_by_role("button", name="Send", exact=True).click()

    assert states(database) == ["assigned", "assigned", "resolved"]
