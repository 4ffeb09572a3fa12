"""What Qlue began: neighbours stand behind one report, hear of it, look, and earn points for it."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect
from sqlalchemy import text

from geo_portal.accounts.people import Membership
from tests.journeys.conftest import PHONE
from tests.people_fixtures import run_jobs
from tests.proof_fixtures import jpeg, scene


def test_a_neighbour_supports_hears_looks_and_earns_points(visitors, staff, database, mail_server):
    asha = visitors.page(viewport=PHONE)
    nadia = staff("nadia", viewport=PHONE)
    _follows_the_ward(nadia)
    code = _posts(asha)
    budi = staff("budi", viewport=PHONE)
    officer = staff("rina", Membership("officer", "ROADS"))

    _supports_instead_of_reporting(budi, code)
    run_jobs(database)
    _posts_the_fix(officer, code)
    run_jobs(database)
    _looks_and_says_it_is_fixed(budi, code)

    told = {mail["To"]: mail["Subject"] for mail in mail_server.mails}
    reported = {mail["To"] for mail in mail_server.mails if "closed it" in mail["Subject"]}
    assert reported == {"asha@x.example", "budi@x.example", "nadia@x.example"}, told
    run_jobs(database)
    looked = {mail["To"] for mail in mail_server.mails if "was there" in mail["Subject"]}
    assert looked == {"asha@x.example"}
    _leaves_by_the_link(nadia, mail_server)
    budi.goto("/account/follows")
    expect(budi.locator(".support-count")).to_contain_text("3 points")
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM complaints")) == 1


def _follows_the_ward(page) -> None:
    page.goto("/account/follows")
    page.select_option("#area", "ward:N2")
    page.locator("form[action='/account/follows'] button.button-main").first.click()
    expect(page.locator("#follows ~ ul li")).to_have_count(1)


def _leaves_by_the_link(page, mail_server) -> None:
    mail = next(one for one in mail_server.mails if one["To"] == "nadia@x.example")
    page.goto(urlsplit(mail["List-Unsubscribe"].strip("<>")).path)
    page.locator("main form button").click()
    expect(page.get_by_text("You no longer follow:")).to_be_visible()
    page.goto("/account/follows")
    expect(page.locator("#follows ~ ul li")).to_have_count(0)


def _posts(page) -> str:
    page.goto("/report?lon=95.03&lat=-10.005")
    page.fill("#description", "A deep pothole by the harbour gate")
    page.set_input_files(
        "input[name=photos]",
        {"name": "hole.jpg", "mimeType": "image/jpeg", "buffer": jpeg(scene(3))},
    )
    page.fill("#contact", "asha@x.example")
    page.locator("button.button-main[value=send]").click()
    page.wait_for_url("**/thanks")
    return page.url.split("/")[-2]


def _supports_instead_of_reporting(page, code: str) -> None:
    page.goto("/report?lon=95.0301&lat=-10.005")
    page.fill("#description", "deep pothole at the harbour gate, my axle broke")
    page.set_input_files(
        "input[name=photos]",
        {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": jpeg(scene(4))},
    )
    page.locator(".goes-similar button").click()
    page.wait_for_url(re.compile(rf"/c/{code}\?supported=report"))
    expect(page.locator(".support-count")).to_contain_text("1 person has it too")
    expect(page.locator(".support-photos img")).to_have_count(1)


def _posts_the_fix(page, code: str) -> None:
    page.goto(f"/desk/{code}/resolve")
    page.locator("input[name=outcome][value=fixed]").check()
    page.fill("#remark", "The hole is filled.")
    shot = {"name": "done.jpg", "mimeType": "image/jpeg", "buffer": jpeg(scene(7))}
    page.set_input_files("input[name=evidence]", shot)
    page.locator(".step-form button.button-main[value=send]").click()
    page.wait_for_url("**?done=*")


def _looks_and_says_it_is_fixed(page, code: str) -> None:
    page.goto(f"/c/{code}")
    page.locator("#verify input[value=fixed]").check(force=True)
    shot = {"name": "now.jpg", "mimeType": "image/jpeg", "buffer": jpeg(scene(9))}
    page.set_input_files("#verify input[name=photos]", shot)
    page.locator("#verify button.button-main").click()
    page.wait_for_url(re.compile("supported=seen"))
    expect(page.locator(".timeline")).to_contain_text("A neighbour was there: it is fixed")


def test_the_feed_grows_by_itself_and_works_without_script(visitors, database, reported):
    with database.transaction() as session:
        session.execute(
            text("""
                INSERT INTO complaints (code, description, point, jurisdiction_ids, category_code,
                    department_code, status, submitted_at, updated_at)
                SELECT 'FED' || lpad(n::text, 2, '0') || '-00000', 'Lamp ' || n, point,
                    jurisdiction_ids,
                    'light.street', 'LIGHT', 'assigned', submitted_at - n * interval '1 hour', now()
                FROM complaints, generate_series(1, 20) AS n
            """)
        )
    scripted, plain = visitors.page(), visitors.page(java_script_enabled=False)
    scripted.goto("/feed")
    plain.goto("/feed")
    before = plain.locator(".feed-card").count()

    scripted.mouse.wheel(0, 20_000)
    plain.locator(".feed-next a").click()

    expect(scripted.locator(".feed-card")).to_have_count(21)
    expect(plain.locator(".feed-card")).to_have_count(21 - before)
