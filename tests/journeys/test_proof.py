"""Closed is not fixed: the proof, the question, the answer, as the people in it see them."""

import re
import shutil
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from geo_portal import clock
from geo_portal.accounts.people import Membership, Person
from geo_portal.accounts.sessions import open_session
from geo_portal.accounts.tables import Account
from geo_portal.complaints.contractors import ask_contractor
from geo_portal.complaints.evidence import GivenEvidence, give
from geo_portal.complaints.followers import follow_by_mail
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.reporters import follower_token, reporter_token
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.geometry import LonLat
from geo_portal.http import session_cookie
from geo_portal.photo_store import keep
from tests.city_fixtures import HARBOUR
from tests.journeys.conftest import DESK, PHONE, Visitors
from tests.journeys.test_every_page import _violations
from tests.people_fixtures import add_person, forget_people
from tests.proof_fixtures import DONE, jpeg, scene

HERE = LonLat(*HARBOUR)
OFFICER, HEAD = Membership("officer", "ROADS"), Membership("head", "ROADS")


@pytest.fixture
def roads_office(database, live_portal):
    """What the roads office does behind the scenes."""
    yield Office(database)
    forget_people(database)


@dataclass
class Office:
    database: object

    def person(self, session, name, held):
        number = session.scalar(select(Account.id).where(Account.email == f"{name}@x.example"))
        return Person(number or add_person(session, name, held), name, name, memberships=(held,))

    def reports(self, seed=1):
        with self.database.transaction() as session:
            photo = keep(jpeg(scene(seed)))
            new = NewComplaint("A deep hole", HERE, category="road.pothole", photos=(photo,))
            return submit(session, new, clock.now()).code

    def gives_proof(self, code, seed=2, place=HERE):
        with self.database.transaction() as session:
            rina = self.person(session, "rina", OFFICER)
            photo = keep(jpeg(scene(seed)))
            now = clock.now()
            give(session, rina, code, [GivenEvidence(photo, place, 8.0, now, True)], now)

    def closes(self, code):
        with self.database.transaction() as session:
            rina = self.person(session, "rina", OFFICER)
            make_move(session, rina, code, "resolve", DONE, clock.now())

    def waits(self, code):
        with self.database.transaction() as session:
            rina = self.person(session, "rina", OFFICER)
            make_move(session, rina, code, "ask", Said(remark="Which lane is it?"), clock.now())

    def asks_a_firm(self, code):
        with self.database.transaction() as session:
            rina = self.person(session, "rina", OFFICER)
            wanted = {"firm": "Batu Jaya", "email": "b@x.example", "message": "Please fill it."}
            address = ask_contractor(session, rina, code, clock.now(), **wanted)
        return "/w/" + address.rpartition("/")[2]

    def follower_link(self, code):
        with self.database.transaction() as session:
            found = session.scalars(select(Complaint).where(Complaint.code == code)).one()
            follow_by_mail(session, found, "ali@x.example", "en", "net", clock.now())
            return "/follow/" + follower_token(found.id, "ali@x.example")

    def cookie(self, name, held):
        with self.database.transaction() as session:
            who = self.person(session, name, held).id
            return open_session(session, who, clock.now(), browser="T", second_factor=True)


def test_reported_on_a_phone_closed_and_contradicted_from_the_same_phone(visitors, roads_office):
    page = visitors.page(viewport=PHONE, has_touch=True)
    page.goto("/report?lon=95.03&lat=-10.005&category=road.pothole")
    page.fill("#description", "A deep hole by the harbour gate")
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg(scene(1))}
    page.set_input_files("input[name=photos]", photo)
    page.get_by_role("button", name="Send report").click()
    expect(page).to_have_url(re.compile("/thanks$"))
    expect(page.locator(".thanks")).to_contain_text("This browser remembers")
    code = re.search(r"/c/([0-9A-Z-]{11})/", page.url)[1]

    roads_office.gives_proof(code)
    roads_office.closes(code)
    page.goto(f"/c/{code}")
    expect(page.locator(".standing-outcome")).to_contain_text("Fixed")
    expect(page.get_by_alt_text(re.compile("Photo after the work"))).to_be_visible()

    page.get_by_label("No, not fixed").check(force=True)
    page.get_by_label("I am not satisfied").check(force=True)
    page.get_by_label("In your own words").fill("Only gravel was thrown in.")
    page.set_input_files("#is-it-fixed input[name=photos]", photo)
    page.get_by_role("button", name="Send the answer").click()

    expect(page.locator(".light-waiting")).to_be_visible()
    expect(page.locator(".timeline")).to_contain_text("says it is not fixed")
    expect(page.locator(".timeline")).to_contain_text("Only gravel was thrown in.")
    expect(page.get_by_alt_text("Photo sent with the answer")).to_be_visible()
    expect(page.locator("#is-it-fixed")).to_have_count(0)


def test_before_and_after_are_compared_by_keyboard(visitors, roads_office):
    code = roads_office.reports()
    roads_office.gives_proof(code)
    page = visitors.page()
    page.goto(f"/c/{code}")
    slider = page.get_by_label("Compare before and after")
    expect(slider).to_be_visible()
    slider.focus()
    over = page.locator(".before-after-over")
    half = over.evaluate("one => getComputedStyle(one).clipPath")

    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^0 percent"))

    expect(over).not_to_have_css("clip-path", half)


