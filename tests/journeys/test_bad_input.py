"""What cannot be used is said in words, and everything that was entered is still there."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

WORDS = "The lamp at the corner is out"


def _truncated_photo() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (800, 600), "navy").save(drawn, "JPEG")
    return drawn.getvalue()[:900]


@pytest.mark.parametrize(
    ("description", "lon", "lat", "said"),
    [
        ("x" * 200_000, "95.03", "-10.005", "Your text has 200000 characters"),
        ("", "95.03", "-10.005", "Please write in a few words"),
        ("\u200f \n\t ", "95.03", "-10.005", "Please write in a few words"),
        (WORDS, "-10.005", "95.03", "look swapped"),
        (WORDS, "0", "0", "does not know where it is"),
        (WORDS, "NaN", "-10.005", "must be a number between -180 and 180"),
        (WORDS, "1e999", "-10.005", "must be a number between -180 and 180"),
        (WORDS, "abc", "-10.005", "is not a number such as"),
        (WORDS, "", "", "Please say where it is"),
    ],
    ids=["long", "empty", "blank", "swapped", "nowhere", "nan", "inf", "letters", "no place"],
)
def test_a_mistake_is_said_and_nothing_is_lost(visitors, description, lon, lat, said):
    page = visitors.page(java_script_enabled=False)
    page.goto("/report")
    page.locator("summary", has_text="Give the place without the map").click()
    page.fill("#description", description)
    page.fill("#lon", lon)
    page.fill("#lat", lat)
    page.fill("#contact", "asha@example.org")
    page.get_by_role("button", name="Send report").click()

    expect(page.locator("#mistakes")).to_contain_text("Nothing was sent yet")
    expect(page.locator("#mistakes")).to_contain_text(said)
    expect(page.locator("#description")).to_have_value(description)
    expect(page.locator("#lon")).to_have_value(lon)
    expect(page.locator("#lat")).to_have_value(lat)
    expect(page.locator("#contact")).to_have_value("asha@example.org")


def test_swapped_numbers_are_put_right_by_one_button(visitors):
    page = visitors.page(java_script_enabled=False)
    page.goto("/report")
    page.locator("summary", has_text="Give the place without the map").click()
    page.fill("#description", WORDS)
    page.fill("#lon", "-10.005")
    page.fill("#lat", "95.03")
    page.get_by_role("button", name="Send report").click()
    page.get_by_role("button", name="Use the numbers the other way round").click()
    page.get_by_role("button", name="Send report").click()

    expect(page.locator("h1")).to_contain_text("Thank you")


def test_a_broken_photo_is_named_and_the_good_one_is_kept(visitors):
    whole = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(whole, "PNG")
    page = visitors.page(java_script_enabled=False)
    page.goto("/report?lon=95.03&lat=-10.005")
    page.fill("#description", WORDS)
    page.set_input_files(
        "input[name=photos]",
        [
            {"name": "good.png", "mimeType": "image/png", "buffer": whole.getvalue()},
            {"name": "half.jpg", "mimeType": "image/jpeg", "buffer": _truncated_photo()},
        ],
    )
    page.get_by_role("button", name="Send report").click()

    expect(page.locator("#mistakes")).to_contain_text("“half.jpg” is not a photo we can read")
    expect(page.get_by_alt_text("Photo 1, kept")).to_be_visible()
    page.get_by_role("button", name="Send report").click()
    page.get_by_role("link", name="See your report").click()
    expect(page.locator(".complaint-photos img")).to_have_count(1)


def test_zero_bytes_are_left_out_of_the_text(portal):
    reply = portal.post(
        "/report",
        data={"description": "The lamp\0 is out", "lon": "95.03", "lat": "-10.005"},
        follow_redirects=False,
    )

    assert reply.status_code == 303
    assert "The lamp is out" in portal.get(reply.headers["location"].removesuffix("/thanks")).text


def test_a_place_outside_the_city_is_taken_and_said_to_be_so(visitors):
    page = visitors.page(java_script_enabled=False)
    page.goto("/report?lon=95.2&lat=-10.01")
    expect(page.locator("#card")).to_contain_text("Outside the city's areas")
    page.fill("#description", WORDS)
    page.get_by_role("button", name="Send report").click()

    expect(page.locator("h1")).to_contain_text("Thank you")
