"""What the desk helps with: previews, notes, parts, several at once, views, sentences, print."""

import io
import re

import pytest
from PIL import Image
from sqlalchemy import select, update

from geo_portal.accounts.people import Membership
from geo_portal.accounts.tables import Account
from geo_portal.complaints.case_tables import Task
from geo_portal.complaints.tables import Complaint
from geo_portal.photo_store import keep
from tests.desk_fixtures import ROADS, step

LIGHT = Membership("officer", "LIGHT")
HEAD = Membership("head", "ROADS")


def test_what_would_change_is_shown_before_it_does(rinas_desk, hole, stored):
    reply = step(rinas_desk, hole, "sort", category="drain.flood", button="preview")

    assert reply.status_code == 200
    assert "Kind of problem: Pothole or damaged road → Flooding or standing water" in reply.text
    assert "Department: Roads → Drainage" in reply.text
    assert stored(hole, "category_code") == "road.pothole"


def test_a_template_is_previewed_as_the_public_page_then_says_it(rinas_desk, hole, portal):
    used = step(rinas_desk, hole, "resolve", template="resolve-road", button="use").text
    text = re.search(r"<textarea[^>]*>([^<]*)</textarea>", used).group(1)
    preview = re.search(r'id="preview">.*?<blockquote[^>]*>(.*?)</blockquote>', used, re.S).group(1)

    step(rinas_desk, hole, "resolve", remark=text, outcome="fixed")

    assert "{place}" in text
    assert preview.startswith("The road at Harbour is mended")
    assert preview in portal.get(f"/c/{hole}").text


def test_the_preview_follows_the_writing(rinas_desk, hole):
    reply = rinas_desk.post(
        f"/desk/{hole}/resolve/preview", data={"remark": "<i>{code}</i>", "outcome": "partly"}
    )

    assert f"&lt;i&gt;{hole}&lt;/i&gt;" in reply.text
    assert "Partly fixed" in reply.text


def test_notes_are_for_colleagues_only(rinas_desk, hole, portal):
    step(rinas_desk, hole, "note", remark="He shouts a lot.")

    pages = [rinas_desk.get(f"/desk/{hole}").text, portal.get(f"/c/{hole}").text]

    assert ["He shouts a lot." in page for page in pages] == [True, False]


def test_the_contact_is_for_those_who_work_on_it(rinas_desk, report, signed_in, portal, database):
    code = report(contact="asha@example.org")
    step(rinas_desk, code, "split", title="Take down the lamp", to="LIGHT")

    pages = [
        rinas_desk.get(f"/desk/{code}").text,
        signed_in("sari", LIGHT).get(f"/desk/{code}").text,
        portal.get(f"/c/{code}").text,
    ]

    assert ["asha@example.org" in page for page in pages] == [True, False, False]


def test_a_part_of_the_work_is_found_and_done(rinas_desk, hole, signed_in, database):
    step(rinas_desk, hole, "split", title="Take down the lamp", to="LIGHT")
    sari = signed_in("sari", LIGHT)
    listed = sari.get("/desk/tasks").text
    number = re.search(r"/desk/tasks/(\d+)", listed).group(1)

    sari.post(f"/desk/tasks/{number}", data={"remark": "Down"})

    assert "Take down the lamp" in listed
    with database.transaction() as session:
        assert session.scalars(select(Task.remark)).one() == "Down"


def test_several_cases_are_taken_at_once_and_a_refused_one_is_named(
    rinas_desk, hole, report, stored
):
    other = report(words="Another hole")
    closed = report(words="A closed hole")
    step(rinas_desk, closed, "reject", remark="Private ground.")
    ticks = [f"{hole}.1", f"{other}.1", f"{closed}.2", "ZZZZZ-ZZZZZ.1"]

    reply = rinas_desk.post("/desk/bulk", data={"chosen": ticks, "action": "take"})

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
    rinas_desk, hole, report, stored, action, fields, column, value
):
    other = report(words="Another hole")
    ticks = {"chosen": [f"{hole}.1", f"{other}.1"], "action": action}
    asked = rinas_desk.post("/desk/bulk", data=ticks).text

    rinas_desk.post("/desk/bulk", data=ticks | fields | {"button": "do"})

    assert hole in asked
    assert (stored(hole, column), stored(other, column)) == (value, value)