def test_without_script_both_are_side_by_side_and_the_answer_is_taken(visitors, roads_office):
    code = roads_office.reports()
    roads_office.gives_proof(code)
    roads_office.closes(code)
    page = visitors.page(java_script_enabled=False)
    page.goto(f"/f/{reporter_token(code)}")
    boxes = [one.bounding_box() for one in page.locator(".before-after img").all()]
    page.get_by_label("Yes, it is fixed").check(force=True)
    page.get_by_role("button", name="Send the answer").click()

    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    expect(page.locator(".standing")).to_contain_text("the person who reported it says so too")


def test_a_weak_photo_goes_by_the_head_before_the_public_sees_it(visitors, roads_office):
    code = roads_office.reports()
    roads_office.gives_proof(code, place=None)
    roads_office.closes(code)
    head = visitors.page()
    head.context.add_cookies(
        [_cookie(visitors, session_cookie(), roads_office.cookie("budi", HEAD))]
    )
    public = visitors.page()
    public.goto(f"/c/{code}")
    expect(public.locator(".standing")).to_contain_text("being checked by a second person")

    head.goto("/desk/evidence")
    expect(head.locator(".finding-bad")).to_have_text("It is not known where it was taken.")
    head.get_by_role("button", name="It proves the fix").click()
    expect(head.locator(".empty")).to_contain_text("Nothing waits for you.")

    public.reload()
    expect(public.get_by_alt_text(re.compile("Photo after the work"))).to_be_visible()


@pytest.fixture
def firm_with_camera(browser, live_portal):
    """A phone of the firm on the spot, whose camera works."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    started = browser.browser_type.launch(
        executable_path=chromium, args=["--no-sandbox", "--disable-background-networking", *fake]
    )
    found = Visitors(started, live_portal)
    place = {"longitude": HERE.lon, "latitude": HERE.lat, "accuracy": 6}
    yield found.page(
        viewport=PHONE, geolocation=place, permissions=["geolocation", "camera"], has_touch=True
    )
    started.close()
    assert found.wrong == []


def test_a_firm_answers_with_a_photo_taken_in_the_page(firm_with_camera, visitors, roads_office):
    code = roads_office.reports()
    page = firm_with_camera
    page.goto(roads_office.asks_a_firm(code))
    page.get_by_role("button", name="Open the camera").click()
    expect(page.locator("video")).to_be_visible()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Take the photo").click()
    expect(page.locator("[data-said]")).to_contain_text("position known to within 6 m")
    page.get_by_label("What was done").fill("Filled and rolled.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator("h1")).to_contain_text("The office has your answer")

    public = visitors.page()
    public.goto(f"/c/{code}")
    expect(public.locator(".timeline")).to_contain_text("Filled and rolled.")
    expect(public.get_by_alt_text(re.compile("Photo after the work"))).to_be_visible()


def test_the_receipt_is_contested_with_one_tap(visitors, roads_office):
    code = roads_office.reports()
    page = visitors.page(viewport=PHONE)
    page.goto(f"/c/{code}")
    page.get_by_text("This is not right").click()
    page.get_by_role("button", name="Have it looked at again").click()
    expect(page.locator(".lead")).to_contain_text("goes back to the sorting desk")
    page.get_by_role("link", name="Back to the report").click()

    expect(page.locator(".timeline")).to_contain_text("went to the wrong place")


@pytest.fixture
def proof_page(roads_office):
    """The address of a page by its name, and who looks at it."""
    code = roads_office.reports()

    def address(name):
        if name == "waiting":
            roads_office.waits(code)
            return f"/c/{code}", None
        if name == "firm":
            return roads_office.asks_a_firm(code), None
        if name == "follow":
            return roads_office.follower_link(code), None
        if name == "desk-firm":
            roads_office.asks_a_firm(code)
            return f"/desk/{code}/contractor", HEAD
        roads_office.gives_proof(code, place=None if name == "desk-waiting" else HERE)
        if name == "desk-case":
            return f"/desk/{code}/evidence", HEAD
        roads_office.closes(code)
        if name == "desk-waiting":
            return "/desk/evidence", HEAD
        return f"/f/{reporter_token(code)}", None

    return address


@pytest.mark.parametrize(
    "name", ["asked", "waiting", "firm", "follow", "desk-firm", "desk-case", "desk-waiting"]
)
@pytest.mark.parametrize(
    ("lang", "size", "colours"),
    [("en", DESK, "light"), ("ur", PHONE, "dark")],
    ids=["en-desk-light", "ur-phone-dark"],
)
def test_every_page_of_the_proof_can_be_read_by_everybody(
    visitors, roads_office, proof_page, name, lang, size, colours
):
    page = visitors.page(locale=lang, viewport=size, color_scheme=colours)
    path, held = proof_page(name)
    if held:
        token = roads_office.cookie("budi", held)
        page.context.add_cookies([_cookie(visitors, session_cookie(), token)])
    page.goto(path)
    page.wait_for_load_state("networkidle")

    assert _violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def _cookie(visitors, name, value):
    return {"name": name, "value": value, "url": visitors.portal}
