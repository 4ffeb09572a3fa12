"""People sign in as they would: by a link from their mail, by password and app; and sign out."""

import re
from datetime import timedelta

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from geo_portal import clock
from geo_portal.accounts import links, passwords, totp
from geo_portal.accounts.people import Membership
from geo_portal.accounts.sessions import open_session
from geo_portal.outbox.send import send_waiting
from tests.journeys.conftest import PHONE
from tests.journeys.test_every_page import RULES
from tests.people_fixtures import add_person, forget_people

OFFICER = Membership("officer", "ROADS", ("district", "N"))
GOOD = "lantern river seven"


@pytest.fixture(autouse=True)
def nobody_left(database):
    """No account outlives its journey."""
    yield
    forget_people(database)


@pytest.fixture
def budi(database, city):
    """The app on the phone of an officer whose account is set up."""
    with database.transaction() as session:
        number = add_person(session, "budi", OFFICER)
        passwords.set_password(session, number, GOOD)
        offer = totp.offer(number, "budi@x.example", "Tiny")
        app = pyotp.TOTP(offer.typed.replace(" ", ""))
        # As if set up a while ago: the present code is still unused.
        then = clock.now() - timedelta(minutes=5)
        totp.accept(session, number, offer.sealed, app.at(then), then)
        open_session(session, number, clock.now(), browser="Lost phone", second_factor=True)
    return app


def mailed_address(database, mail_server, portal):
    send_waiting(database)
    text = mail_server.mails[-1].get_content()
    return portal + re.search(r"(/sign-in/link\S+)", text)[1]


@pytest.mark.parametrize("lang", ["en", "id", "ur"])
def test_a_citizen_signs_in_by_the_link_in_the_mail(visitors, database, mail_server, lang):
    page = visitors.page(viewport=PHONE, locale=lang, java_script_enabled=lang != "id")
    page.goto("/report")
    page.goto("/sign-in")
    page.fill("#contact", "asha@x.example")
    page.locator("main button").click()
    expect(page.locator(".sign-in-address")).to_have_text("asha@x.example")

    page.goto(mailed_address(database, mail_server, visitors.portal))
    page.locator("main button").click()

    expect(page).to_have_url(f"{visitors.portal}/account")
    expect(page.locator("main")).to_contain_text("asha@x.example")
    page.goto("/")
    expect(page.locator(".bar-links .bar-person bdi")).to_have_text("asha")


def test_a_citizen_types_the_code_instead(visitors, database, mail_server):
    page = visitors.page()
    page.goto("/sign-in?next=/complaints")
    page.fill("#contact", "asha@x.example")
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_be_visible()
    send_waiting(database)
    page.fill("#code", mail_server.mails[-1]["Subject"][:6])
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{visitors.portal}/complaints")


def test_an_officer_signs_in_and_signs_a_lost_phone_out(visitors, budi):
    page = visitors.page()
    page.goto("/account")
    page.get_by_role("link", name="Do you work for the city?").click()
    page.fill("#email", "budi@x.example")
    page.fill("#password", GOOD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("One more step")
    page.fill("#code", budi.now())
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{visitors.portal}/account")
    expect(page.locator("dl")).to_contain_text("Roads · District N")
    page.get_by_role("button", name="Sign out: Lost phone").click()
    expect(page.locator(".device-list li")).to_have_count(1)
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto("/account")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_a_new_officer_sets_the_account_up(visitors, database, city):
    with database.transaction() as session:
        number = add_person(session, "sari", OFFICER)
        address = links.make_link(
            session, "sari@x.example", number, clock.now(), purpose="set_up", lasts=links.LASTS
        )
    page = visitors.page(viewport=PHONE, java_script_enabled=False)
    page.goto(visitors.portal + address.partition(":8000")[2])
    page.locator("main button").click()
    page.fill("#password", GOOD)
    page.get_by_role("button", name="Keep this password").click()
    expect(page.get_by_alt_text("QR code with the secret")).to_be_visible()
    secret = page.locator(".sign-in-secret").inner_text().replace(" ", "")
    page.fill("#code", pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()

    expect(page.locator(".bar-person bdi").first).to_have_text("Sari")


@pytest.mark.parametrize(
    ("lang", "colours"), [("en", "light"), ("ur", "dark"), ("id", "dark")], ids=["en", "ur", "id"]
)
def test_every_step_can_be_read_by_everybody(visitors, database, budi, lang, colours):
    page = visitors.page(viewport=PHONE, locale=lang, color_scheme=colours)
    page.goto("/sign-in")
    page.fill("#contact", "no address")
    page.locator("main button").click()
    found = problems(page)
    page.goto("/sign-in/staff")
    page.fill("#email", "budi@x.example")
    page.fill("#password", GOOD)
    page.keyboard.press("Enter")
    found += problems(page)
    page.fill("#code", budi.now())
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    page.goto("/account")
    found += problems(page)

    assert found == []


def problems(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the phone."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, options={"runOnly": RULES}).response
    wide = page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]
    return [one["id"] for one in found["violations"]] + ["too wide"] * wide
