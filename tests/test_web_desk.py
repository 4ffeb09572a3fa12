"""The desk over HTTP: who gets in, what a case shows, every step, and stale forms."""

import re
from datetime import timedelta

import pytest

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.complaints.moves import MOVES
from geo_portal.web.desk_steps import OTHERS
from tests.city_fixtures import MARKET
from tests.desk_fixtures import ROADS, step

LIGHT = Membership("officer", "LIGHT")
HEAD = Membership("head", "ROADS")
SOON = (clock.now() + timedelta(days=3)).date().isoformat()


def test_the_queue_leads_to_the_case(rinas_desk, hole):
    queue, case = rinas_desk.get("/desk").text, rinas_desk.get(f"/desk/{hole}").text

    assert f'href="/desk/{hole}"' in queue
    assert "A deep &lt;b&gt;pothole&lt;/b&gt;" in queue
    assert f'href="/desk/{hole}/resolve#step"' in case


@pytest.mark.parametrize("path", ["/desk", "/desk/rows", "/desk/tasks", "/desk/templates"])
def test_who_is_not_signed_in_is_led_to_the_sign_in(portal, path):
    reply = portal.get(path, follow_redirects=False)

    assert reply.headers["location"].startswith("/sign-in/staff?next=%2Fdesk")


@pytest.mark.parametrize("path", ["/desk", "/desk/{code}", "/desk/{code}/resolve", "/desk/tasks"])
def test_citizens_are_told_that_it_is_for_staff(signed_in, hole, path):
    reply = signed_in("asha").get(path.format(code=hole))

    assert reply.status_code == 403
    assert "for the city" in reply.text


@pytest.mark.parametrize("path", ["", "/transfer", "/print"])
def test_another_departments_officer_is_told_whose_it_is(signed_in, hole, path):
    reply = signed_in("sari", LIGHT).get(f"/desk/{hole}{path}")

    assert reply.status_code == 403
    assert "This belongs to another department or area" in reply.text
    assert "pothole" not in reply.text


def test_another_departments_officer_changes_nothing(signed_in, hole, stored):
    reply = signed_in("sari", LIGHT).post(f"/desk/{hole}/start", data={"version": "1"})

    assert (reply.status_code, stored(hole)) == (403, "assigned")


def test_a_head_sees_the_department(signed_in, hole, report):
    lamp = report("light.street")

    page = signed_in("budi", HEAD).get("/desk").text

    assert (hole in page, lamp in page) == (True, False)


@pytest.mark.parametrize(
    ("before", "name", "fields", "after"),
    [
        ((), "start", {"remark": "On Monday"}, "in_progress"),
        ((), "ask", {"remark": "Which lane?"}, "waiting_citizen"),
        ((), "wait", {"remark": "For asphalt", "until": SOON}, "waiting_other"),
        (("ask",), "resume", {}, "in_progress"),
        ((), "resolve", {"remark": "Filled.", "outcome": "fixed"}, "resolved"),
        (
            (),
            "resolve",
            {"remark": "Planned.", "outcome": "scheduled", "planned_for": SOON},
            "resolved",
        ),
        (
            (),
            "resolve",
            {"remark": "Theirs.", "outcome": "handed_over", "handed_to": "The province"},
            "resolved",
        ),
        ((), "reject", {"remark": "Private ground."}, "rejected"),
        (("reject",), "reopen", {"remark": "It is not private."}, "reopened"),
        ((), "transfer", {"to": "DRAIN", "remark": "It is the drain."}, "assigned"),
        ((), "sort", {"category": "drain.flood"}, "assigned"),
        ((), "sort", {"lon": str(MARKET[0]), "lat": str(MARKET[1])}, "assigned"),
        ((), "split", {"title": "Take down the lamp", "to": "LIGHT"}, "assigned"),
        ((), "snooze", {"span": "P1D"}, "assigned"),
        ((), "snooze", {"until": SOON}, "assigned"),
        ((), "assign", {"team": "Night crew"}, "assigned"),
        ((), "remark", {"remark": "We have seen it."}, "assigned"),
        ((), "note", {"remark": "Ask @rinas_desk first."}, "assigned"),
    ],
)
def test_every_step_is_made_by_its_form(rinas_desk, hole, stored, before, name, fields, after):
    for earlier in before:
        step(rinas_desk, hole, earlier, remark="First.")
    form = rinas_desk.get(f"/desk/{hole}/{name}")

    reply = step(rinas_desk, hole, name, **fields)

    assert (form.status_code, reply.status_code) == (200, 303)
    assert f"?done={name}#case" in reply.headers["location"]
    assert stored(hole) == after
    assert name in {*MOVES, *(one.name for one in OTHERS)}


