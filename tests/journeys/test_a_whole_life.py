"""One report from the first word to the confirmed fix, as everybody in it sees it."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.complaints.escalation import escalate_overdue
from geo_portal.translation import translator
from tests.journeys.conftest import PHONE
from tests.proof_fixtures import jpeg, scene

UNCLEAR = {
    "en": "Something is not right here, please come and look",
    "ur": "یہاں کچھ ٹھیک نہیں ہے، براہ کرم آ کر دیکھیں",
}
STORY = (
    "Reported",
    "Read and sorted",
    "Sent to {office}",
    "Passed on to {office}",
    "{office} closed it",
    "A second person has checked the photo of the result",
    "Opened again: the person who reported it says it is not fixed",
    "Taken to {told}, as it takes too long",
    "{office} closed it",
    "The person who reported it says it is fixed",
)


@pytest.mark.parametrize("lang", ["en", "ur"])
def test_a_report_lives_from_the_first_word_to_the_confirmed_fix(visitors, staff, database, lang):
    asha = visitors.page(locale=lang, viewport=PHONE)
    hall = staff("hana", Membership("officer", "HALL"), locale=lang)
    roads = staff("rina", Membership("officer", "ROADS"), locale=lang)
    drains = staff("dewi", Membership("officer", "DRAIN"), locale=lang)
    head = staff("hadi", Membership("head", "DRAIN"), locale=lang)
    other = staff("eko", Membership("officer", "DRAIN"), locale=lang)

    code = _reports(asha, UNCLEAR[lang])
    _sorts(hall, code, "road.pothole")
    _passes_on(roads, code, "DRAIN")
    _closes(drains, code, photo=True)
    _accepts_the_proof(head)
    _answers(asha, code, "not")
    _takes(other, code)
    _ten_days_pass(database)
    _closes(other, code, photo=False)
    _answers(asha, code, "fixed")

    titles = asha.locator(".timeline .timeline-title").all_inner_texts()
    assert _in_order([_plain(lang, title) for title in STORY], titles)
    expect(asha.locator(".light-done").first).to_be_visible()


def _reports(page: Page, words: str) -> str:
    page.goto("/report?lon=95.03&lat=-10.005")
    page.fill("#description", words)
    page.locator("button.button-main[value=send]").click()
    page.wait_for_url("**/thanks")
    return page.url.split("/")[-2]


def _sorts(page: Page, code: str, category: str) -> None:
    page.goto(f"/desk/{code}/sort")
    page.select_option("#new-category", category)
    _send(page)


def _passes_on(page: Page, code: str, department: str) -> None:
    page.goto(f"/desk/{code}/transfer")
    page.select_option("#to", department)
    page.fill("#remark", "The drain below has burst.")
    _send(page)


def _closes(page: Page, code: str, *, photo: bool) -> None:
    page.goto(f"/desk/{code}/resolve")
    page.locator("input[name=outcome][value=fixed]").check()
    page.fill("#remark", "The drain is mended and the hole is filled.")
    shots = [{"name": "done.jpg", "mimeType": "image/jpeg", "buffer": jpeg(scene(7))}]
    page.set_input_files("input[name=evidence]", shots if photo else [])
    _send(page)


def _send(page: Page) -> None:
    page.locator(".step-form button.button-main[value=send]").click()
    page.wait_for_url("**?done=*")


def _accepts_the_proof(page: Page) -> None:
    page.goto("/desk/evidence")
    page.locator("button[name=verdict][value=accept]").click()
    page.wait_for_load_state("networkidle")


def _answers(page: Page, code: str, verdict: str) -> None:
    page.goto(f"/c/{code}")
    page.locator(f"#is-it-fixed input[name=verdict][value={verdict}]").check(force=True)
    page.locator("#is-it-fixed button.button-main").click()
    page.wait_for_load_state("networkidle")


def _takes(page: Page, code: str) -> None:
    page.goto(f"/desk/{code}")
    page.locator(".case-steps form button[data-key=a]").click()
    page.wait_for_url("**?done=assign*")


def _ten_days_pass(database) -> None:
    """As if everything so far had happened ten days earlier; then the ladder is looked at."""
    moments = ("submitted_at", "respond_by", "due_at", "escalate_at")
    earlier = ", ".join(f"{name} = {name} - interval '10 days'" for name in moments)
    with database.transaction() as session:
        session.execute(text(f"UPDATE complaints SET {earlier}"))
    with database.transaction() as session:
        escalate_overdue(session, clock.now())


def _plain(lang: str, title: str) -> str:
    """The words of a title that are the same whatever is filled in."""
    said = translator(lang).gettext(title)
    return max(said.replace("{office}", "\0").replace("{told}", "\0").split("\0"), key=len).strip()


def _in_order(wanted: list[str], titles: list[str]) -> bool:
    """Whether the titles tell the whole story, other things between them allowed."""
    left = iter(titles)
    return all(any(words in title for title in left) for words in wanted)