def test_a_bulk_answer_names_each_report_by_its_own_number(rinas_desk, hole, report, portal):
    other = report(words="Another hole")
    ticks = [f"{hole}.1", f"{other}.1"]

    rinas_desk.post(
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


def test_snoozing_several_takes_them_out_of_the_queue(rinas_desk, hole):
    rinas_desk.post(
        "/desk/bulk",
        data={"chosen": f"{hole}.1", "action": "snooze", "span": "P1D", "button": "do"},
    )

    seen = [rinas_desk.get(path).text for path in ("/desk", "/desk?pile=snoozed")]

    assert [f'data-row="{hole}"' in page for page in seen] == [False, True]


def test_a_view_is_kept_shared_and_removed(rinas_desk, signed_in):
    rinas_desk.post("/desk/views", data={"name": "Late", "query": "pile=overdue", "share": "ROADS"})
    joko = signed_in("joko", ROADS)
    shared = 'href="/desk?pile=overdue" dir="auto">Late'
    before = [shared in browser.get("/desk").text for browser in (rinas_desk, joko)]
    number = re.search(r"/desk/views/(\d+)/forget", rinas_desk.get("/desk").text).group(1)

    rinas_desk.post(f"/desk/views/{number}/forget")

    assert before == [True, True]
    assert shared not in joko.get("/desk").text


def test_a_head_adds_a_sentence_and_officers_are_offered_it(signed_in, rinas_desk, hole):
    budi = signed_in("budi", HEAD)
    sentence = {
        "department": "ROADS",
        "step": "resolve",
        "language": "en",
        "name": "Cold asphalt",
        "text": "Filled with cold asphalt: {code}.",
    }
    budi.post("/desk/templates", data=sentence)
    refused = rinas_desk.post("/desk/templates", data=sentence)
    unfinished = budi.post("/desk/templates", data=sentence | {"text": "", "name": "Half"})

    offered = rinas_desk.get(f"/desk/{hole}/resolve").text

    assert "Cold asphalt" in offered
    assert refused.status_code == 403
    assert (unfinished.status_code, 'value="Half"' in unfinished.text) == (422, True)


def test_the_number_of_a_report_leads_straight_to_it(rinas_desk, hole):
    reply = rinas_desk.get("/desk", params={"words": hole.lower()}, follow_redirects=False)

    assert reply.headers["location"] == f"/desk/{hole}"


def test_the_list_is_only_sent_again_when_something_changed(rinas_desk, hole):
    first = rinas_desk.get("/desk/rows")
    same = rinas_desk.get("/desk/rows", headers={"If-None-Match": first.headers["etag"]})
    step(rinas_desk, hole, "start")

    changed = rinas_desk.get("/desk/rows", headers={"If-None-Match": first.headers["etag"]})

    assert (same.status_code, changed.status_code) == (304, 200)
    assert "In progress" in changed.text


def test_a_case_is_printed_with_everything(rinas_desk, hole):
    step(rinas_desk, hole, "note", remark="He shouts a lot.")

    page = rinas_desk.get(f"/desk/{hole}/print").text

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


def test_a_reporter_is_shown_by_pseudonym_only(rinas_desk, signed_in, hole, database):
    signed_in("asha")
    with database.transaction() as session:
        number = session.scalar(select(Account.id).where(Account.name == "Asha"))
        session.execute(update(Complaint).values(reporter_id=number))

    page = rinas_desk.get(f"/desk/{hole}").text

    assert "ZASHA" in page
    assert "asha@x.example" not in page
    assert "Asha" not in page
