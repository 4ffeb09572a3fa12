"""A report that its office has closed_code, and changes to it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.complaints.case_tables import Evidence
from geo_portal.complaints.tables import Photo
from tests.city_fixtures import HARBOUR
from tests.proof_fixtures import jpeg, scene

OFFICER, HEAD = Membership("officer", "ROADS"), Membership("head", "ROADS")
REPORT = {
    "description": "A deep pothole by the harbour gate",
    "lon": str(HARBOUR[0]),
    "lat": str(HARBOUR[1]),
    "category": "road.pothole",
}
SPOT = {
    "evidence_lon": str(HARBOUR[0]),
    "evidence_lat": str(HARBOUR[1]),
    "evidence_accuracy_m": "8",
    "evidence_from_camera": "1",
}


@pytest.fixture
def code(portal):
    """A pothole that this very browser has reported."""
    reply = portal.post("/report", data=REPORT, follow_redirects=False)
    return re.search(r"/c/([0-9A-Z-]{11})/thanks", reply.headers["location"])[1]


@pytest.fixture
def change(database):
    """Writes to the complaint's row directly, as time or another page would have."""

    def make(code, **columns):
        names = ", ".join(f"{name} = :{name}" for name in columns)
        with database.transaction() as session:
            statement = text(f"UPDATE complaints SET {names} WHERE code = :code")
            session.execute(statement, columns | {"code": code})

    return make


@pytest.fixture
def closed_code(code, change):
    """The same, closed_code as fixed an hour ago."""
    at = clock.now() - timedelta(hours=1)
    change(code, status="resolved", outcome="fixed", closed_at=at)
    return code


@pytest.fixture
def given(code, signed_in):
    """An officer, and a function by which they add a photo of the result to the case."""
    officer = signed_in("rina", OFFICER)

    def give(seed=1, **said):
        files = {"evidence": ("camera.jpg", jpeg(scene(seed)), "image/jpeg")}
        data = SPOT | {"evidence_taken_at": clock.now().isoformat()} | said
        return officer.post(f"/desk/{code}/evidence", data=data, files=files)

    return give


def key_of(database, size):
    with database.transaction() as session:
        key = session.scalars(select(Photo.key).where(Photo.kind == "evidence")).one()
    return f"/photos/{key}/{size}.jpg"


def photo_id(database):
    with database.transaction() as session:
        return session.scalars(select(Evidence.photo_id)).one()
