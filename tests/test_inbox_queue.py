"""The queue: what is most urgent first, page by page, and only what is the person's to see."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import event, text

from geo_portal.accounts.people import Membership
from geo_portal.city.facts import facts
from geo_portal.complaints.hand_over import assign
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat
from geo_portal.inbox.counts import Count, counts
from geo_portal.inbox.filters import QueueFilter
from geo_portal.inbox.queue import page_of
from geo_portal.inbox.snooze import snooze
from tests.city_fixtures import HARBOUR, MARKET
from tests.staff_fixtures import MONDAY

LATER = MONDAY + timedelta(hours=12)
NORTH, SOUTH = ("district", "N"), ("district", "S")


@pytest.fixture
def report(session, city):
    """Files a report, at the harbour unless said otherwise, some hours after Monday morning."""

    def file(hours=0, category="road.pothole", place=HARBOUR, words="A deep pothole"):
        new = NewComplaint(words, LonLat(*place), category=category)
        done = submit(session, new, MONDAY + timedelta(hours=hours))
        return session.get_one(Complaint, done.id)

    return file


@pytest.fixture
def queue(session):
    """The codes of a person's queue for a filter."""

    def read(who, now=LATER, cursor=None, limit=40, **wanted):
        city = facts(session)
        view = QueueFilter(**wanted).checked(session, city)
        found = page_of(session, city, who, view, now, cursor=cursor, limit=limit)
        return [row.code for row in found.rows]

    return read


def test_what_is_due_first_comes_first_and_urgent_before_all(report, queue, rina, session):
    late, soon, urgent = report(hours=5), report(hours=1), report(hours=9)
    urgent.urgent = True
    session.flush()

    codes = queue(rina)

    assert codes == [urgent.code, soon.code, late.code]


def test_pages_follow_one_another_without_a_gap(report, rina, session):
    dated, dateless, urgent, urgent_dateless = report(1), report(2), report(3), report(4)
    dateless.due_at = urgent_dateless.due_at = None
    urgent.urgent = urgent_dateless.urgent = True
    session.flush()
    city, everything = facts(session), QueueFilter()

    first = page_of(session, city, rina, everything, LATER, limit=1)
    second = page_of(session, city, rina, everything, LATER, cursor=first.next_cursor, limit=1)
    third = page_of(session, city, rina, everything, LATER, cursor=second.next_cursor, limit=1)
    last = page_of(session, city, rina, everything, LATER, cursor=third.next_cursor, limit=1)

    read = [row.code for page in (first, second, third, last) for row in page.rows]
    assert read == [urgent.code, urgent_dateless.code, dated.code, dateless.code]
    assert last.next_cursor is None


@pytest.mark.parametrize("cursor", ["nonsense", "WzksbnVsbCwxXQ", "WzEsbnVsbCwxXQ", "é"])
def test_a_cursor_that_is_not_ours_is_refused(queue, rina, cursor):
    with pytest.raises(Invalid):
        queue(rina, cursor=cursor)


def test_a_department_sees_its_own_and_the_secretary_sees_all(report, queue, rina, sari, wati):
    road, lamp = report(1), report(2, category="light.street")

    seen = [queue(who) for who in (rina, sari, wati)]

    assert seen == [[road.code], [lamp.code], [road.code, lamp.code]]


def test_who_works_for_an_office_sees_that_offices(report, queue, hire):
    north, south = report(1), report(2, place=MARKET)

    seen = [queue(hire(code, "officer", code)) for code in ("ROADS-N", "ROADS-S")]

    assert seen == [[north.code], [south.code]]


def test_who_looks_after_an_area_sees_only_what_lies_in_it(report, queue, hire):
    north, south = report(1), report(2, place=MARKET)
    lamp = report(3, category="light.street")

    officer = queue(hire("Nur", "officer", "ROADS", SOUTH))
    head = queue(hire("Ina", "head", None, NORTH))

    assert officer == [south.code]
    assert head == [north.code, lamp.code]


def test_planners_and_citizens_have_no_queue(report, queue, hire, asha):
    report()

    seen = queue(hire("Pak", "planner")) + queue(asha)

    assert seen == []


def test_what_waits_or_is_snoozed_lies_apart(report, queue, session, rina):
    waits, sleeps, stays = report(1), report(2), report(3)
    make_move(session, rina, waits.code, "ask", Said("Which lane?"), LATER)
    snooze(session, rina, sleeps.code, LATER + timedelta(hours=4), LATER)

    seen = [queue(rina), queue(rina, pile="waiting"), queue(rina, pile="snoozed")]
    later = queue(rina, LATER + timedelta(hours=5))

    assert seen == [[stays.code], [waits.code], [sleeps.code]]
    assert later == [sleeps.code, stays.code]


