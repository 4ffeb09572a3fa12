"""The city's own words for messages, and feeds of what is new."""

import pytest
from defusedxml.ElementTree import fromstring
from icalendar import Calendar
from sqlalchemy import text

from geo_portal.accounts.people import Membership
from tests.city_fixtures import HARBOUR

ADMINISTRATOR = Membership("administrator")
WORDS = "/desk/wordings/reporter/in_progress/en"


@pytest.fixture
def root(signed_in, database):
    """An administrator; the city's own words are gone afterwards."""
    yield signed_in("root", ADMINISTRATOR)
    with database.transaction() as session:
        session.execute(text("TRUNCATE message_wordings"))


def test_the_city_says_it_in_its_own_words_and_sees_them_before(root):
    new = {"subject": "We are on it", "sentence": "{office} has <b>begun</b>."}

    preview = root.post(WORDS, data=new | {"step": "preview"}).text
    kept = root.post(WORDS, data=new | {"step": "keep"}).text
    taken_back = root.post(WORDS, data={"step": "take_back"}).text

    assert "has &lt;b&gt;begun&lt;/b&gt;." in preview
    assert "We are on it" in kept
    assert "We are on it" not in taken_back


@pytest.mark.parametrize(
    "sentence", ["{office.__class__}", "{secret}", "{", "{office!r}", "", "x" * 1001]
)
def test_words_that_reach_into_the_program_are_refused(root, sentence):
    answer = root.post(WORDS, data={"subject": "s", "sentence": sentence, "step": "keep"})

    assert answer.status_code == 422
    assert 'id="sentence-mistake"' in answer.text


def test_only_who_looks_after_everything_changes_the_words(signed_in, root):
    rina = signed_in("rina", Membership("officer", "ROADS"))

    codes = [rina.get("/desk/wordings").status_code, rina.get(WORDS).status_code]

    assert codes == [403, 403]
    assert root.get("/desk/wordings?language=ur").status_code == 200


def test_feed_readers_and_calendars_find_what_is_new(portal):
    body = {"description": "A hole <script>\u0001", "lon": HARBOUR[0], "lat": HARBOUR[1]}
    code = portal.post("/api/v1/complaints", json=body | {"category": "road.pothole"}).json()[
        "code"
    ]

    feed = portal.get("/feeds/complaints.atom?category=road.pothole")
    calendar = portal.get("/feeds/complaints.ics")

    atom = "{http://www.w3.org/2005/Atom}"
    entries = fromstring(feed.content).findall(f"{atom}entry")
    assert [entry.find(f"{atom}id").text.endswith(code) for entry in entries] == [True]
    assert [event["UID"].startswith(code) for event in Calendar.from_ical(calendar.content).events]
    assert portal.get("/feeds/complaints.atom?category=nonsense").status_code == 422