def test_two_reports_are_joined_by_number(rinas_desk, hole, report, stored):
    again = report(words="Same hole")

    step(rinas_desk, again, "merge", into=hole)

    assert stored(again) == "merged"
    assert again in rinas_desk.get(f"/desk/{hole}").text


def test_after_a_transfer_the_old_office_goes_on_with_its_queue(rinas_desk, hole):
    reply = step(rinas_desk, hole, "transfer", to="DRAIN", remark="It is the drain.")

    case, queue = rinas_desk.get(f"/desk/{hole}"), rinas_desk.get(reply.headers["location"])

    assert case.status_code == 403
    assert "Done: Pass on." in queue.text


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("resolve", {"remark": "Done"}, "Please choose what came of it"),
        ("resolve", {"outcome": "fixed"}, "Please write a sentence"),
        ("wait", {"remark": "Parts", "until": "tomorrow"}, "“tomorrow” is not a day"),
        ("wait", {"remark": "Parts", "until": "2001-01-01"}, "must lie in the future"),
        ("transfer", {"to": "GONE", "remark": "Theirs"}, "There is no department “GONE”"),
        ("transfer", {"to": "DRAIN"}, "Please say why"),
        ("sort", {}, "Choose a kind of problem or another place"),
        ("sort", {"lon": "x", "lat": "1"}, "“x” is not a number"),
        ("snooze", {}, "Choose a moment that lies in the future"),
        ("merge", {"into": "?"}, "number of the other report"),
        ("split", {"title": "Dig", "to": "GONE"}, "There is no department “GONE”"),
    ],
)
def test_what_cannot_be_done_is_said_and_what_was_written_is_kept(
    rinas_desk, hole, stored, name, fields, said
):
    reply = step(rinas_desk, hole, name, **fields)

    kept = [value for value in fields.values() if value not in ("GONE", "DRAIN", "fixed")]
    assert reply.status_code == 422
    assert said in reply.text
    assert all(value in reply.text for value in kept)
    assert (stored(hole), stored(hole, "version")) == ("assigned", 1)


def test_a_stale_form_overwrites_nothing_and_shows_both(rinas_desk, signed_in, hole, stored):
    joko = signed_in("joko", ROADS)
    seen = re.search(
        r'name="seen_event" value="(\d+)"', rinas_desk.get(f"/desk/{hole}/resolve").text
    )
    step(joko, hole, "start", remark="Joko is on it.")

    reply = rinas_desk.post(
        f"/desk/{hole}/resolve",
        data={
            "version": "1",
            "seen_event": seen.group(1),
            "remark": "Rina filled it.",
            "outcome": "fixed",
        },
    )

    changed = reply.text.partition('class="changed')[2].partition("<form")[0]
    assert reply.status_code == 409
    assert "Somebody else changed this report while you were writing" in reply.text
    assert "Joko is on it." in changed
    assert "Work has begun" in changed
    assert "Reported" not in changed
    assert "Rina filled it.</textarea>" in reply.text
    assert 'name="version" value="2"' in reply.text
    assert stored(hole) == "in_progress"


def test_a_kept_form_sent_again_goes_through(rinas_desk, signed_in, hole, stored):
    step(signed_in("joko", ROADS), hole, "start")

    reply = step(rinas_desk, hole, "resolve", remark="Filled.", outcome="fixed")

    assert (reply.status_code, stored(hole)) == (303, "resolved")


def test_a_step_that_is_not_possible_leads_to_the_case(rinas_desk, hole):
    reply = rinas_desk.get(f"/desk/{hole}/resume?pile=overdue", follow_redirects=False)

    assert reply.headers["location"] == f"/desk/{hole}?pile=overdue"


@pytest.mark.parametrize("path", ["/desk/ZZZZZ-ZZZZZ", "/desk/{code}/explode"])
def test_what_is_not_there_is_not_found(rinas_desk, hole, path):
    reply = rinas_desk.get(path.format(code=hole))

    assert reply.status_code == 404


def test_sending_can_go_on_to_the_next_case(rinas_desk, hole, report):
    after = report(words="The next hole")

    reply = step(rinas_desk, hole, "resolve", remark="Filled.", outcome="fixed", button="next")

    assert reply.headers["location"] == f"/desk/{after}?done=resolve#case"
