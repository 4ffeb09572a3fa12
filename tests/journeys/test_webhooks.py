"""An administrator connects another system by webhook and sees whether it arrives."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from geo_portal import clock
from geo_portal.accounts.keys import add_key
from geo_portal.accounts.people import Membership
from geo_portal.city.facts import facts
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_every_page import _problems_in_both_looks


@pytest.fixture
def mirror(database):
    """A key for another system."""
    with database.transaction() as session:
        add_key(session, facts(session), "Mirror", ("events",), clock.now())
    yield "Mirror"
    with database.transaction() as session:
        session.execute(text("TRUNCATE api_keys CASCADE"))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_webhook_is_connected_tried_and_removed(staff, mirror, listener, size):
    page = staff("wati", Membership("head"), viewport=size)
    page.goto("/admin/webhooks")

    page.get_by_label("Address").fill("https://10.0.0.7/hook")
    page.get_by_role("button", name="Send events there").click()
    expect(page.get_by_role("alert")).to_contain_text("a network of its own")
    page.get_by_label("Address").fill(listener.url)
    page.get_by_text("Only some events").click()
    page.get_by_label("Reported", exact=True).check()
    page.get_by_role("button", name="Send events there").click()

    expect(page.get_by_role("status")).to_contain_text("whsec_")
    assert _problems_in_both_looks(page) == []
    page.get_by_role("button", name="Try once").click()
    expect(page.get_by_role("table", name="Last deliveries")).to_contain_text("Taken")
    assert _problems_in_both_looks(page) == []
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused; what happens meanwhile")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No program has events sent to it yet.")).to_be_visible()
