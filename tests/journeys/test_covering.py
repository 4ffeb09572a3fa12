"""A moderator covers a face by drawing on the photo; a photo's place is offered to who reports."""

from playwright.sync_api import expect
from sqlalchemy import select

from geo_portal import clock, photo_store
from geo_portal.accounts.people import Membership
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Photo
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR
from tests.journeys.conftest import PHONE
from tests.journeys.test_every_page import _violations
from tests.proof_fixtures import camera_data, jpeg, scene


def test_a_face_is_covered_by_drawing_over_it(staff, database, live_portal):
    photo = photo_store.keep(jpeg(scene(11)), "hole.jpg")
    with database.transaction() as session:
        submit(session, NewComplaint("A hole", LonLat(*HARBOUR), photos=(photo,)), clock.now())
        number = session.scalars(select(Photo.id).where(Photo.key == photo.key)).one()
    page = staff("maya", Membership("moderator"), viewport=PHONE, locale="ur")
    page.goto(f"/desk/photos/{number}")
    box = page.locator("[data-picture]").bounding_box()

    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.7)
    page.mouse.up()

    assert 39 < float(page.locator("[name=width]").first.input_value()) < 41
    expect(page.locator("[data-picture] rect")).to_have_count(1)
    # The same by keyboard: the number changes, and the rectangle with it.
    page.locator("[name=width]").first.fill("10")
    expect(page.locator("[data-picture] rect")).to_have_attribute("width", "10")
    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator("#why-cover").fill("A passer-by")
    page.locator("[value=cover]").click()
    expect(page.locator(".notice-good")).to_be_visible()
    assert photo.key not in page.locator("[data-picture] img").get_attribute("src")


def test_the_place_of_a_photo_moves_the_pin_only_when_asked(visitors, live_portal):
    lon, lat = HARBOUR
    shot = jpeg(scene(12), exif=camera_data(clock.now(), LonLat(lon, lat - 0.004)))
    page = visitors.page()
    page.goto(f"/report?lon={lon}&lat={lat}")

    page.set_input_files(
        "[name=photos]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": shot}
    )

    expect(page.locator("#photo-place")).to_contain_text("440 m")
    assert float(page.input_value("#lat")) == lat
    page.locator("[data-photo-lon]").click()
    expect(page.locator("#photo-place button")).to_have_count(0)
    assert abs(float(page.input_value("#lat")) - (lat - 0.004)) < 0.00001
