"""The pages around the proof of a fix, asked without a browser: tokens, links, forms, refusals."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.complaints.case_tables import Feedback, StaffDevice
from geo_portal.complaints.contractors import ask_contractor
from geo_portal.complaints.feedback import ANSWERS_WITHIN
from geo_portal.complaints.reporters import follower_token, reporter_token
from geo_portal.complaints.tables import Complaint
from tests.closed_fixtures import HEAD, OFFICER, REPORT, SPOT, key_of
from tests.proof_fixtures import jpeg, scene


def test_the_browser_that_sent_a_report_may_answer(portal, closed_code):
    page = portal.get(f"/c/{closed_code}").text
    reply = portal.post(
        f"/c/{closed_code}/feedback", data={"verdict": "not", "words": "Only gravel"}
    )

    assert "Is it fixed?" in page
    assert (reply.status_code, str(reply.url.path)) == (200, f"/c/{closed_code}")
    assert "Opened again: the person who reported it says it is not fixed" in reply.text
    assert "Only gravel" in reply.text
    assert "Is it fixed?" not in reply.text


def test_no_script_reads_the_cookies_and_no_page_shows_the_token(portal, code):
    reply = portal.post("/report", data=REPORT | {"description": "Another"}, follow_redirects=False)
    page = portal.get(f"/c/{code}").text

    cookies = reply.headers.get_list("set-cookie")
    assert all("HttpOnly" in one and "SameSite=lax" in one for one in cookies)
    assert reporter_token(code) not in page
    assert portal.cookies["reporter"].split(".")[1] == reporter_token(code)


def test_the_same_report_from_the_same_browser_is_filed_once_an_hour(portal, code, change):
    again = portal.post("/report", data=REPORT)
    change(code, submitted_at=clock.now() - timedelta(hours=2))
    later = portal.post("/report", data=REPORT)

    assert again.url.path == f"/c/{code}/thanks"
    assert later.url.path != f"/c/{code}/thanks"


def test_another_browser_may_not(portal, closed_code, signed_in):
    stranger = signed_in("asha")

    page = stranger.get(f"/c/{closed_code}").text
    reply = stranger.post(f"/c/{closed_code}/feedback", data={"verdict": "not"})

    assert "Is it fixed?" not in page
    assert reply.status_code == 403
    assert "the link in our messages" in reply.text


def test_the_link_of_a_message_lets_another_browser_answer(portal, closed_code, signed_in):
    other = signed_in("asha")

    reply = other.get(f"/f/{reporter_token(closed_code)}")

    assert reply.url.path == f"/c/{closed_code}"
    assert "Is it fixed?" in reply.text


@pytest.mark.parametrize("token", ["0" * 64, "x", "%F0%9F%92%A9", "a" * 3000])
def test_a_guessed_link_says_what_to_do(portal, closed_code, token):
    reply = portal.get(f"/f/{token}")

    assert reply.status_code == 404
    assert "tracking code" in reply.text


def test_after_sixty_days_the_answer_is_refused_in_words(portal, closed_code, change):
    change(closed_code, closed_at=clock.now() - ANSWERS_WITHIN - timedelta(days=1))

    page = portal.get(f"/f/{reporter_token(closed_code)}").text
    reply = portal.post(f"/c/{closed_code}/feedback", data={"verdict": "not"})

    assert "Is it fixed?" not in page
    assert (reply.status_code, "report it anew" in reply.text) == (409, True)
    assert portal.get(f"/api/v1/complaints/{closed_code}").json()["status"] == "resolved"


def test_a_second_answer_is_refused_in_words(portal, closed_code):
    portal.post(f"/c/{closed_code}/feedback", data={"verdict": "partly"})

    reply = portal.post(f"/c/{closed_code}/feedback", data={"verdict": "not"})

    assert (reply.status_code, "You have answered already" in reply.text) == (409, True)


def test_a_photo_comes_with_the_answer(portal, closed_code):
    files = {"photos": ("now.jpg", jpeg(scene(1)), "image/jpeg")}

    reply = portal.post(f"/c/{closed_code}/feedback", data={"verdict": "not"}, files=files)

    [picture] = re.findall(r'<img src="(/photos/[0-9a-f]{32}/small.webp)"', reply.text)
    assert portal.get(picture).status_code == 200


def test_the_staffs_own_browser_is_remembered_and_does_not_count(
    portal, database, closed_code, signed_in
):
    officer = signed_in("rina", OFFICER)
    officer.cookies.set("device", portal.cookies["device"])
    officer.get("/help")

    portal.post(f"/c/{closed_code}/feedback", data={"verdict": "fixed", "satisfied": "yes"})

    with database.transaction() as session:
        assert len(session.scalars(select(StaffDevice)).all()) == 1
        kept = session.scalars(select(Feedback)).one()
    assert (kept.counted, kept.left_out_because) == (False, "staff_device")


def test_the_history_for_programs_tells_of_the_answer_and_of_nobody(portal, closed_code):
    portal.post(f"/c/{closed_code}/feedback", data={"verdict": "fixed", "satisfied": "yes"})

    told = portal.get(f"/api/v1/complaints/{closed_code}/events").json()["events"][-1]

    assert (told["kind"], told["by"]) == ("confirmed", "citizen")
    assert told["facts"] == {"verdict": "fixed", "satisfied": True}
    assert "person" not in str(told)


def test_following_by_mail_from_the_page_to_the_first_yes(portal, database, code):
    asked = portal.post(f"/c/{code}/follow", data={"email": "ali@x.example"})
    with database.transaction() as session:
        number = session.scalars(select(Complaint.id).where(Complaint.code == code)).one()
    token = follower_token(number, "ali@x.example")

    question = portal.get(f"/follow/{token}")
    before = portal.get(f"/c/{code}").text
    page = portal.post(f"/follow/{token}")
    stopped = portal.post(f"/follow/{token}/leave")

    assert "look into your mail" in asked.text
    assert "Yes, write to me" in question.text
    assert "person follows" not in before
    assert "1 person follows this report." in page.text
    assert "No more messages" in stopped.text
    assert "person follows" not in portal.get(f"/c/{code}").text


def test_a_follower_is_asked_too(portal, database, closed_code, signed_in):
    asha = signed_in("asha")
    asha.post(f"/c/{closed_code}/follow")

    page = asha.get(f"/c/{closed_code}").text
    reply = asha.post(f"/c/{closed_code}/feedback", data={"verdict": "fixed"})

    assert "Two neighbours who say so confirm it." in page
    assert "A neighbour answered: It is fixed" in reply.text


def test_one_tap_on_the_receipt(portal, code):
    reply = portal.post(f"/c/{code}/contest")
    again = portal.post(f"/c/{code}/contest")

    assert "goes back to the sorting desk" in reply.text
    assert (again.status_code, "Somebody has said so already" in again.text) == (409, True)
    assert "says that it went to the wrong place" in portal.get(f"/c/{code}").text


@pytest.fixture
def firm(database, code, signed_in):
    """The address by which a firm answers."""
    signed_in("rina", OFFICER)
    with database.transaction() as session:
        who = session.execute(text("SELECT id, name, pseudonym FROM people")).one()
        rina = Person(*who, memberships=(OFFICER,))
        wanted = {"firm": "Batu Jaya", "email": "b@x.example", "message": "Please fill it."}
        address = ask_contractor(session, rina, code, clock.now(), **wanted)
    return "/w/" + address.rpartition("/")[2]


def test_a_firm_sees_the_case_and_nobodys_contact(portal, firm, code, change):
    change(code, contact="asha@x.example")

    page = portal.get(firm)

    assert "Please fill it." in page.text
    assert REPORT["description"] in page.text
    assert "asha@x.example" not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"


def test_a_firm_answers_once(portal, firm, code):
    files = {"evidence": ("camera.jpg", jpeg(scene(1)), "image/jpeg")}
    data = SPOT | {"answer": "done", "remark": "Filled."}

    mistaken = portal.post(firm, data=data)
    done = portal.post(firm, data=data, files=files)
    again = portal.get(firm)

    assert (mistaken.status_code, "Nothing was sent yet" in mistaken.text) == (422, True)
    assert "The office has your answer" in done.text
    assert (again.status_code, "answered by this link already" in again.text) == (409, True)
    page = portal.get(f"/c/{code}").text
    assert "The firm says that the work is done" in page
    assert "Batu Jaya" not in page


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "a" * 2000])
def test_a_foreign_firms_link_says_what_to_do(portal, token):
    reply = portal.get(f"/w/{token}")

    assert reply.status_code in (400, 404)


def test_the_office_asks_a_firm_from_the_desk(signed_in, code):
    officer = signed_in("rina", OFFICER)
    wanted = {"firm": "Batu <b>", "email": "b@x.example", "message": "Please", "days": "7"}

    page = officer.post(f"/desk/{code}/contractor", data=wanted).text
    odd = officer.post(f"/desk/{code}/contractor", data=wanted | {"days": "365"})

    assert "Batu &lt;b&gt;" in page
    assert odd.status_code == 422


def test_a_private_report_shows_no_photo_of_the_result(
    portal, database, signed_in, change, code, given
):
    given()
    change(code, sensitive=True)

    page = portal.get(f"/c/{code}").text

    assert "/photos/" not in page
    assert portal.get(key_of(database, "small")).status_code == 404
    assert signed_in("budi", HEAD).get(key_of(database, "small")).status_code == 200


def test_programs_get_no_photo_that_has_not_held_up(portal, code, given):
    given(seed=1)
    given(seed=2, evidence_lat="-10.03")

    told = portal.get(f"/api/v1/complaints/{code}").json()

    assert [photo["kind"] for photo in told["photos"]] == ["evidence"]
    assert told["photo"] is None
