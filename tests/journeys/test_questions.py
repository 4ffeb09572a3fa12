"""A citizen is asked what the city wants to know about the kind of problem, with script or not."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE

WORDS = "Our bin was not emptied this week"
PLACE = "/report?lon=95.03&lat=-10.005&category="
BY_THE_HIGHWAY = "/report?lon=95.03&lat=-10.009&category="


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_questions_follow_one_another_and_a_danger_is_told_to_call(visitors, script):
    page = visitors.page(viewport=PHONE, java_script_enabled=script)
    page.goto(PLACE + "waste.missed")
    questions = page.locator("#questions")
    page.fill("#description", WORDS)
    expect(questions.get_by_text("Is anything in it dangerous?")).to_be_visible()
    expect(page.locator("input[name=category][value='waste.missed']")).to_be_checked()
    page.get_by_role("button", name="Send report").click()
    expect(questions).to_contain_text("Please answer “Is anything in it dangerous?”")

    questions.get_by_label("Yes").check()
    page.get_by_role("button", name="Send report").click()
    expect(questions.get_by_role("alert")).to_contain_text("Keep away from it and call at once.")
    expect(questions.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")

    questions.get_by_label("It is on private land").check()
    page.get_by_role("button", name="Send report").click()
    expect(page).to_have_url(re.compile("/c/[0-9A-Z-]{11}/thanks"))


def test_an_answer_brings_up_the_next_question_at_once(visitors):
    page = visitors.page(locale="id")
    page.goto(BY_THE_HIGHWAY + "road.pothole")
    questions = page.locator("#questions")
    expect(questions.get_by_text("Lajur mana?")).to_have_count(0)

    questions.get_by_label("Lebih dalam").check()

    expect(questions.get_by_text("Lajur mana?")).to_be_visible()
    expect(questions.get_by_label("Lebih dalam")).to_be_checked()
    expect(questions.locator("datalist option")).to_have_attribute("value", "Coast Highway")
