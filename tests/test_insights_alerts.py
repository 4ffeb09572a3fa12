"""Unusual weeks: found when they are, seldom when they are not, and told to who wants to hear."""

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select

from geo_portal.errors import NotAllowed, NotFound
from geo_portal.insights import day_counts
from geo_portal.insights.alert_letters import tell_unusual
from geo_portal.insights.alerts import hear_no_more, hear_of, newest, wishes
from geo_portal.insights.anomalies import benjamini_hochberg, judge
from geo_portal.outbox.tables import Message
from tests.city_fixtures import HARBOUR, HILLTOP, MARKET
from tests.insights_town import NOON, complaint

WEEK = timedelta(weeks=1)
SERIES, WEEKS, CITIES = 300, 8, 300
# How often a whole city without anything unusual may be told otherwise. 300 cities with a true
# rate of 5 % show more than 8 % about once in a hundred times; the run is always the same.
SELDOM = 0.08


def _quiet(chance, spread):
    """A city's counts in which nothing is unusual: a mean per series, weeks about it by chance."""
    mean = chance.gamma(1.2, 4, SERIES)[:, None] * np.ones(WEEKS + 1)
    if spread > 1:
        mean = chance.gamma(mean / (spread - 1), spread - 1)
    return chance.poisson(mean)


@pytest.mark.parametrize("spread", [1.0, 1.5, 2.5])
def test_cities_in_which_nothing_is_unusual_are_seldom_told_otherwise(spread):
    chance = np.random.default_rng(2026)
    cities = [_quiet(chance, spread) for _ in range(CITIES)]

    told = [judge(city[:, :-1], city[:, -1], false_alarms=0.05).unusual.any() for city in cities]

    assert np.mean(told) <= SELDOM


def test_four_times_the_usual_is_found_among_hundreds():
    counts = _quiet(np.random.default_rng(7), 1.0)
    counts[:5] = 6
    counts[:5, -1] = 24

    judged = judge(counts[:, :-1], counts[:, -1], false_alarms=0.05)

    assert judged.unusual[:5].all()
    assert judged.expected[0] == pytest.approx(6, abs=0.1)


def test_findings_stand_as_in_the_paper():
    # Benjamini and Hochberg (1995), section 4: fifteen comparisons, of which four stand.
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
               0.4262, 0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip

    found = benjamini_hochberg(np.array(chances), 0.05)

    assert found.sum() == 4


@pytest.fixture
def wave(session, city):
    """Four potholes a week at the harbour for nine weeks, then twenty-four; all else is as ever."""
    for week in range(10):
        for nth in range(24 if week == 9 else 4):
            at = NOON + week * WEEK + nth * timedelta(hours=2)
            complaint(session, HARBOUR, at=at)
        complaint(session, HILLTOP, at=NOON + week * WEEK, category="light.street")
        complaint(session, MARKET, at=NOON + week * WEEK, category="waste.pile")
    day_counts.fold(session)
    return NOON + 10 * WEEK


def _mails(session):
    return list(session.scalars(select(Message).where(Message.kind == "alert")))


def test_a_wave_is_told_once_to_those_who_wanted_to_hear(session, wave, asha, rina):
    hear_of(session, asha, "road.pothole", "ward:N2", "en", NOON)
    hear_of(session, asha, "", "", "en", NOON)
    hear_of(session, rina, "light.street", "", "en", NOON)

    told = [tell_unusual(session, wave), tell_unusual(session, wave + timedelta(hours=1))]

    assert told == [1, 0]
    [mail] = _mails(session)
    assert mail.recipient == "asha@tiny.example"
    assert "24 reports" in mail.body_text
    assert {(one.level, one.area_code, one.category_code) for one in newest(session)} == {
        ("ward", "N2", "road.pothole"),
        ("district", "N", "road.pothole"),
    }


def test_a_city_that_is_too_young_has_no_unusual_weeks(session, city):
    [complaint(session, HARBOUR, at=NOON + WEEK) for _ in range(30)]

    assert tell_unusual(session, NOON + 2 * WEEK) == 0


def test_a_wish_belongs_to_who_had_it(session, asha, rina):
    hear_of(session, asha, "road.pothole", "", "en", NOON)
    hear_of(session, asha, "road.pothole", "", "en", NOON)
    [wish] = wishes(session, asha)

    with pytest.raises(NotFound):
        hear_no_more(session, rina, wish.id)
    with pytest.raises(NotAllowed):
        hear_of(session, None, "", "", "en", NOON)
    hear_no_more(session, asha, wish.id)

    assert wishes(session, asha) == []
