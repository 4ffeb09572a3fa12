"""Reports as a program files them."""

from sqlalchemy import text

from tests.city_fixtures import HILLTOP

POTHOLE = {"description": "A deep pothole in front of the school", "category": "road.pothole"}


def at(place, **more):
    return {"lon": place[0], "lat": place[1], **more}


def file(portal, place=HILLTOP, headers=None, **more):
    return portal.post("/api/v1/complaints", json=at(place, **POTHOLE) | more, headers=headers)


def stored(database):
    with database.transaction() as session:
        return session.execute(text("SELECT count(*) FROM complaints")).scalar_one()
