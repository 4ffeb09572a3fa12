"""Departments announce something to an area: shown while it holds, sent to who follows it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.city.facts import facts
from geo_portal.community import follows
from geo_portal.community.announcements import (
    NewAnnouncement,
    announce,
    holding,
    holding_at,
    take_back,
)
from geo_portal.errors import Invalid, NotAllowed
from geo_portal.geometry import LonLat
from geo_portal.notifications.announcing import TOLD_TOGETHER, Told, announcing
from geo_portal.notifications.wishes import Wishes, wish
from geo_portal.outbox import post_all
from geo_portal.outbox.tables import Message
from tests.city_fixtures import HARBOUR, HILLTOP, MARKET
from tests.people_fixtures import run_jobs
from tests.staff_fixtures import MONDAY

LATER = MONDAY + timedelta(hours=3)
WARD = ("ward", "N2")


def new(**more):
    told = {"department": "ROADS", "area": WARD, "begins_at": MONDAY}
    told |= {"ends_at": MONDAY + timedelta(days=2)}
    return NewAnnouncement("The quay is closed", "On Tuesday.\nUse the bridge.", **(told | more))


def announced(session, who, **more):
    return announce(session, facts(session), who, new(**more), MONDAY)


def test_it_is_shown_where_and_while_it_holds(session, city, budi):
    announced(session, budi)
    announced(session, budi, begins_at=LATER, area=None)

    early = holding_at(session, LonLat(*HARBOUR), MONDAY)
    elsewhere = holding_at(session, LonLat(*HILLTOP), LATER)
    everywhere = holding(session, LATER)
    over = holding(session, MONDAY + timedelta(days=2))

    assert [one.area_code for one in early] == ["N2"]
    assert [one.area_code for one in elsewhere] == [None]
    assert (len(everywhere), over) == (2, [])


@pytest.mark.parametrize(
    ("role", "department", "area", "told", "may"),
    [
        ("head", "ROADS", None, {}, True),
        ("head", "ROADS", ("district", "N"), {}, True),
        ("head", "ROADS", ("district", "S"), {}, False),
        ("head", "ROADS", ("district", "N"), {"area": None}, False),
        ("head", "LIGHT", None, {}, False),
        ("head", "ROADS", None, {"department": None}, False),
        ("officer", "ROADS", None, {}, False),
        ("moderator", None, None, {"department": None, "area": None}, True),
        (None, None, None, {}, False),
    ],
)
def test_who_may_speak_to_whom(session, city, hire, role, department, area, told, may):
    who = hire("Somebody", role, department, area)

    assert allowed(session, who, told) is may


def allowed(session, who, told):
    try:
        announced(session, who, **told)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": MONDAY},
        {"ends_at": MONDAY + timedelta(days=100)},
        {"department": "NOBODY"},
    ],
)
def test_what_cannot_hold_is_refused(session, city, hire, wrong):
    with pytest.raises(Invalid):
        announced(session, hire("Maya", "moderator"), **wrong)


def test_followers_of_the_area_hear_once_by_their_own_ways(session, city, hire, budi):
    town = facts(session)
    inside, beside, summed_up, by_kind = (
        hire(name) for name in ("Inside", "Beside", "Daily", "Kind")
    )
    follows.follow_area(session, town, inside, "district", "N", MONDAY)
    follows.follow_around(session, town, inside, LonLat(*HARBOUR), 300, "Home", MONDAY)
    follows.follow_area(session, town, beside, "ward", "N1", MONDAY)
    follows.follow_area(session, town, summed_up, "ward", "N2", MONDAY)
    follows.follow_area(session, town, by_kind, "ward", "N2", MONDAY, "road.pothole")
    wish(session, summed_up, Wishes("daily"), MONDAY, town.timezone)
    made = announced(session, budi)

    for _ in range(2):
        post_all(session, announcing(session, made.id, LATER).letters, LATER)

    mails = session.scalars(select(Message).where(Message.channel == "email")).all()
    kept = session.scalars(select(Message.person_id).where(Message.channel == "inbox")).all()
    assert [mail.recipient for mail in mails] == ["inside@tiny.example"]
    assert "The quay is closed" in mails[0].subject
    assert "/follows/" in mails[0].unsubscribe
    assert sorted(kept) == sorted([inside.id, summed_up.id])


def test_many_followers_are_told_some_at_a_time(session, city, budi):
    readers = crowd(session, TOLD_TOGETHER + 3)
    made = announced(session, budi)

    first = announcing(session, made.id, LATER)
    rest = announcing(session, made.id, LATER, after=first.last)

    assert first.last == readers[TOLD_TOGETHER - 1]
    assert {one.person_id for one in first.letters} == set(readers[:TOLD_TOGETHER])
    assert {one.person_id for one in rest.letters} == set(readers[TOLD_TOGETHER:])
    assert rest.last is None


def crowd(session, number):
    """So many people who follow the harbour's ward; their numbers, in order."""
    made = session.execute(CROWD, {"number": number, "at": MONDAY})
    return sorted(made.scalars())


CROWD = text("""
    WITH made AS (
        INSERT INTO people (name, pseudonym, email, language, created_at)
        SELECT 'Neighbour', 'neighbour ' || n, 'n' || n || '@x.example', 'en', :at
        FROM generate_series(1, :number) AS n
        RETURNING id
    )
    INSERT INTO subscriptions (person_id, kind, area_level, area_code, shape, name, since)
    SELECT made.id, 'area', level, code, border, jurisdictions.name, :at
    FROM made, jurisdictions WHERE code = 'N2'
    RETURNING person_id
""")


def test_what_was_taken_back_is_neither_shown_nor_sent(session, city, budi, asha):
    follows.follow_area(session, facts(session), asha, "ward", "N2", MONDAY)
    made = announced(session, budi)

    take_back(session, facts(session), budi, made.id, LATER)

    assert holding(session, LATER) == []
    assert announcing(session, made.id, LATER) == Told([], None)


def test_a_head_announces_and_everybody_reads_it(portal, signed_in, database, mail_server):
    town = signed_in("budi", Membership("head", "ROADS"))
    asha = signed_in("asha")
    asha.post("/account/follows", data={"area": "ward:N2"})
    ends = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    form = {"title": "<b>Closed</b>", "text": "Use the bridge.", "department": "ROADS"}

    made = town.post("/desk/announcements", data=form | {"area": "ward:N2", "ends": ends})
    wrong = town.post("/desk/announcements", data=form | {"area": "ward:N2", "ends": "soon"})
    run_jobs(database)

    pages = [
        portal.get(path).text
        for path in (
            "/",
            "/feed",
            "/areas/ward/N2",
            f"/here?lon={HARBOUR[0]}&lat={HARBOUR[1]}",
            "/announcements",
            "/feeds/announcements.atom",
        )
    ]
    elsewhere = portal.get(f"/here?lon={MARKET[0]}&lat={MARKET[1]}").text
    with database.transaction() as session:
        session.execute(Message.__table__.metadata.tables["announcements"].delete())
    assert (made.status_code, wrong.status_code) == (200, 422)
    assert [page for page in pages if "&lt;b&gt;Closed&lt;/b&gt;" not in page] == []
    assert "Use the bridge." not in elsewhere
    assert [mail["To"] for mail in mail_server.mails] == ["asha@x.example"]
