"""Who reported something answers the office's question, and the work goes on."""

from datetime import timedelta

import pytest

from geo_portal import clock
from geo_portal.city.facts import facts
from geo_portal.complaints.answers import NothingAsked, NotYourReport, answer
from geo_portal.complaints.cases import take
from geo_portal.complaints.lifecycle import Said, carry_out, make_move
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.reporters import reporter_token
from geo_portal.errors import Invalid
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY, kinds

ASKED_AT = MONDAY + timedelta(hours=2)
ANSWERED_AT = MONDAY + timedelta(hours=5)


@pytest.fixture
def asked(session, pothole, rina):
    """The pothole, with a question of Rina's about it."""
    make_move(session, rina, pothole.code, "ask", Said(remark="Which side?"), ASKED_AT)
    return pothole


@pytest.fixture
def asked_for_good(portal, database):
    """A report in the portal, with a question of the office; its code."""
    body = {
        "description": "A deep pothole",
        "lon": HARBOUR[0],
        "lat": HARBOUR[1],
        "category": "road.pothole",
    }
    code = portal.post("/api/v1/complaints", json=body).json()["code"]
    with database.transaction() as session:
        said = Said(remark="Which side of <the> gate?")
        complaint = take(session, code)
        carry_out(session, facts(session), complaint, MOVES["ask"], said, {}, clock.now(), None)
    return code


def test_the_answer_is_told_and_the_clock_runs_on(session, asked):
    key = reporter_token(asked.code)

    answer(session, asked.code, "The left one.", ANSWERED_AT, keys=(key,))

    assert kinds(session, asked)[-3:] == ["waiting_citizen", "answered", "in_progress"]
    assert (asked.status, asked.paused_at) == ("in_progress", None)


def test_a_signed_in_reporter_needs_no_key(session, asked, asha):
    asked.reporter_id = asha.id

    answer(session, asked.code, "The left one.", ANSWERED_AT, who=asha)

    assert asked.status == "in_progress"


@pytest.mark.parametrize("key", ["", "0" * 64, "ü"])
def test_a_stranger_cannot_answer(session, asked, joko, key):
    with pytest.raises(NotYourReport):
        answer(session, asked.code, "The left one.", ANSWERED_AT, keys=(key,), who=joko)

    assert asked.status == "waiting_citizen"


def test_the_key_of_another_report_opens_nothing(session, asked):
    with pytest.raises(NotYourReport):
        answer(session, asked.code, "No.", ANSWERED_AT, keys=(reporter_token("ABCDE-FGHJK"),))


def test_what_is_answered_already_is_not_answered_again(session, asked):
    keys = (reporter_token(asked.code),)
    answer(session, asked.code, "The left one.", ANSWERED_AT, keys=keys)

    with pytest.raises(NothingAsked):
        answer(session, asked.code, "The right one.", ANSWERED_AT, keys=keys)


@pytest.mark.parametrize("words", ["", "  \n", "x" * 4_001])
def test_an_answer_has_some_words_and_not_too_many(session, asked, words):
    with pytest.raises(Invalid):
        answer(session, asked.code, words, ANSWERED_AT, keys=(reporter_token(asked.code),))


def test_the_page_shows_the_question_to_who_has_the_link(portal, asked_for_good):
    address = f"/c/{asked_for_good}/answer"

    mine = portal.get(address, params={"key": reporter_token(asked_for_good)})
    strangers = portal.get(address)

    assert "Which side of &lt;the&gt; gate?" in mine.text
    assert (strangers.status_code, "Which side" in strangers.text) == (403, False)
    assert mine.headers["referrer-policy"] == "no-referrer"


def test_an_answer_is_sent_by_the_form_and_seen_on_the_public_page(portal, asked_for_good):
    form = {"key": reporter_token(asked_for_good), "answer": "The left one."}

    sent = portal.post(f"/c/{asked_for_good}/answer", data=form, follow_redirects=True)

    assert sent.url.path == f"/c/{asked_for_good}"
    assert "The left one." in sent.text


def test_an_empty_answer_is_asked_for_again(portal, asked_for_good):
    form = {"key": reporter_token(asked_for_good), "answer": " "}

    sent = portal.post(f"/c/{asked_for_good}/answer", data=form)

    assert (sent.status_code, "Please write your answer first." in sent.text) == (422, True)


def test_the_browser_that_sent_the_report_needs_no_link(portal, asked_for_good):
    portal.cookies.set("reporter", f"{'0' * 64}.{reporter_token(asked_for_good)}")

    seen = portal.get(f"/c/{asked_for_good}/answer")

    assert seen.status_code == 200
