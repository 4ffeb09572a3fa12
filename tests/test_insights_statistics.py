"""Figures of a department against what can be counted by hand in the tiny town."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from geo_portal.city.facts import facts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights.statistics import Span, statistics
from tests.city_fixtures import HARBOUR, HILLTOP, MARKET
from tests.insights_town import NOON, complaint

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = NOON + timedelta(days=20)
JUNE = Span(datetime(2026, 6, 1, tzinfo=JAKARTA), datetime(2026, 7, 1, tzinfo=JAKARTA), JAKARTA)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def town(inbox):
    with inbox.session() as session:
        yield session


@pytest.fixture
def june(town):
    """Roads: six holes fixed in 1 to 6 days, one closed without a fix, two open, one from May."""
    for days in range(1, 7):
        complaint(town, HARBOUR, office="ROADS-N", fixed_after=days * DAY)
    complaint(town, HILLTOP, office="ROADS-N", status="rejected")
    town.execute(
        text("UPDATE complaints SET closed_at = :at WHERE status = 'rejected'"), {"at": NOON + DAY}
    )
    complaint(town, MARKET, office="ROADS-S", due_after=HOUR)
    complaint(town, MARKET, office="ROADS-S", due_after=30 * DAY, at=NOON - 40 * DAY)
    complaint(town, MARKET, category="light.street")
    return town


def _asked(session, **wanted):
    return ComplaintFilter(**wanted).checked(session, facts(session))


def test_a_month_of_roads_is_counted_as_by_hand(june):
    roads = _asked(june, departments=("ROADS",))

    found = statistics(june, roads, JUNE, NOW, ("whole",))["whole"]

    [whole] = found
    assert (whole.received, whole.fixed, whole.unfixed) == (8, 6, 1)
    assert (whole.open, whole.overdue) == (2, 2)
    assert whole.median_s == 3.5 * 86400
    assert whole.p80_s == 5 * 86400
