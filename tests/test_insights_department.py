"""What stands beside the counts of a dashboard: quality, officers, spots, staffing, usual times."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from geo_portal.city.facts import facts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.errors import NotAllowed
from geo_portal.insights.eta import eta, work_out_etas
from geo_portal.insights.officers import by_officer
from geo_portal.insights.public_figures import public_figures
from geo_portal.insights.quality import quality
from geo_portal.insights.recurring import recurring_spots
from geo_portal.insights.staffing import erlang_c, load_of, outlook
from tests.city_fixtures import HARBOUR, MARKET
from tests.insights_town import NOON, complaint
from tests.test_insights_statistics import JUNE, _happened

DAY = timedelta(days=1)
NOW = NOON + 15 * DAY


def _of(session, *departments):
    return ComplaintFilter(departments=departments).checked(session, facts(session))


@pytest.fixture
def ten_fixed(session, city):
    """Ten fixed potholes at the harbour, five of which their reporters speak of; their codes."""
    codes = [complaint(session, HARBOUR, office="ROADS-N", fixed_after=DAY) for _ in range(10)]
    for code, satisfied in zip(codes, (True, True, True, True, False), strict=False):
        _happened(session, code, "feedback", NOON + 2 * DAY)
        session.execute(
            text("""
                INSERT INTO feedback (complaint_id, event_id, by, verdict, satisfied, counted, at)
                SELECT c.id, max(e.id), 'reporter', 'fixed', :satisfied, true, :at
                FROM complaints AS c JOIN events AS e ON e.complaint_id = c.id
                WHERE c.code = :code GROUP BY c.id
            """),
            {"code": code, "satisfied": satisfied, "at": NOON + 2 * DAY},
        )
    return codes


def test_quality_is_counted_as_by_hand(session, ten_fixed):
    session.execute(
        text("UPDATE complaints SET hops = 2 WHERE code = :code"), {"code": ten_fixed[6]}
    )
    _happened(session, ten_fixed[7], "waiting_citizen", NOON)

    found = quality(session, _of(session, "ROADS"), JUNE)

    assert (found.satisfied.count, found.satisfied.of) == (4, 5)
    assert found.satisfied.between == pytest.approx((0.3755, 0.9638), abs=1e-4)
    assert (found.answered.count, found.answered.of) == (5, 10)
    assert (found.verified.count, found.first_contact.count) == (5, 8)
    assert (found.handed_over.count, found.hops) == (1, 0.2)


def test_the_public_figures_of_a_department_and_an_area_are_the_same_reports(session, ten_fixed):
    complaint(session, MARKET)

    found = public_figures(session, _of(session), JUNE, NOW)

    [roads] = [one for one in found.by_department if one.figures.code == "ROADS"]
    [harbour] = [one for one in found.by_area["ward"] if one.figures.code == "N2"]
    assert (roads.figures.received, harbour.figures.received) == (11, 10)
    assert roads.satisfied == harbour.satisfied == found.whole.satisfied
    assert harbour.curve.after(0.5) == DAY


def test_officers_are_for_the_head_of_their_department_alone(session, ten_fixed, rina, budi, sari):
    session.execute(
        text("UPDATE complaints SET resolved_by = :who WHERE code = :code"),
        {"who": rina.id, "code": ten_fixed[0]},
    )

    [officer] = by_officer(session, budi, _of(session, "ROADS"), JUNE, NOW)

    assert (officer.name, officer.fixed) == ("Rina", 1)
    with pytest.raises(NotAllowed):
        by_officer(session, rina, _of(session, "ROADS"), JUNE, NOW)
    with pytest.raises(NotAllowed):
        by_officer(session, budi, _of(session, "LIGHT"), JUNE, NOW)


def test_a_spot_comes_back_when_the_same_is_reported_there_again(session, city):
    a_few_steps = (HARBOUR[0] + 0.0001, HARBOUR[1])
    a_street_away = (HARBOUR[0] + 0.002, HARBOUR[1])
    for nth, place in enumerate((HARBOUR, a_few_steps, HARBOUR)):
        complaint(session, place, at=NOON + nth * 30 * DAY, fixed_after=10 * DAY)
    complaint(session, a_street_away)
    complaint(session, HARBOUR, category="light.street")

    [spot] = recurring_spots(session, _of(session, "ROADS"), facts(session), NOON + 80 * DAY)

    assert (spot.category, spot.count, spot.lasts) == ("road.pothole", 3, 20 * DAY)


def test_a_queue_behaves_as_in_the_tables_of_erlang():
    # Ten calls' worth of work and twelve to answer: 44.9 of 100 wait.
    assert erlang_c(12, 10.0) == pytest.approx(0.4494, abs=1e-3)
    one_clerk = outlook(8, timedelta(days=0.1), 1, 6)
    assert one_clerk.wait == timedelta(days=0.8 / 2)
    assert one_clerk.cleared_in == timedelta(days=3)
    assert outlook(12, timedelta(days=0.1), 1, 6).cleared_in is None


def test_a_department_that_is_hardly_known_gets_no_outlook(session, ten_fixed):
    assert load_of(session, _of(session, "ROADS"), JUNE, NOW, None) is None


def test_what_to_expect_is_said_from_fifteen_fixes_on(session, city):
    for days in range(1, 15):
        complaint(session, HARBOUR, office="ROADS-N", fixed_after=days * DAY)
    work_out_etas(session, NOW)
    too_few = eta(session, "road.pothole", "ROADS", "ROADS-N")
    complaint(session, HARBOUR, office="ROADS-N", fixed_after=15 * DAY)
    complaint(session, HARBOUR, office="ROADS-N", at=NOON - 200 * DAY, fixed_after=100 * DAY)

    work_out_etas(session, NOW)

    known = eta(session, "road.pothole", "ROADS", "ROADS-N")
    assert (too_few.known, too_few.half) == (14, None)
    assert (known.known, known.half, known.most) == (15, 8 * DAY, 12 * DAY)
    assert eta(session, "road.pothole", "ROADS", "ROADS-S").half is None
