"""The counts per day are what a plain count of the complaints would give, whatever happened."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo_portal.city.facts import facts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.insights import day_counts
from geo_portal.insights.kept_figures import answers, kept_figures
from geo_portal.insights.statistics import Span, statistics
from tests.city_fixtures import HARBOUR, HILLTOP, MARKET
from tests.insights_town import NOON, complaint
from tests.test_insights_cells import _taken_back
from tests.test_insights_statistics import JAKARTA, JUNE

PLACES = st.sampled_from([HARBOUR, HILLTOP, MARKET])
KINDS = st.sampled_from(["road.pothole", "waste.pile", None])
DAYS = st.integers(0, 20)
ACTS = st.one_of(
    st.tuples(st.just("add"), PLACES, KINDS, DAYS),
    st.tuples(st.just("close"), st.integers(0, 9), DAYS, st.sampled_from(["resolved", "rejected"])),
    st.tuples(st.just("reopen"), st.integers(0, 9)),
    st.tuples(st.just("pause"), st.integers(0, 9), DAYS),
    st.tuples(st.just("kind"), st.integers(0, 9), KINDS),
    st.tuples(st.just("remove"), st.integers(0, 9)),
    st.tuples(st.just("fold")),
    st.tuples(st.just("tidy"), DAYS),
)
WHICH = "(SELECT id FROM complaints ORDER BY id OFFSET :nth LIMIT 1)"
CHANGES = {
    "close": "UPDATE complaints SET closed_at = :at, status = :status",
    "reopen": "UPDATE complaints SET closed_at = NULL, status = 'reopened'",
    "pause": "UPDATE complaints SET paused_at = :at",
    "kind": "UPDATE complaints SET category_code = :kind",
    "remove": "DELETE FROM complaints",
}
GROUPS = ("whole", "department", "office", "category", "area", "day", "week", "month")


def do(session, act):
    """One thing that happens to the town's complaints."""
    match act:
        case ("add", place, kind, days):
            complaint(session, place, category=kind, at=NOON + timedelta(days=days))
        case ("fold",):
            day_counts.fold(session)
        case ("tidy", days):
            # Never later than the day on which somebody asks.
            day_counts.tidy(session, (NOON - timedelta(days=days)).date())
        case (change, nth, *rest):
            told = {"nth": nth, "at": NOON, "status": "resolved", "kind": rest[0] if rest else None}
            if change in ("close", "pause"):
                told["at"] = NOON + timedelta(days=rest[0])
                told["status"] = rest[-1]
            session.execute(text(f"{CHANGES[change]} WHERE id = {WHICH}"), told)


def _without_times(figures):
    return [(one.code, one.level, one.received, one.fixed, one.unfixed, one.open, one.overdue)
            for one in figures]  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(ACTS, max_size=12), days=DAYS)
def test_figures_are_those_of_looking_at_every_complaint(session, city, acts, days):
    with _taken_back(session):
        [do(session, act) for act in acts]
        now = NOON + timedelta(days=days, hours=1)
        span = Span(JUNE.since, now, JAKARTA)
        wanted = ComplaintFilter().checked(session, facts(session))

        kept = kept_figures(session, wanted, span, now, GROUPS[:5])

        looked = statistics(session, wanted, span, now, GROUPS[:5])
        assert day_counts.check(session) == 0
        assert {by: sorted(_without_times(found), key=repr) for by, found in kept.items()} == {
            by: sorted(_without_times(found), key=repr) for by, found in looked.items()
        }


def test_a_filter_narrows_the_kept_figures_like_the_others(session, city):
    for days in range(1, 7):
        complaint(session, HARBOUR, office="ROADS-N", fixed_after=timedelta(days=days))
    complaint(session, MARKET, office="ROADS-S", due_after=timedelta(hours=1))
    complaint(session, HARBOUR, category="light.street")
    wanted = ComplaintFilter(
        departments=("ROADS-N",), areas=("ward:N2",), categories=("road.pothole",)
    ).checked(session, facts(session))
    span = Span(JUNE.since, NOON + timedelta(days=15), JAKARTA)

    kept = kept_figures(session, wanted, span, span.until, ("whole", "week"))

    looked = statistics(session, wanted, span, span.until, ("whole", "week"))
    assert answers(wanted)
    assert kept["whole"][0].received == 6
    assert _without_times(kept["whole"]) == _without_times(looked["whole"])
    assert [(one.code, one.received, one.fixed) for one in kept["week"]] == [
        (one.code, one.received, one.fixed) for one in looked["week"]
    ]


def test_rebuild_mends_counts_that_somebody_spoiled(session, city):
    for nth in range(4):
        complaint(session, HARBOUR, at=NOON + timedelta(days=nth))
    day_counts.fold(session)
    session.execute(text("UPDATE day_counts SET n = n + 3 WHERE kind = 'received'"))
    session.execute(text("DELETE FROM day_counts WHERE kind = 'open'"))
    spoiled = day_counts.check(session)

    mended = day_counts.rebuild(session)

    assert spoiled == mended == 8
    assert day_counts.check(session) == 0


def test_a_change_that_no_figure_shows_notes_nothing(session, city):
    complaint(session, HARBOUR)
    day_counts.fold(session)

    session.execute(text("UPDATE complaints SET updated_at = updated_at + interval '1 hour'"))

    assert session.scalar(text("SELECT count(*) FROM day_deltas")) == 0
