"""A citizen reports a problem: by pin, without script, by keyboard, in Urdu, by a street's name."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE

WORDS = "A deep pothole by the harbour gate"


@pytest.fixture
def photo() -> dict[str, object]:
    drawn = io.BytesIO()
    Image.new("RGB", (640, 480), "tan").save(drawn, "JPEG")
    return {"name": "hole.jpg", "mimeType": "image/jpeg", "buffer": drawn.getvalue()}


def test_from_the_pin_to_the_public_page(visitors, reported, photo):
    page = visitors.page(viewport=PHONE, has_touch=True)
    page.goto("/report")
    page.fill("#description", WORDS)
    _pin_at_the_harbour(page)
    # Another answer would come with its list of kinds closed.
    page.wait_for_load_state("networkidle")
    page.locator("#card details:has(#other_category) summary").click()
    page.select_option("#other_category", "road.pothole")

    card = page.locator("#card")
    expect(card).to_contain_text("Roads Office North")
    expect(card).to_contain_text("Answer by")
    expect(card).to_contain_text("This point lies in Ward Harbour")
    expect(card.get_by_role("link", name=re.compile("A deep pothole"))).to_have_attribute(
        "href", f"/c/{reported}"
    )

    page.set_input_files("input[name=photos]", photo)
    page.get_by_role("button", name="Send report").click()
    expect(page).to_have_url(re.compile("/c/[0-9A-Z-]{11}/thanks"))
    expect(page.locator("h1")).to_contain_text("Thank you")
    expect(page.get_by_alt_text("QR code with the address of your report")).to_be_visible()

    page.get_by_role("link", name="See your report").click()
    expect(page.locator("h1")).to_have_text("Pothole or damaged road")
    expect(page.locator(".complaint-words")).to_have_text(WORDS)
    expect(page.locator(".complaint-photos img")).to_be_visible()
    expect(page.locator(".timeline")).to_contain_text("Sent to Roads Office North")


def test_the_same_without_script(visitors, photo):
    page = visitors.page(java_script_enabled=False)
    page.goto("/report")
    page.locator("summary", has_text="Give the place without the map").click()
    page.select_option("#area", label="Harbour")
    page.get_by_role("button", name="Show its streets").click()
    page.select_option("#street", label="Harbour Bridge")
    page.fill("#description", WORDS)
    page.set_input_files("input[name=photos]", photo)
    page.get_by_role("button", name="See where it will go").click()

    expect(page.locator("#card")).to_contain_text("Harbour Bridge")
    expect(page.get_by_alt_text("Photo 1, kept")).to_be_visible()
    expect(page.locator("#description")).to_have_value(WORDS)
    # Another answer would come with its list of kinds closed.
    page.wait_for_load_state("networkidle")
    page.locator("#card details:has(#other_category) summary").click()
    page.select_option("#other_category", "road.pothole")
    page.get_by_role("button", name="Send report").click()

    expect(page.locator("h1")).to_contain_text("Thank you")
    page.get_by_role("link", name="See your report").click()
    expect(page.locator(".complaint-photos img")).to_be_visible()
    expect(page.locator(".receipt")).to_contain_text("Roads Office North")


def test_by_keyboard_alone(visitors):
    page = visitors.page()
    page.goto("/report")
    expect(page.locator(".map-ready")).to_be_visible()
    _tab_to(page, "[data-module=report-map]")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".pin-here")).to_be_visible()
    _tab_to(page, "#description")
    page.keyboard.type("The lamp is out")
    expect(page.locator("#card .goes-main").first).to_be_visible()
    _tab_to(page, "button.button-main[value=send]")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/thanks$"))


def test_in_urdu_from_right_to_left(visitors):
    page = visitors.page(locale="en", viewport=PHONE)
    page.goto("/")
    page.locator(".menu-languages summary").click()
    page.get_by_role("link", name="اردو").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_role("link", name="مسئلہ بتائیں", exact=True).first.click()
    page.fill("#description", "بندرگاہ کے قریب سڑک پر گڑھا ہے")
    _pin_at_the_harbour(page)

    expect(page.locator("#card")).to_contain_text("یہ کہاں جائے گی")
    expect(page.locator("#card")).to_contain_text("وارڈ")
    page.get_by_role("button", name="شکایت بھیجیں").click()
    expect(page.locator("h1")).to_contain_text("شکریہ")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_place_is_found_by_its_name(visitors):
    page = visitors.page()
    page.goto("/report")
    page.get_by_label("Street, square or landmark").press_sequentially("mill lan")
    expect(page.locator("[data-module='place-choice'][data-on]")).to_be_visible()
    page.get_by_role("button", name="Mill Lane").click()

    expect(page.locator("input[name=lon]")).to_have_value(re.compile(r"^95\.01"))
    expect(page.locator("#card")).to_contain_text("Hilltop")


def test_the_phones_position_is_used_with_its_accuracy(visitors):
    place = {"longitude": 95.03, "latitude": -10.005, "accuracy": 35}
    page = visitors.page(geolocation=place, permissions=["geolocation"])
    page.goto("/report")
    page.get_by_role("button", name="My position").click()

    expect(page.locator("#position-said")).to_contain_text("within 35 m")
    expect(page.locator("input[name=accuracy_m]")).to_have_value("35")
    expect(page.locator("#card")).to_contain_text("Harbour")


def test_what_was_begun_is_kept_on_the_device_until_it_is_sent(visitors):
    page = visitors.page()
    page.goto("/report")
    page.fill("#description", WORDS)
    page.wait_for_function("localStorage.getItem('geo-portal-draft')")
    page.goto("/report")

    expect(page.locator("#description")).to_have_value(WORDS)
    expect(page.locator("[data-draft-kept]")).to_be_visible()


def test_danger_brings_the_emergency_number_first(visitors):
    page = visitors.page()
    page.goto("/report")
    page.fill("#description", "A live wire is sparking, someone is hurt")

    expect(page.locator(".card-danger a[href='tel:112']")).to_be_visible()


def test_going_back_and_sending_again_files_nothing_twice(visitors):
    page = visitors.page(java_script_enabled=False)
    page.goto("/report?lon=95.03&lat=-10.005")
    page.fill("#description", WORDS)
    page.get_by_role("button", name="Send report").click()
    expect(page.locator("h1")).to_contain_text("Thank you")
    first = page.url
    page.go_back()
    expect(page.locator("#report")).to_be_visible()
    page.fill("#description", WORDS)
    page.get_by_role("button", name="Send report").click()

    expect(page).to_have_url(first)


def _pin_at_the_harbour(page: Page) -> None:
    """Tap a place of the map: near its middle, which lies in the north-east for this view."""
    expect(page.locator(".map-ready")).to_be_visible()
    page.evaluate("""() => {
        const form = document.getElementById("report");
        const detail = { lon: 95.03, lat: -10.005, accuracy: 8 };
        form.dispatchEvent(new CustomEvent("place-found", { detail }));
    }""")
    page.locator("[data-module=report-map]").scroll_into_view_if_needed()
    page.locator("[data-module=report-map]").click()


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {selector}")
