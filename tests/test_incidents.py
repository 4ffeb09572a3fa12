"""Incidents: a flood that many report is found, answered once, and warned of."""

from datetime import timedelta

import pytest
from defusedxml import ElementTree
from sqlalchemy import select, text

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.city.facts import facts
from geo_portal.community.incident_tables import Incident
from geo_portal.community.incidents import answer_all, decide, emergencies, going_on, suggest, warn
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.errors import NotAllowed
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR, HILLTOP, MARKET
from tests.staff_fixtures import MONDAY

NOW = MONDAY + timedelta(hours=2)


@pytest.fixture
def dewi(hire):
    """An officer of Drains."""
    return hire("Dewi", "officer", "DRAIN")


def reports(session, place, many, category="drain.flood", at=MONDAY):
    """So many reports some metres and minutes apart."""
    for n in range(many):
        where = LonLat(place[0] + n * 0.0004, place[1])
        new = NewComplaint(f"Water in the street, {n} cm", where, category=category)
        submit(session, new, at + timedelta(minutes=5 * n))


def test_many_reports_of_one_flood_are_one_event_and_others_are_not(session, city):
    reports(session, HARBOUR, 6)
    reports(session, HILLTOP, 3)
    reports(session, MARKET, 5, "road.pothole", MONDAY - timedelta(days=3))

    found = suggest(session, facts(session), NOW)

    [one] = going_on(session)
    assert (found, one.category_code, one.reports, one.state) == (1, "drain.flood", 6, "suggested")


def test_a_pause_ends_an_event(session, city):
    reports(session, HARBOUR, 5)
    reports(session, HARBOUR, 5, at=MONDAY + timedelta(hours=6))

    suggest(session, facts(session), MONDAY + timedelta(hours=8))

    assert sorted(one.reports for one in going_on(session)) == [5, 5]


def test_a_later_report_joins_the_event(session, city):
    reports(session, HARBOUR, 5)
    suggest(session, facts(session), NOW)
    reports(session, HARBOUR, 1, at=NOW)

    suggest(session, facts(session), NOW + timedelta(minutes=1))

    assert [one.reports for one in going_on(session)] == [6]


def test_one_answer_reaches_all_and_names_what_it_could_not_close(session, city, dewi):
    reports(session, HARBOUR, 5)
    suggest(session, facts(session), NOW)
    [one] = going_on(session)
    decide(session, dewi, one.id, "confirmed", NOW)

    done = answer_all(session, dewi, one.id, "The pumps run; it falls by noon.", "made_safe", NOW)

    told = session.execute(
        text("SELECT count(*) FROM events WHERE remark LIKE 'The pumps%'")
    ).scalar()
    assert len(done.codes) + len(done.refused) == 5
    assert told == len(done.codes) == going_on(session)[0].reports - going_on(session)[0].open_now


def test_another_department_does_not_decide(session, city, rina):
    reports(session, HARBOUR, 5)
    suggest(session, facts(session), NOW)
    [one] = going_on(session)

    with pytest.raises(NotAllowed):
        decide(session, rina, one.id, "confirmed", NOW)
    with pytest.raises(NotAllowed):
        warn(session, rina, one.id, "Stay upstairs.", NOW + timedelta(hours=3), NOW)


def test_a_warning_ends_by_itself(session, city, wati):
    reports(session, HARBOUR, 5)
    suggest(session, facts(session), NOW)
    [one] = going_on(session)
    ends = NOW + timedelta(hours=3)

    warn(session, wati, one.id, "Stay  upstairs.", ends, NOW)

    assert [one.message for one in emergencies(session, NOW)] == ["Stay upstairs."]
    assert emergencies(session, ends) == []


def test_an_emergency_stands_on_the_pages_and_in_the_cap_feed(portal, database, signed_in):
    secretary = signed_in("wati", Membership("head"))
    with database.transaction() as session:
        reports(session, HARBOUR, 5, at=clock.now() - timedelta(hours=1))
        suggest(session, facts(session), clock.now())
        number = session.scalars(select(Incident.id)).one()

    secretary.post(
        f"/desk/incidents/{number}/warn", data={"message": "Stay upstairs <now>", "hours": "3"}
    )

    pages = [portal.get(path).text for path in ("/", "/feed", "/report")]
    full = [portal.get(path).text for path in ("/?full=1", "/feed?full=1")]
    alert = ElementTree.fromstring(portal.get(f"/cap/{number}.xml").text)
    cap = "{urn:oasis:names:tc:emergency:cap:1.2}"
    corners = alert.findtext(f"{cap}info/{cap}area/{cap}polygon").split()
    assert all("Stay upstairs &lt;now&gt;" in page for page in pages)
    # Words first: maps and pictures come to those who ask for them.
    assert ["complaint-map" in pages[0], "place.jpg" in pages[1]] == [False, False]
    assert ["complaint-map" in full[0], "place.jpg" in full[1]] == [True, True]
    assert f"/cap/{number}.xml" in portal.get("/cap.atom").text
    assert alert.findtext(f"{cap}info/{cap}description") == "Stay upstairs <now>"
    assert corners[0] == corners[-1] and corners[0].startswith("-")
    with database.transaction() as session:
        session.execute(text("TRUNCATE incidents CASCADE"))
