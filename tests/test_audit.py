"""A history that was touched is found out, and an untouched one is not suspected."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from geo_portal import clock
from geo_portal.complaints import audit, roots
from geo_portal.complaints.cases import take
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.complaints.timeline import PORTAL, tell
from geo_portal.geometry import LonLat
from tests.audit_fixtures import early_in, events_of, found
from tests.city_fixtures import MARKET
from tests.past_files import taken_in, written


def test_an_untouched_history_is_not_suspected(session, mended, other):
    checked = audit.verify(session)

    assert (checked.fine, checked.seals) == (True, 8)


def test_a_changed_event_is_found(session, mended, other, forge):
    third = events_of(session, mended)[3]
    forge("UPDATE events SET remark = 'We never said so.' WHERE id = :id", id=third)

    assert found(session) == [("changed", mended.code, third)]


@pytest.mark.parametrize("column", ["kind", "by", "office_code", "remark"])
def test_no_word_of_an_event_can_be_changed_unseen(session, mended, forge, column):
    first = events_of(session, mended)[0]
    forge(f"UPDATE events SET \"{column}\" = 'ROADS' WHERE id = :id", id=first)

    assert found(session) == [("changed", mended.code, first)]


def test_putting_the_work_of_one_officer_down_to_another_is_found(session, mended, joko, forge):
    third = events_of(session, mended)[2]
    forge("UPDATE events SET person_id = :who WHERE id = :id", who=joko.id, id=third)

    assert found(session) == [("changed", mended.code, third)]


def test_an_event_that_is_sealed_anew_breaks_the_next_link(session, mended, forge):
    _, _, third, fourth, *_ = events_of(session, mended)
    forge("UPDATE event_seals SET seal = sha256(seal) WHERE event_id = :id", id=third)

    assert found(session) == [
        ("changed", mended.code, third),
        ("changed", mended.code, fourth),
    ]


def test_a_removed_event_is_found(session, mended, other, forge):
    third = events_of(session, mended)[2]
    forge("DELETE FROM events WHERE id = :id", id=third)

    assert found(session) == [("removed", mended.code, third)]


def test_an_event_that_was_removed_with_its_seal_leaves_a_gap(session, mended, other, forge):
    _, _, third, fourth, *_ = events_of(session, mended)
    forge("DELETE FROM events WHERE id = :id", id=third)
    forge("DELETE FROM event_seals WHERE event_id = :id", id=third)

    assert found(session) == [("gap", mended.code, fourth)]


def test_an_event_that_was_slipped_in_is_found(session, mended, other, forge):
    forge(
        "INSERT INTO events (complaint_id, kind, at, by, facts)"
        " VALUES (:id, 'acknowledged', now(), 'department', '{}')",
        id=mended.id,
    )

    assert found(session) == [("unsealed", mended.code, events_of(session, mended)[-1])]


def test_two_events_that_changed_places_are_found(session, mended, forge):
    _, _, third, fourth, *_ = events_of(session, mended)
    forge(
        "UPDATE events SET remark = other.remark, kind = other.kind FROM events AS other"
        " WHERE (events.id, other.id) IN ((:a, :b), (:b, :a))",
        a=third,
        b=fourth,
    )

    assert found(session) == [
        ("changed", mended.code, third),
        ("changed", mended.code, fourth),
    ]


def test_an_event_that_was_moved_to_another_report_is_found(session, mended, other, forge):
    third = events_of(session, mended)[2]
    forge("UPDATE events SET complaint_id = :other WHERE id = :id", other=other.id, id=third)

    assert found(session) == [("changed", mended.code, third)]


def test_an_event_written_today_for_last_week_is_found(session, mended, other):
    last_week = clock.now() - timedelta(days=7)
    event = Event(complaint_id=other.id, kind="acknowledged", at=last_week, by=PORTAL, facts={})
    session.add(event)
    session.flush()

    assert found(session) == [("out_of_order", other.code, event.id)]


def test_a_report_written_today_for_last_week_is_found(session, mended):
    new = NewComplaint("It was late", LonLat(*MARKET), category="road.pothole")
    late = submit(session, new, clock.now() - timedelta(days=7))

    assert {(what, code) for what, code, _ in found(session)} == {("back_dated", late.code)}


def test_two_requests_that_cross_are_not_suspected(session, mended):
    a_little_before = clock.now() - timedelta(seconds=20)
    tell(session, take(session, mended.code), "acknowledged", a_little_before, by=PORTAL)

    assert found(session) == []


def test_the_past_that_is_imported_is_sealed_and_not_suspected(inbox, tmp_path):
    taken_in(inbox, written(tmp_path, "1,95.03,-10.005,2026-01-05,2026-01-09,waste.pile,,River"))

    with inbox.transaction() as session:
        checked = audit.verify(session)

    assert (checked.fine, checked.seals) == (True, 3)


def test_what_happens_to_an_imported_report_later_cannot_be_back_dated(inbox, tmp_path):
    taken_in(inbox, written(tmp_path, "1,95.03,-10.005,2026-01-05,,waste.pile,,River"))
    in_spring = datetime(2026, 4, 1, tzinfo=UTC)

    with inbox.transaction() as session:
        code = session.scalars(select(Complaint.code)).one()
        tell(session, take(session, code), "acknowledged", in_spring, by=PORTAL)
        assert [what for what, *_ in found(session)] == ["back_dated"]


def test_the_end_of_a_history_cannot_be_cut_off_once_its_day_has_a_root(session, mended, forge):
    tomorrow = clock.now() + timedelta(days=1, hours=2)
    roots.make_roots(session, tomorrow)
    last = events_of(session, mended)[-1]
    forge("DELETE FROM event_seals WHERE event_id = :id", id=last)
    forge("DELETE FROM events WHERE id = :id", id=last)

    assert found(session) == [("root", None, last), ("cut", mended.code, None)]


def test_a_whole_chain_that_was_forged_anew_is_found_by_its_root(session, mended, forge):
    roots.make_roots(session, early_in(1))
    forge("UPDATE events SET remark = 'All was well.' WHERE complaint_id = :id", id=mended.id)
    forge("DELETE FROM event_seals WHERE complaint_id = :id", id=mended.id)
    forge(
        """INSERT INTO event_seals (event_id, complaint_id, nth, sealed_at, salt, seal)
        SELECT id, complaint_id, nth, now(), salt, seal_chain(event_digest(sealed_text(id,
            complaint_id, nth, kind, at, by, office_code, remark, facts, internal, now()),
            sealed_person(person_id, salt)), NULL) OVER (ORDER BY id)
        FROM (SELECT *, gen_random_uuid() AS salt, row_number() OVER (ORDER BY id)::int AS nth
              FROM events WHERE complaint_id = :id) AS numbered""",
        id=mended.id,
    )

    assert found(session) == [("root", None, None)]
