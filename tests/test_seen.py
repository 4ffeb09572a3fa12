"""When a problem was seen: offered from a photo's own time, given only by its reporter."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.complaints.seen import LONGEST_AGO
from geo_portal.complaints.tables import Complaint
from tests.city_fixtures import HARBOUR
from tests.proof_fixtures import camera_data, jpeg, scene

YESTERDAY = (clock.now() - timedelta(days=1)).replace(microsecond=0)
LON, LAT = HARBOUR
REPORT = {"description": "A hole", "lon": LON, "lat": LAT, "category": "road.pothole"}


def shot(at):
    return {"photos": ("hole.jpg", jpeg(scene(3), exif=camera_data(at)), "image/jpeg")}


def filled_in(page):
    """What the browser would send from the questions about a photo, with all of them ticked."""
    found = re.findall(r'name="(photo_time|seen_at)" value="([^"]*)"', page.text)
    return dict(found)


def stored(database):
    with database.transaction() as session:
        return session.execute(select(Complaint.code, Complaint.seen_at)).one()


def test_the_time_of_a_photo_is_asked_about_and_not_assumed(portal, database):
    asked = portal.post("/report", data=REPORT | {"step": "check"}, files=shot(YESTERDAY))
    kept = re.findall(r'name="kept" value="(\w+)"', asked.text)

    portal.post("/report", data=REPORT | {"step": "send", "kept": kept})

    assert "Was the problem seen then?" in asked.text
    assert 'name="seen_at" value=' in asked.text
    assert "checked> Use it as the time" not in asked.text
    assert stored(database).seen_at is None
    with database.transaction() as session:
        assert session.scalars(text("SELECT taken_at FROM photos")).all() == [None]


def test_who_says_yes_gives_the_time_to_the_office_alone(portal, database, signed_in):
    asked = portal.post("/report", data=REPORT | {"step": "check"}, files=shot(YESTERDAY))
    again = portal.post("/report", data=REPORT | {"step": "check"} | filled_in(asked))

    portal.post("/report", data=REPORT | {"step": "send"} | filled_in(again))

    code, seen_at = stored(database)
    officer = signed_in("rina", Membership("officer", "ROADS"))
    assert "checked> Use it as the time" in again.text
    assert seen_at == YESTERDAY
    assert "says the reporter" in officer.get(f"/desk/{code}").text
    assert YESTERDAY.strftime("%H:%M:%S") not in portal.get(f"/c/{code}").text
    assert "seen_at" not in portal.get(f"/api/v1/complaints/{code}").json()


def test_with_script_the_question_comes_with_the_choice(portal):
    asked = portal.post("/report/photo-place", files=shot(YESTERDAY))
    ticked = portal.post("/report/photo-place", data=filled_in(asked), files=shot(YESTERDAY))

    assert filled_in(asked)["seen_at"] == YESTERDAY.isoformat()
    assert "checked> Use it as the time" in ticked.text


@pytest.mark.parametrize(
    "ago", [timedelta(minutes=2), timedelta(days=-2), LONGEST_AGO + timedelta(days=1)]
)
def test_what_was_taken_now_or_cannot_be_is_not_asked_about(portal, ago):
    asked = portal.post("/report/photo-place", files=shot(clock.now() - ago))

    assert "Was the problem seen then?" not in asked.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2999-01-01T00:00:00+00:00", "lies in the future"),
        ("2001-01-01T00:00:00+00:00", "more than 90 days ago"),
        ("yesterday", "cannot be read"),
        ("0001-01-01T00:00:00", "cannot be read"),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_words(portal, database, typed, sentence):
    page = portal.post("/report", data=REPORT | {"step": "send", "seen_at": typed})
    program = portal.post("/api/v1/complaints", json=REPORT | {"seen_at": typed})

    assert (page.status_code, program.status_code) == (422, 422)
    assert sentence in page.text
    assert sentence in program.json()["detail"]
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM complaints")) == 0


def test_a_program_is_told_what_the_photo_says_and_gives_what_was_answered(portal, database):
    photo = {"photo": shot(YESTERDAY)["photos"]}

    kept = portal.post("/api/v1/photos", files=photo).json()
    filed = portal.post(
        "/api/v1/complaints",
        json=REPORT | {"photos": [kept["key"]], "seen_at": kept["told"]["taken_at"]},
    ).json()

    assert datetime.fromisoformat(kept["told"]["taken_at"]) == YESTERDAY
    assert filed["seen_at"] == kept["told"]["taken_at"]
    assert stored(database).seen_at == YESTERDAY


def test_a_camera_that_writes_nonsense_breaks_nothing(portal):
    photo = {"photo": shot(datetime(1, 1, 1, tzinfo=UTC))["photos"]}

    kept = portal.post("/api/v1/photos", files=photo)

    assert kept.status_code == 201
