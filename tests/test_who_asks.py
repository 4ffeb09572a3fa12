"""What a door learns of who asks: nothing without a cookie, the person behind a good one."""

import pytest
from fastapi import Depends
from fastapi.testclient import TestClient
from sqlalchemy import event

from geo_portal.accounts.people import Membership
from geo_portal.http import PersonDep, StaffDep, sign_in
from geo_portal.main import create_app

OFFICER = Membership("officer", "ROADS", ("district", "N"))


@pytest.fixture
def portal(database, city):
    """The app with three more doors: one for everybody, and one for staff on each side."""
    app = create_app(database)

    @app.get("/who", dependencies=[Depends(sign_in)])
    def who(person: PersonDep) -> str:
        return person.name if person else "nobody"

    @app.get("/back-office")
    def back_office(person: StaffDep) -> str:
        return f"{person.name} {person.memberships}"

    @app.get("/api/v1/back-office")
    def api(person: StaffDep) -> str:
        return person.name

    with TestClient(app, headers={"Accept-Language": "en"}) as client:
        yield client


@pytest.fixture
def queries(database):
    """The statements that reached the database."""
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_without_a_cookie_nobody_is_looked_for(portal, queries):
    reply = portal.get("/who")

    assert (reply.json(), queries) == ("nobody", [])


def test_a_person_is_found_with_one_query(signed_in, queries):
    asha = signed_in("asha")
    queries.clear()

    reply = asha.get("/who")

    assert (reply.json(), len(queries)) == ("Asha", 1)


def test_an_officer_comes_with_what_they_are_responsible_for(signed_in):
    reply = signed_in("budi", OFFICER).get("/back-office")

    assert reply.json() == f"Budi {(OFFICER,)}"


@pytest.mark.parametrize("half_way", [True, False])
def test_a_page_for_staff_leads_to_the_sign_in_and_back(portal, signed_in, half_way):
    browser = signed_in("budi", OFFICER, second_factor=False) if half_way else portal

    reply = browser.get("/back-office?x=1", follow_redirects=False)

    assert reply.status_code == 303
    assert reply.headers["location"] == "/sign-in/staff?next=%2Fback-office%3Fx%3D1"


def test_the_api_answers_with_problems(portal, signed_in):
    nobody = portal.get("/api/v1/back-office")
    citizen = signed_in("asha").get("/api/v1/back-office")

    assert [nobody.status_code, citizen.status_code] == [401, 403]
    assert nobody.headers["content-type"] == "application/problem+json"


def test_a_citizen_is_told_that_a_page_is_for_staff(signed_in):
    reply = signed_in("asha").get("/back-office")

    assert reply.status_code == 403
    assert "This page is for the city" in reply.text
