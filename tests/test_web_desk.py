"""The desk over HTTP: who gets in, what a case shows, every step, and stale forms."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select, update

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.accounts.tables import Account
from geo_portal.complaints.case_tables import Task
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.geometry import LonLat
from geo_portal.photo_store import keep
from geo_portal.web.desk_steps import OTHERS
from tests.city_fixtures import HARBOUR, MARKET

ROADS = Membership("officer", "ROADS")
LIGHT = Membership("officer", "LIGHT")
HEAD = Membership("head", "ROADS")
WORDS = "A deep <b>pothole</b>"
SOON = (clock.now() + timedelta(days=3)).date().isoformat()


@pytest.fixture
def report(database, portal):
    """Files a report at the harbour; gives its code."""

    def file(category="road.pothole", words=WORDS, **more):
        new = NewComplaint(words, LonLat(*HARBOUR), category=category, **more)
        with database.transaction() as session:
            return submit(session, new, clock.now()).code

    return file


@pytest.fixture
def hole(report):
    """The code of a pothole at the harbour, reported just now."""
    return report()


@pytest.fixture
def rina(signed_in):
    """The browser of an officer of Roads."""
    return signed_in("rina", ROADS)


@pytest.fixture
def stored(database):
    """A column of a complaint as it is stored now."""

    def read(code, column="status"):
        with database.transaction() as session:
            return session.scalar(select(getattr(Complaint, column)).where(Complaint.code == code))

    return read


def step(browser, code, name, **fields):
    """Send the form of a step as the case page makes it."""
    page = browser.get(f"/desk/{code}").text
    version = re.search(r'data-changed="(\d+)"', page).group(1)
    seen = {"version": version} | fields
    return browser.post(f"/desk/{code}/{name}", data=seen, follow_redirects=False)


def test_the_queue_leads_to_the_case(rina, hole):
    queue, case = rina.get("/desk").text, rina.get(f"/desk/{hole}").text

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
        ((), "note", {"remark": "Ask @rina first."}, "assigned"),
    ],
)
def test_every_step_is_made_by_its_form(rina, hole, stored, before, name, fields, after):
    for earlier in before:
        step(rina, hole, earlier, remark="First.")
    form = rina.get(f"/desk/{hole}/{name}")

    reply = step(rina, hole, name, **fields)

    assert (form.status_code, reply.status_code) == (200, 303)
    assert f"?done={name}#case" in reply.headers["location"]
    assert stored(hole) == after
    assert name in {*MOVES, *(one.name for one in OTHERS)}


def test_two_reports_are_joined_by_number(rina, hole, report, stored):
    again = report(words="Same hole")

    step(rina, again, "merge", into=hole)

    assert stored(again) == "merged"
    assert again in rina.get(f"/desk/{hole}").text


def test_after_a_transfer_the_old_office_goes_on_with_its_queue(rina, hole):
    reply = step(rina, hole, "transfer", to="DRAIN", remark="It is the drain.")

    case, queue = rina.get(f"/desk/{hole}"), rina.get(reply.headers["location"])

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
    rina, hole, stored, name, fields, said
):
    reply = step(rina, hole, name, **fields)

    kept = [value for value in fields.values() if value not in ("GONE", "DRAIN", "fixed")]
    assert reply.status_code == 422
    assert said in reply.text
    assert all(value in reply.text for value in kept)
    assert (stored(hole), stored(hole, "version")) == ("assigned", 1)


def test_a_stale_form_overwrites_nothing_and_shows_both(rina, signed_in, hole, stored):
    joko = signed_in("joko", ROADS)
    seen = re.search(r'name="seen_event" value="(\d+)"', rina.get(f"/desk/{hole}/resolve").text)
    step(joko, hole, "start", remark="Joko is on it.")

    reply = rina.post(
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


def test_a_kept_form_sent_again_goes_through(rina, signed_in, hole, stored):
    step(signed_in("joko", ROADS), hole, "start")

    reply = step(rina, hole, "resolve", remark="Filled.", outcome="fixed")

    assert (reply.status_code, stored(hole)) == (303, "resolved")


def test_a_step_that_is_not_possible_leads_to_the_case(rina, hole):
    reply = rina.get(f"/desk/{hole}/resume?pile=overdue", follow_redirects=False)

    assert reply.headers["location"] == f"/desk/{hole}?pile=overdue"


@pytest.mark.parametrize("path", ["/desk/ZZZZZ-ZZZZZ", "/desk/{code}/explode"])
def test_what_is_not_there_is_not_found(rina, hole, path):
    reply = rina.get(path.format(code=hole))

    assert reply.status_code == 404


def test_sending_can_go_on_to_the_next_case(rina, hole, report):
    after = report(words="The next hole")

    reply = step(rina, hole, "resolve", remark="Filled.", outcome="fixed", button="next")

    assert reply.headers["location"] == f"/desk/{after}?done=resolve#case"


def test_what_would_change_is_shown_before_it_does(rina, hole, stored):
    reply = step(rina, hole, "sort", category="drain.flood", button="preview")

    assert reply.status_code == 200
    assert "Kind of problem: Pothole or damaged road → Flooding or standing water" in reply.text
    assert "Department: Roads → Drainage" in reply.text
    assert stored(hole, "category_code") == "road.pothole"


def test_a_template_is_previewed_as_the_public_page_then_says_it(rina, hole, portal):
    used = step(rina, hole, "resolve", template="resolve-road", button="use").text
    text = re.search(r"<textarea[^>]*>([^<]*)</textarea>", used).group(1)
    preview = re.search(r'id="preview">.*?<blockquote[^>]*>(.*?)</blockquote>', used, re.S).group(1)

    step(rina, hole, "resolve", remark=text, outcome="fixed")

    assert "{place}" in text
    assert preview.startswith("The road at Harbour is mended")
    assert preview in portal.get(f"/c/{hole}").text


def test_the_preview_follows_the_writing(rina, hole):
    reply = rina.post(
        f"/desk/{hole}/resolve/preview", data={"remark": "<i>{code}</i>", "outcome": "partly"}
    )

    assert f"&lt;i&gt;{hole}&lt;/i&gt;" in reply.text
    assert "Partly fixed" in reply.text


def test_notes_are_for_colleagues_only(rina, hole, portal):
    step(rina, hole, "note", remark="He shouts a lot.")

    pages = [rina.get(f"/desk/{hole}").text, portal.get(f"/c/{hole}").text]

    assert ["He shouts a lot." in page for page in pages] == [True, False]


def test_the_contact_is_for_those_who_work_on_it(rina, report, signed_in, portal, database):
    code = report(contact="asha@example.org")
    step(rina, code, "split", title="Take down the lamp", to="LIGHT")

    pages = [
        rina.get(f"/desk/{code}").text,
        signed_in("sari", LIGHT).get(f"/desk/{code}").text,
        portal.get(f"/c/{code}").text,
    ]

    assert ["asha@example.org" in page for page in pages] == [True, False, False]


def test_a_part_of_the_work_is_found_and_done(rina, hole, signed_in, database):
    step(rina, hole, "split", title="Take down the lamp", to="LIGHT")
    sari = signed_in("sari", LIGHT)
    listed = sari.get("/desk/tasks").text
    number = re.search(r"/desk/tasks/(\d+)", listed).group(1)

    sari.post(f"/desk/tasks/{number}", data={"remark": "Down"})

    assert "Take down the lamp" in listed
    with database.transaction() as session:
        assert session.scalars(select(Task.remark)).one() == "Down"


def test_several_cases_are_taken_at_once_and_a_refused_one_is_named(rina, hole, report, stored):
    other = report(words="Another hole")
    closed = report(words="A closed hole")
    step(rina, closed, "reject", remark="Private ground.")
    ticks = [f"{hole}.1", f"{other}.1", f"{closed}.2", "ZZZZZ-ZZZZZ.1"]

    reply = rina.post("/desk/bulk", data={"chosen": ticks, "action": "take"})

    assert "Done with 2 reports." in reply.text
    assert "2 were left as they were" in reply.text
    assert "This report is closed" in reply.text
    assert "There is no complaint with the number ZZZZZ-ZZZZZ" in reply.text
    assert stored(hole, "assignee_id") == stored(other, "assignee_id") is not None


@pytest.mark.parametrize(
    ("action", "fields", "column", "value"),
    [
        ("start", {}, "status", "in_progress"),
        ("resolve", {"template": "resolve-road"}, "outcome", "fixed"),
        ("transfer", {"to": "DRAIN", "remark": "It is the drain."}, "department_code", "DRAIN"),
        ("assign", {"team": "Night crew"}, "team", "Night crew"),
    ],
)
def test_every_bulk_step_asks_first_and_then_does_it(
    rina, hole, report, stored, action, fields, column, value
):
    other = report(words="Another hole")
    ticks = {"chosen": [f"{hole}.1", f"{other}.1"], "action": action}
    asked = rina.post("/desk/bulk", data=ticks).text

    rina.post("/desk/bulk", data=ticks | fields | {"button": "do"})

    assert hole in asked
    assert (stored(hole, column), stored(other, column)) == (value, value)


def test_a_bulk_answer_names_each_report_by_its_own_number(rina, hole, report, portal):
    other = report(words="Another hole")
    ticks = [f"{hole}.1", f"{other}.1"]

    rina.post(
        "/desk/bulk",
        data={
            "chosen": ticks,
            "action": "resolve",
            "template": "resolve-fixed",
            "button": "do",
        },
    )

    assert f"on the page of report {other}" in portal.get(f"/c/{other}").text
    assert f"on the page of report {hole}" in portal.get(f"/c/{hole}").text


def test_snoozing_several_takes_them_out_of_the_queue(rina, hole):
    rina.post(
        "/desk/bulk",
        data={"chosen": f"{hole}.1", "action": "snooze", "span": "P1D", "button": "do"},
    )

    seen = [rina.get(path).text for path in ("/desk", "/desk?pile=snoozed")]

    assert [f'data-row="{hole}"' in page for page in seen] == [False, True]


def test_a_view_is_kept_shared_and_removed(rina, signed_in):
    rina.post("/desk/views", data={"name": "Late", "query": "pile=overdue", "share": "ROADS"})
    joko = signed_in("joko", ROADS)
    shared = 'href="/desk?pile=overdue" dir="auto">Late'
    before = [shared in browser.get("/desk").text for browser in (rina, joko)]
    number = re.search(r"/desk/views/(\d+)/forget", rina.get("/desk").text).group(1)

    rina.post(f"/desk/views/{number}/forget")

    assert before == [True, True]
    assert shared not in joko.get("/desk").text


def test_a_head_adds_a_sentence_and_officers_are_offered_it(signed_in, rina, hole):
    budi = signed_in("budi", HEAD)
    sentence = {
        "department": "ROADS",
        "step": "resolve",
        "language": "en",
        "name": "Cold asphalt",
        "text": "Filled with cold asphalt: {code}.",
    }
    budi.post("/desk/templates", data=sentence)
    refused = rina.post("/desk/templates", data=sentence)
    unfinished = budi.post("/desk/templates", data=sentence | {"text": "", "name": "Half"})

    offered = rina.get(f"/desk/{hole}/resolve").text

    assert "Cold asphalt" in offered
    assert refused.status_code == 403
    assert (unfinished.status_code, 'value="Half"' in unfinished.text) == (422, True)


def test_the_number_of_a_report_leads_straight_to_it(rina, hole):
    reply = rina.get("/desk", params={"words": hole.lower()}, follow_redirects=False)

    assert reply.headers["location"] == f"/desk/{hole}"


def test_the_list_is_only_sent_again_when_something_changed(rina, hole):
    first = rina.get("/desk/rows")
    same = rina.get("/desk/rows", headers={"If-None-Match": first.headers["etag"]})
    step(rina, hole, "start")

    changed = rina.get("/desk/rows", headers={"If-None-Match": first.headers["etag"]})

    assert (same.status_code, changed.status_code) == (304, 200)
    assert "In progress" in changed.text


def test_a_case_is_printed_with_everything(rina, hole):
    step(rina, hole, "note", remark="He shouts a lot.")

    page = rina.get(f"/desk/{hole}/print").text

    assert hole in page
    assert "He shouts a lot." in page
    assert "case-steps" not in page


def test_photos_of_a_private_report_are_for_who_works_on_it(signed_in, report, portal):
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40)).save(drawn, "PNG")
    photo = keep(drawn.getvalue())
    report("order.crime", photos=(photo,))
    address = f"/photos/{photo.key}/small.jpg"
    police = signed_in("tono", Membership("officer", "POLICE"))

    seen = [one.get(address) for one in (portal, signed_in("sari", LIGHT), police)]

    assert [reply.status_code for reply in seen] == [404, 404, 200]
    assert seen[2].headers["cache-control"] == "private, no-store"


def test_a_reporter_is_shown_by_pseudonym_only(rina, signed_in, hole, database):
    signed_in("asha")
    with database.transaction() as session:
        number = session.scalar(select(Account.id).where(Account.name == "Asha"))
        session.execute(update(Complaint).values(reporter_id=number))

    page = rina.get(f"/desk/{hole}").text

    assert "ZASHA" in page
    assert "asha@x.example" not in page
    assert "Asha" not in page
