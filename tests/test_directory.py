"""The directory: offices and places, what serves me here, the calendar, and the pack's files."""

import shutil
from datetime import UTC, datetime

import pytest

from geo_portal.city.facts import facts
from geo_portal.city.here import here
from geo_portal.city.offices import facilities, office
from geo_portal.city.opening import opening, read_opening
from geo_portal.city.packs import read_pack
from geo_portal.city.search import search
from geo_portal.city.today import statuses
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.errors import Invalid, NotAllowed
from geo_portal.geometry import LonLat
from geo_portal.upkeep.today import enter_day, forget_day
from tests.city_fixtures import AT_SEA, HARBOUR, HILLTOP
from tests.staff_fixtures import MONDAY

WEDNESDAY = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)  # 10:00 in the tiny town


@pytest.mark.parametrize(
    ("written", "at", "is_open", "until"),
    [
        (None, datetime(2026, 3, 4, 3, tzinfo=UTC), True, "2026-03-04T16:00:00+07:00"),
        (None, datetime(2026, 3, 6, 10, tzinfo=UTC), False, "2026-03-10T08:00:00+07:00"),
        (
            "sat 09:00-12:00",
            datetime(2026, 3, 4, 3, tzinfo=UTC),
            False,
            "2026-03-07T09:00:00+07:00",
        ),
        ("always", datetime(2026, 3, 8, 20, tzinfo=UTC), True, None),
    ],
)
def test_a_place_is_open_by_its_own_hours_or_the_citys(session, city, written, at, is_open, until):
    found = opening(written, facts(session).calendar, at)

    assert found.is_open == is_open
    assert (found.until.isoformat() if found.until else None) == until


@pytest.mark.parametrize("written", ["mon 8-16", "monday 08:00-16:00", "mon 16:00-08:00", "open"])
def test_hours_that_cannot_be_read_are_refused(written):
    with pytest.raises(ValueError):
        read_opening(written)


def test_the_nearest_of_a_kind_comes_first(session, city):
    found = facilities(session, facts(session), WEDNESDAY, LonLat(*HILLTOP), "clinic")

    assert [one.code for one in found] == ["CLINIC-N", "CLINIC-S"]
    assert found[0].distance_m < 200


def test_everything_that_serves_a_place(session, city):
    found = here(session, facts(session), LonLat(*HARBOUR), WEDNESDAY)

    assert [area.code for area in found.areas] == ["N", "N2"]
    assert "ROADS-N" in [one.code for one in found.offices]
    assert [one.name for one in found.representatives] == ["Ibu Tuti", "Pak Hadi"]
    # Thursday's truck does not come on the day of the feast, so the next is Monday's.
    assert [(one.code, one.next_day.isoformat()) for one in found.collected] == [
        ("paper", "2026-03-04"),
        ("household", "2026-03-09"),
    ]
    assert [one.kind for one in found.facilities] == ["library", "clinic"]


def test_outside_the_city_nothing_serves(session, city):
    found = here(session, facts(session), LonLat(*AT_SEA), WEDNESDAY)

    assert (found.areas, found.offices, found.facilities, found.collected) == ((), [], [], [])


def test_what_an_administrator_enters_goes_before_the_pack_until_it_is_taken_back(
    session, city, hire
):
    admin = hire("Rahmat", "administrator")
    feast = datetime(2026, 3, 5, tzinfo=UTC).date()

    enter_day(
        session, facts(session), admin, feast, "collection", "changed", {"en": "Later"}, MONDAY
    )
    entered = statuses(session, feast)[0][0]
    forget_day(session, admin, feast, "collection")
    again = statuses(session, feast)[0][0]

    assert (entered.state, entered.note("ur"), entered.by_hand) == ("changed", "Later", True)
    assert (again.state, again.by_hand) == ("suspended", False)


@pytest.mark.parametrize(("day", "state"), [("2026-03-01", "changed"), ("2026-03-05", "upside")])
def test_yesterday_and_unknown_states_are_refused(session, city, hire, day, state):
    admin, when = hire("Rahmat", "administrator"), datetime.fromisoformat(day).date()

    with pytest.raises(Invalid):
        enter_day(session, facts(session), admin, when, "school", state, {}, MONDAY)


def test_an_officer_does_not_set_the_calendar(session, city, rina):
    with pytest.raises(NotAllowed):
        enter_day(session, facts(session), rina, MONDAY.date(), "school", "changed", {}, MONDAY)


def test_the_citys_own_synonyms_are_searched(session, city):
    found = search(session, "dinosaur", "en", kinds=["article"])

    assert [one.ref for one in found] == ["potholes"]


def test_an_office_without_hours_keeps_the_citys(session, city):
    found = office(session, facts(session), WEDNESDAY, "ROADS-N")

    assert found.opening.is_open
    assert found.week[0] == ("mon", "08:00", "16:00")


def test_the_check_says_what_is_wrong_with_the_directorys_files(tiny_pack, tmp_path):
    pack = tmp_path / "tiny"
    shutil.copytree(tiny_pack, pack)
    (pack / "representatives.csv").write_text("area,name,title_en\nward:NOWHERE,Tuti,Councillor\n")
    (pack / "collection.csv").write_text("area,kind,name_en,days\nward:N2,paper,Paper,wednesday\n")
    (pack / "calendar.csv").write_text("date,subject,state\n2026-13-01,school,usual\n")
    (pack / "facilities.csv").write_text(
        "code,kind,kind_en,name_en,lon,lat,hours\nX,y,Y,Z,95.01,-10.01,whenever\n"
    )

    said = [(one.file, one.line) for one in read_pack(pack).findings.errors]

    assert said == [
        ("facilities.csv", 2),
        ("representatives.csv", 2),
        ("collection.csv", 2),
        ("calendar.csv", 2),
    ]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/search?q=pothol", "Potholes"),
        ("/search?q=zzzzqqqq", "Ask the city"),
        ("/search/found?q=clinik", "North clinic"),
        ("/search/found?q=x", ""),
        ("/offices", "Roads Office North"),
        ("/offices?lon=95.012&lat=-10.006", "The nearest first"),
        ("/offices?lon=north&lat=1", "not two numbers"),
        ("/offices?lon=-10.005&lat=95.03", "look swapped"),
        ("/offices/ROADS-N", "111"),
        ("/facilities?kind=clinic", "South clinic"),
        ("/facilities?kind=palace", "no places of this kind"),
        ("/here", "tap the place"),
        ("/here?lon=95.03&lat=-10.005", "Ibu Tuti"),
        ("/here?lon=95.2&lat=-10.01", "outside the area"),
        ("/today", "Waste collection"),
        ("/ask?question=potholes", "Perhaps this answers it"),
    ],
)
def test_the_directorys_pages(portal, path, says):
    page = portal.get(path)

    assert page.status_code == 200
    assert says in page.text


def test_a_code_in_the_one_box_leads_to_the_report(portal, database):
    with database.transaction() as session:
        code = submit(session, NewComplaint("A hole", LonLat(*HARBOUR)), MONDAY).code

    page = portal.get("/search", params={"q": code.lower()}, follow_redirects=False)

    assert (page.status_code, page.headers["location"]) == (303, f"/c/{code}")


def test_a_word_that_could_be_a_code_is_a_word(portal):
    page = portal.get("/search", params={"q": "streetlamp"}, follow_redirects=False)

    assert page.status_code == 200


def test_articles_are_proposed_while_a_report_is_written(portal):
    hints = portal.post("/report/articles", data={"description": "a huge pothole in my street"})

    assert "/help/potholes" in hints.text
