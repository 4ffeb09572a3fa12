"""The queue: what is most urgent first, page by page, and only what is the person's to see."""

from datetime import timedelta

import pytest

from geo_portal.city.facts import facts
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.geometry import LonLat
from geo_portal.inbox.filters import QueueFilter
from geo_portal.inbox.queue import page_of
from tests.city_fixtures import HARBOUR
from tests.staff_fixtures import MONDAY

LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def report(session, city):
    """Files a report at the harbour, some hours after Monday morning."""

    def file(words="A deep pothole", category="road.pothole", place=HARBOUR, hours=0):
        new = NewComplaint(words, LonLat(*place), category=category)
        done = submit(session, new, MONDAY + timedelta(hours=hours))
        return session.get_one(Complaint, done.id)

    return file


@pytest.fixture
def queue(session):
    """The codes of a person's queue for a filter."""

    def read(who, now=LATER, **wanted):
        city = facts(session)
        view = QueueFilter(**wanted).checked(session, city)
        return [row.code for row in page_of(session, city, who, view, now).rows]

    return read


def test_what_is_due_first_comes_first_and_urgent_before_all(report, queue, rina, session):
    late, soon, urgent = report(hours=5), report(hours=1), report(hours=9)
    urgent.urgent = True
    session.flush()

    codes = queue(rina)

    assert codes == [urgent.code, soon.code, late.code]


def test_pages_follow_one_another_without_a_gap(report, rina, session):
    cases = [report(hours=hours) for hours in (1, 2, 3, 4, 5)]
    cases[4].urgent = cases[3].urgent = True
    cases[2].due_at = cases[1].due_at = None
    session.flush()
    city, everything = facts(session), QueueFilter()

    first = page_of(session, city, rina, everything, LATER, limit=1)
    pages = [first]
    for _ in range(4):
        cursor = pages[-1].next_cursor
        pages.append(page_of(session, city, rina, everything, LATER, cursor=cursor, limit=1))

    wanted = [cases[3].code, cases[4].code, cases[0].code, cases[1].code, cases[2].code]
    assert [page.rows[0].code for page in pages] == wanted
    assert pages[-1].next_cursor is None
