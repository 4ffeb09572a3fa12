"""A planner chooses what to see, reads the legend, and takes a map away that opens offline."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.insights_town import complaint

MARKET, HARBOUR = (95.010, -10.030), (95.030, -10.005)


@pytest.fixture
def busy_town(database, live_portal):
    """Six potholes at the market, a lamp at the harbour."""
    with database.transaction() as session:
        for _ in range(6):
            complaint(session, MARKET)
        complaint(session, HARBOUR, category="light.street")


def test_from_the_choice_to_the_file(visitors, busy_town, tmp_path):
    page = visitors.page()
    page.goto("/")
    page.get_by_role("link", name="Heatmap").click()
    page.get_by_label("Kind of problem").select_option("road.pothole")
    page.get_by_role("button", name="Show", exact=True).click()

    expect(page).to_have_url(re.compile("category=road.pothole"))
    expect(page.locator("h1")).to_have_text("Pothole or damaged road")
    expect(page.locator(".heat-legend li")).to_have_text(["6"])
    expect(page.locator(".heat-legend")).to_contain_text("6 reports in 1 square of 250 m")
    assert _drawn(page) > 0

    with page.expect_download() as downloading:
        page.get_by_role("link", name="Table (CSV)").click()
    kept = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(kept)
    assert kept.suffix == ".csv"
    assert len(kept.read_text(encoding="utf-8-sig").splitlines()) == 2


def test_the_square_under_the_pointer_says_its_count(visitors, busy_town):
    page = visitors.page()
    page.goto("/heatmap?area=ward:S1&cell_m=5000")
    expect(page.locator(".heat-legend li")).to_have_count(1)
    page.locator(".heat-map").hover()

    expect(page.locator(".leaflet-tooltip")).to_have_text(re.compile(r"^\d$"))


def test_a_rate_is_hatched_where_it_is_unsure_and_the_slider_turns_months(visitors, busy_town):
    page = visitors.page()
    page.goto("/heatmap?measure=per_capita")
    expect(page.locator(".heat-legend h2")).to_have_text("Reports per 1,000 residents")
    expect(page.locator("[data-heat-hatched]")).to_have_text("fewer than five reports")
    page.get_by_label("Slide through the months").fill("5")

    expect(page).to_have_url(re.compile("measure=per_capita&since=.*&until="))
    expect(page.locator(".heat-month")).to_be_visible()


def test_a_map_that_is_moved_is_asked_anew(visitors, busy_town):
    page = visitors.page()
    page.goto("/heatmap?area=district:N")
    expect(page.locator(".heat-legend")).to_contain_text("In view")
    with page.expect_response(re.compile("/api/v1/heatmap")) as answered:
        page.locator(".leaflet-control-zoom-in").click()

    assert answered.value.ok


def test_without_script_there_is_a_form_a_picture_and_a_table(visitors, busy_town):
    page = visitors.page(java_script_enabled=False)
    page.goto("/heatmap")
    page.get_by_label("Kind of problem").select_option("light.street")
    page.get_by_role("button", name="Show", exact=True).click()

    expect(page.locator(".heat-table td")).to_have_text("1")
    picture = page.locator(".heat-picture")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1760


@pytest.mark.parametrize("lang", ["en", "ur"])
def test_the_page_taken_away_opens_offline(browser: Browser, portal, busy_town, tmp_path, lang):
    kept = tmp_path / "heatmap.html"
    kept.write_bytes(portal.get(f"/heatmap.html?lang={lang}").content)
    wrong: list[str] = []
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.on("request", lambda asked: wrong.append(asked.url) if asked.url != kept.as_uri() else 0)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(kept.as_uri())

    expect(page.locator(".heat li")).to_have_count(2)
    assert _drawn(page) > 0
    assert wrong == []
    context.close()


def _drawn(page) -> int:
    """How many pixels of the map's canvases have a colour of the squares' darkest class."""
    page.wait_for_timeout(400)
    return page.evaluate("""() => [...document.querySelectorAll("canvas")].reduce((sum, canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let found = 0;
        for (let i = 0; i < data.length; i += 4) {
            const near = (channel, wanted) => Math.abs(data[i + channel] - wanted) < 60;
            if (data[i + 3] > 150 && near(0, 0x6d) && near(1, 0x0f) && near(2, 0x6b)) found += 1;
        }
        return sum + found;
    }, 0)""")
