"""Every page: readable for screen readers, no wider than a phone, no request to anybody else."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from geo_portal.accounts.people import Membership
from tests.journeys.conftest import DESK, PHONE

RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# A page has the same parts in each of its looks: only how they look is looked at twice.
APPEARANCE = {"type": "rule", "values": ["color-contrast", "target-size", "html-has-lang"]}
# Axe would still read some of the colours from before.
ALL_REPAINTED = """async () => {
    await new Promise((done) => setTimeout(done, 300));
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
}"""
PAGES = (
    "/",
    "/report",
    "/report?lon=95.03&lat=-10.005",
    "/report?lon=95.03&lat=-10.005&category=road.pothole",
    "/complaints",
    "/complaints?light=done",
    "/feed",
    "/feed?show=near",
    "/announcements",
    "/embed",
    "/community",
    "/look-up",
    "/look-up?code=nonsense",
    "/areas",
    "/areas/ward/N2",
    "/heatmap",
    "/heatmap?category=tree.fallen&since=2026-06-01&until=2026-06-30",
    "/heatmap?cell_m=7",
    "/heatmap?measure=density&shape=hexagon&since=2026-06-01&until=2026-06-30",
    "/departments",
    "/departments/ROADS",
    "/departments/ROADS-N?light=open&area=ward:N2&since=2026-01-01",
    "/departments/ROADS?layer=areas:ward",
    "/departments/ROADS?wall=1",
    "/departments/ROADS?compare=before&layer=risk",
    "/departments/ROADS/spots",
    "/departments/ROADS/staffing",
    "/statistics",
    "/statistics/method",
    "/alerts",
    "/help",
    "/help/potholes",
    "/search",
    "/search?q=pothol",
    "/offices?lon=95.012&lat=-10.006",
    "/offices/ROADS-N",
    "/facilities",
    "/here",
    "/here?lon=95.03&lat=-10.005",
    "/today",
    "/ask?question=pothole",
    "/questions",
    "/open-data",
    "/sign-in",
    "/sign-in/staff",
    "/sign-in/link?token=unknown",
    "/c/{code}",
    "/audit",
    "/c/{code}/thanks",
    "/c/{code}/flag",
    "/account/ban",
    "/nowhere",
)

STAFF_PAGES = (
    "/desk",
    "/desk?pile=snoozed&holder=mine",
    "/desk/{code}",
    "/desk/{code}/resolve",
    "/desk/{code}/transfer",
    "/desk/{code}/sort",
    "/desk/{code}/snooze",
    "/desk/{code}/print",
    "/desk/templates",
    "/desk/announcements",
    "/desk/tasks",
    "/account/follows",
    "/admin/keys",
    "/admin/webhooks",
    "/desk/{code}/what-if",
    "/admin/models",
    "/admin/models/0",
    "/admin/rules",
    "/admin/rules/10",
    "/desk/messages/received",
    "/desk/wordings",
    "/desk/wordings/reporter/resolved/ur",
    "/desk/moderation",
    "/me/messages",
    "/me/channels",
    "/desk/calls",
    "/desk/questions",
    "/admin",
    "/admin/people",
    "/admin/articles",
    "/admin/articles/edit?slug=potholes&language=en",
    "/admin/today",
    "/desk/incidents",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_by_everybody(visitors, reported, path):
    # Chromium calls it an error when a page says that something is not there.
    visitors.expected += ["status of 404", "status of 409"]
    page = visitors.page(locale="ur", viewport=PHONE, color_scheme="dark")
    _open(page, path.format(code=reported))

    assert _problems_in_both_looks(page) == []
    assert page.locator("html").get_attribute("lang") == "ur"


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_a_page_for_staff_can_be_read_by_everybody(staff, reported, path):
    page = staff("wati", Membership("head"), locale="ur", viewport=PHONE, color_scheme="dark")
    _open(page, path.format(code=reported))

    assert _problems_in_both_looks(page) == []
    assert page.locator("html").get_attribute("lang") == "ur"


def test_a_filled_in_card_can_be_read_by_everybody(visitors, reported):
    page = visitors.page()
    _open(page, "/report?lon=95.03&lat=-10.005&category=road.pothole")
    page.fill("#description", "A deep pothole, and a live wire on fire by the harbour gate")
    expect(page.locator(".card-danger")).to_be_visible()
    expect(page.locator(".goes-similar")).to_be_visible()

    assert _violations(page) == []


def test_the_map_shows_what_was_reported_and_opens_its_card(visitors, reported):
    page = visitors.page()
    _open(page, "/complaints?area=ward:N2")
    page.locator(".pin-waiting").click()

    expect(page.locator(f".map-card a[href='/c/{reported}']")).to_be_visible()


def test_a_code_is_found_however_it_is_typed(visitors, reported):
    page = visitors.page()
    page.goto("/")
    page.fill("#search", reported.lower().replace("-", " "))
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{visitors.portal}/c/{reported}")


def _open(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")


def _problems_in_both_looks(page: Page) -> list[str]:
    """On a phone in the dark, then on a desk by day: what cannot be read, or is too wide."""
    found = [*_violations(page), *_too_wide(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)
    page.evaluate(ALL_REPAINTED)
    return [*found, *_violations(page, APPEARANCE), *_too_wide(page)]


def _too_wide(page: Page) -> list[str]:
    beside = "document.documentElement.scrollWidth - innerWidth"
    return [f"too wide by {by} pixels" for by in [page.evaluate(beside)] if by > 0]


def _violations(page: Page, rules: dict[str, object] = RULES) -> list[str]:
    found = Axe().run(page, options={"runOnly": rules}).response
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