def test_whose_it_is_can_be_asked_for(report, queue, session, rina, joko):
    mine, team, his, nobodys = report(1), report(2), report(3), report(4)
    assign(session, rina, mine.code, LATER, to_person=rina.id)
    assign(session, rina, team.code, LATER, team="Night crew")
    assign(session, rina, his.code, LATER, to_person=joko.id)

    seen = [queue(rina, holder=holder) for holder in ("mine", "team", "unassigned", "")]

    everything = [mine.code, team.code, his.code, nobodys.code]
    assert seen == [[mine.code], [team.code], [nobodys.code], everything]


def test_clock_state_kind_area_and_words_narrow_it(report, queue, session, rina):
    old = report(1)
    new = report(200, place=MARKET, words="Asphalt has melted")
    now = old.due_at + timedelta(hours=1)
    make_move(session, rina, new.code, "start", Said(), MONDAY + timedelta(hours=201))

    seen = {
        name: queue(rina, now, **wanted)
        for name, wanted in {
            "overdue": {"pile": "overdue"},
            "at risk": {"pile": "at_risk"},
            "state": {"status": "in_progress"},
            "kind": {"category": "waste.pile"},
            "area": {"area": "district:S"},
            "words": {"words": "asph"},
        }.items()
    }

    assert seen["overdue"] == [old.code]
    assert (seen["at risk"], seen["kind"]) == ([], [])
    assert seen["state"] == seen["area"] == seen["words"] == [new.code]


@pytest.mark.parametrize("looked_through", [1, 2, 3, 100])
def test_words_are_found_however_far_down_they_stand(
    report, queue, rina, wati, monkeypatch, looked_through
):
    monkeypatch.setattr("geo_portal.inbox.queue.LOOKED_THROUGH", looked_through)
    report(1)
    melted = [report(hours, words="Asphalt has melted") for hours in (2, 3)]
    report(4)

    seen = [
        queue(who, words="melted asph", limit=limit) for who in (rina, wati) for limit in (1, 9)
    ]

    assert seen == [[melted[0].code], [one.code for one in melted]] * 2


def test_what_cannot_be_sorted_goes_to_the_triage_department(report, queue, hire, session, rina):
    unsorted = report(category=None, words="qqq zzz")
    hall = hire("Hal", "officer", "HALL")

    seen = [queue(hall, pile="to_sort"), queue(rina, pile="to_sort")]
    shown = [set(counts(session, facts(session), who, LATER).piles) for who in (hall, rina)]

    assert seen == [[unsorted.code], []]
    assert ["to_sort" in piles for piles in shown] == [True, False]


@pytest.mark.parametrize("wanted", [{"category": "x"}, {"status": "resolved"}, {"area": "ward:x"}])
def test_what_the_city_does_not_have_is_refused(queue, rina, wanted):
    with pytest.raises(Invalid):
        queue(rina, **wanted)


def test_a_view_survives_its_address():
    view = QueueFilter("mine", "overdue", "assigned", "road.pothole", "ward:N2", "hole & more")

    read = QueueFilter.read(dict(parse_qsl(view.query())))

    assert read == view


def test_an_address_that_means_nothing_is_the_whole_queue():
    read = QueueFilter.read({"pile": "heap", "holder": "them", "x": "y", "words": "\0"})

    assert read == QueueFilter()


def test_piles_are_counted_once_and_not_beyond_a_hundred(report, session, hire):
    case = report()
    session.execute(
        text("""
            INSERT INTO complaints (code, description, point, jurisdiction_ids, status,
                department_code, office_code, submitted_at, due_at, updated_at)
            SELECT 'X' || n, 'x', point, jurisdiction_ids, status, department_code, office_code,
                submitted_at, due_at + n * interval '1 hour', updated_at
            FROM complaints, generate_series(1, 120) AS n WHERE id = :id
        """),
        {"id": case.id},
    )
    both = hire("Twice", "officer", "ROADS")
    twice = type(both)(both.id, "", "", memberships=(*both.memberships, *_office("ROADS-N")))

    found = counts(session, facts(session), twice, case.due_at + timedelta(minutes=1))

    assert found.piles["overdue"] == Count(1)
    assert found.piles[""] == found.holders[""] == Count(99, more=True)
    assert found.holders["unassigned"] == Count(99, more=True)
    assert found.holders["mine"] == Count(0)


def test_the_page_is_read_from_the_indexes(report, session, rina, database):
    report()
    asked = []
    event.listen(session.bind, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
    page_of(session, facts(session), rina, QueueFilter(), LATER)
    session.execute(text("SET LOCAL enable_seqscan = off"))

    plans = [_plan(session, *one) for one in asked if "AS keys" in one[0]]

    assert "ix_complaints_stands_out" in plans[0]
    assert "ix_complaints_due" in plans[1]
    assert "Sort Key: complaints.due_at" not in plans[1]


def _plan(session, statement, parameters):
    cursor = session.connection().connection.cursor()
    cursor.execute(f"EXPLAIN {statement}", parameters)
    return "\n".join(line for (line,) in cursor.fetchall())


def _office(code):
    return (Membership("officer", code),)
