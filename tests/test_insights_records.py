"""What is packed of each day says what a look at every report would, whatever happened."""

from datetime import timedelta

import lifelines
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lifelines.utils import qth_survival_time
from sqlalchemy import text

from geo_portal.city.facts import facts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights import day_counts, day_records
from geo_portal.insights.day_records import Record
from geo_portal.insights.department import dashboard
from geo_portal.insights.many_curves import EXACT_UP_TO, watched_days
from geo_portal.insights.outcomes import outcomes
from geo_portal.insights.quality import quality, ratings
from geo_portal.insights.statistics import Span
from geo_portal.insights.survival import watched
from tests.city_fixtures import HARBOUR, HILLTOP, MARKET
from tests.insights_town import NOON, complaint
from tests.test_insights_cells import _taken_back
from tests.test_insights_days import ACTS, DAYS, WHICH, do
from tests.test_insights_statistics import JAKARTA, JUNE

NTH = st.integers(0, 9)
OF_CASES = st.one_of(
    ACTS,
    st.tuples(st.just("pack")),
    st.tuples(st.just("say"), NTH, st.sampled_from(["fixed", "not"]), st.booleans()),
    st.tuples(st.just("event"), NTH, st.sampled_from(["reopened", "waiting_citizen"]), DAYS),
    st.tuples(st.just("hand over"), NTH),
)
SAY = f"""
    WITH told AS (
        INSERT INTO events (complaint_id, kind, at, by, facts)
        SELECT id, :kind, :at, 'citizen', '{{}}' FROM {WHICH} AS which RETURNING id, complaint_id
    )
    INSERT INTO feedback (complaint_id, event_id, by, verdict, satisfied, counted, at)
    SELECT complaint_id, id, 'reporter', :verdict, :satisfied, true, :at FROM told
    WHERE CAST(:verdict AS varchar) IS NOT NULL
"""
# What has a history stays: nobody can take its events away.
REMOVE = f"""
    DELETE FROM complaints
    WHERE id = {WHICH} AND NOT EXISTS (SELECT FROM events WHERE complaint_id = complaints.id)
"""
FILTERS = st.sampled_from(
    [
        {},
        {"departments": ("ROADS",)},
        {"areas": ("ward:N2",)},
        {"categories": ("road.pothole",), "departments": ("ROADS",)},
    ]
)


def _do(session, act):
    match act:
        case ("pack",):
            day_counts.fold(session)
            day_records.fold(session)
        case ("say", nth, verdict, satisfied):
            _told(session, nth, "feedback", NOON, verdict, satisfied)
        case ("event", nth, kind, days):
            _told(session, nth, kind, NOON + timedelta(days=days))
        case ("remove", nth):
            session.execute(text(REMOVE), {"nth": nth})
        case ("hand over", nth):
            session.execute(
                text(f"UPDATE complaints SET hops = hops + 1 WHERE id = {WHICH}"),
                {"nth": nth},
            )
        case _:
            do(session, act)


def _told(session, nth, kind, at, verdict=None, satisfied=None):
    told = {"nth": nth, "kind": kind, "at": at, "verdict": verdict, "satisfied": satisfied}
    session.execute(text(SAY), told)


def _steps(curves):
    return {
        key: (one.known, one.fixed, one.at_s.tolist(), one.waiting.tolist(), one.low.tolist())
        for key, one in curves.items()
    }


def _sums(rated):
    sums = {}
    for one in rated:
        known = sums.get((one.department_code, one.area_ids), (0, 0, 0))
        more = (one.closed, one.rated, one.satisfied)
        sums[one.department_code, one.area_ids] = tuple(map(sum, zip(known, more, strict=True)))
    return {key: numbers for key, numbers in sums.items() if any(numbers)}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(OF_CASES, max_size=14), days=DAYS, asked=FILTERS)
def test_times_and_quality_are_those_of_looking_at_every_report(session, city, acts, days, asked):
    with _taken_back(session):
        [_do(session, act) for act in acts]
        now = NOON + timedelta(days=days, hours=1)
        span = Span(JUNE.since, now, JAKARTA)
        wanted = ComplaintFilter(**asked).checked(session, facts(session))
        in_days = Span(JUNE.since, span.since + timedelta(days=span.last_day.day), JAKARTA)

        kept = outcomes(session, wanted, span, now, ("office", "area"))

        received = ComplaintFilter(since=in_days.since, until=in_days.until, **asked)
        looked = watched(session, received.checked(session, facts(session)), now)
        assert _steps({None: kept.whole}) == _steps({None: looked.curve})
        assert _steps(kept.curves["office"]) == _steps(looked.by(lambda group: (group[1],)))
        assert kept.quality == quality(session, wanted, in_days)
        assert _sums(kept.ratings) == _sums(ratings(session, wanted, in_days))
        day_counts.fold(session)
        day_records.fold(session)
        assert outcomes(session, wanted, span, now).quality == kept.quality
        assert day_records.check(session) == 0
        assert session.scalar(text("SELECT count(*) FROM day_stale")) == 0


@pytest.mark.parametrize("seed", range(4))
def test_the_usual_times_of_many_are_those_of_lifelines_to_the_hundredth_part(seed):
    chance = np.random.default_rng(seed)
    took = chance.lognormal(12, 2, EXACT_UP_TO * 4).astype(np.int64)
    fixed = chance.random(took.size) < 0.8
    nothing = np.zeros(took.size, dtype=np.int64)
    group = ("ROADS", None, None, ())
    record = Record([group], nothing, nothing, np.where(fixed, took, -1 - took))

    [ours] = watched_days(record, NOON).by(lambda group: (group[0],)).values()

    theirs = lifelines.KaplanMeierFitter().fit(took, fixed).survival_function_
    shares = (0.1, 0.25, 0.5, 0.8)
    assert [ours.after(one).total_seconds() for one in shares] == pytest.approx(
        [qth_survival_time(round(1 - one, 9), theirs) for one in shares], rel=0.01
    )
    assert (ours.known, ours.fixed) == (took.size, fixed.sum())


def test_rebuild_mends_records_that_somebody_spoiled(session, city):
    for place in (HARBOUR, MARKET, HILLTOP):
        complaint(session, place, fixed_after=timedelta(days=2))
    day_counts.fold(session)
    day_records.fold(session)
    session.execute(text("UPDATE day_records SET entries = 'spoiled.' WHERE kind = 'received'"))
    session.execute(text("DELETE FROM day_records WHERE kind = 'closed'"))
    spoiled = day_records.check(session)

    mended = day_records.rebuild(session)

    assert spoiled == mended == 2
    assert day_records.check(session) == 0


def test_filing_a_report_marks_no_day_by_itself(session, city):
    complaint(session, HARBOUR)

    assert session.scalar(text("SELECT count(*) FROM day_marks")) == 0
    assert session.scalar(text("SELECT count(*) FROM day_deltas")) == 1


def test_figures_are_added_up_once_until_something_changes(session, city):
    complaint(session, HARBOUR, fixed_after=timedelta(days=1))
    wanted = ComplaintFilter(departments=("ROADS",)).checked(session, facts(session))
    now = NOON + timedelta(days=15)

    first = dashboard(session, wanted, JUNE, now)
    again = dashboard(session, wanted, JUNE, now + timedelta(seconds=59))
    complaint(session, HARBOUR)
    after_a_change = dashboard(session, wanted, JUNE, now + timedelta(seconds=59))

    assert again is first
    assert (first.whole.received, after_a_change.whole.received) == (1, 2)
