"""Photos of the result over HTTP: seen at once, after a second look, or not at all."""

import pytest
from sqlalchemy import select

from geo_portal import clock
from geo_portal.complaints.case_tables import Evidence
from tests.closed_fixtures import HEAD, OFFICER, key_of, photo_id


def test_a_good_photo_is_seen_by_everybody_at_once(portal, database, code, given):
    reply = given()

    page = portal.get(f"/c/{code}").text
    assert "100 of 100 points" in reply.text
    assert "Taken 0 m from the reported place." in reply.text
    assert portal.get(key_of(database, "large")).status_code == 200
    assert key_of(database, "large") in page


def test_a_weak_photo_is_seen_by_staff_alone_until_a_head_has_looked(
    portal, database, code, given, signed_in, change
):
    given(evidence_lat="-10.03")
    change(code, status="resolved", outcome="fixed", closed_at=clock.now())
    head = signed_in("budi", HEAD)
    picture, number = key_of(database, "large"), photo_id(database)

    listed, before = head.get("/desk/evidence").text, portal.get(f"/c/{code}").text
    hidden, shown_to_head = portal.get(picture).status_code, head.get(picture)
    head.post(f"/desk/evidence/{number}", data={"verdict": "accept"})
    after = portal.get(f"/c/{code}").text

    assert code in listed
    assert "being checked by a second person" in before
    assert (hidden, shown_to_head.status_code) == (404, 200)
    assert "private" in shown_to_head.headers["cache-control"]
    assert picture not in before
    assert picture in after
    assert "A second person has checked the photo of the result" in after


def test_a_worthless_photo_opens_the_case_again(portal, database, code, given, signed_in, change):
    given(evidence_lat="-10.03")
    change(code, status="resolved", outcome="fixed", closed_at=clock.now())
    head = signed_in("budi", HEAD)
    answer = {"verdict": "reject", "reason": "That is the market."}

    silent = head.post(f"/desk/evidence/{photo_id(database)}", data={"verdict": "reject"})
    head.post(f"/desk/evidence/{photo_id(database)}", data=answer)

    page = portal.get(f"/c/{code}").text
    assert silent.status_code == 422
    assert "Opened again: the photo of the result proves nothing" in page
    assert "That is the market." in page


@pytest.mark.parametrize(
    "path", ["/desk/evidence", "/desk/{code}/evidence", "/desk/{code}/contractor"]
)
def test_the_desk_is_for_staff(portal, code, signed_in, path):
    citizen = signed_in("asha").get(path.format(code=code))
    nobody = portal.get(path.format(code=code), follow_redirects=False)

    assert citizen.status_code == 403
    assert nobody.status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("evidence_lon", "NaN"),
        ("evidence_lat", "1e999"),
        ("evidence_accuracy_m", "-"),
        ("evidence_taken_at", "yesterday"),
        ("evidence_taken_at", "2026-03-02T09:00:00"),
        ("evidence_from_camera", "\u202e"),
    ],
)
def test_an_odd_field_counts_as_not_said(database, code, given, field, value):
    reply = given(**{field: value})

    assert reply.status_code == 200
    with database.transaction() as session:
        assert session.scalars(select(Evidence.score)).one() <= 100


def test_what_is_no_photo_is_named(portal, code, signed_in):
    files = {"evidence": ("cv.pdf", b"%PDF-1.7", "image/jpeg")}

    reply = signed_in("rina", OFFICER).post(f"/desk/{code}/evidence", files=files)

    assert (reply.status_code, "cv.pdf" in reply.text) == (422, True)
