"""The desk over HTTP: who gets in, what a case shows, every step, and stale forms."""

import pytest
from sqlalchemy import select

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR

ROADS = Membership("officer", "ROADS")
LIGHT = Membership("officer", "LIGHT")


@pytest.fixture
def hole(database, portal):
    """The code of a pothole at the harbour, reported just now."""
    new = NewComplaint("A deep <b>pothole</b>", LonLat(*HARBOUR), category="road.pothole")
    with database.transaction() as session:
        return submit(session, new, clock.now()).code


def test_the_queue_leads_to_the_case(signed_in, hole):
    rina = signed_in("rina", ROADS)

    queue, case = rina.get("/desk").text, rina.get(f"/desk/{hole}").text

    assert f'href="/desk/{hole}"' in queue
    assert "A deep &lt;b&gt;pothole&lt;/b&gt;" in queue
    assert f'href="/desk/{hole}/resolve#step"' in case


def test_work_is_begun_by_a_form(signed_in, hole, database):
    rina = signed_in("rina", ROADS)

    reply = rina.post(
        f"/desk/{hole}/start", data={"version": "1", "remark": "On Monday"}, follow_redirects=False
    )

    assert reply.headers["location"] == f"/desk/{hole}?done=start"
    with database.transaction() as session:
        assert session.scalar(select(Complaint.status)) == "in_progress"
