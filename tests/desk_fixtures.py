"""A report at the harbour, and the browser of an officer who has it on the desk."""

import re

import pytest
from sqlalchemy import select

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR

ROADS = Membership("officer", "ROADS")
WORDS = "A deep <b>pothole</b>"


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
def rinas_desk(signed_in):
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
