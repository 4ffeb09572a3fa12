"""A history that was touched is found out, and an untouched one is not suspected."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text

from geo_portal import clock
from geo_portal.complaints import audit, roots
from geo_portal.complaints.case_tables import EventSeal
from geo_portal.complaints.cases import take
from geo_portal.complaints.lifecycle import Said, make_move
from geo_portal.complaints.remarks import note, remark
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.complaints.timeline import PORTAL, tell
from geo_portal.geometry import LonLat
from tests.city_fixtures import HARBOUR, MARKET
from tests.past_files import taken_in, written

Forge = Callable[..., None]


def reported(session, where=HARBOUR, words="A deep pothole by the gate"):
    number = submit(
        session, NewComplaint(words, LonLat(*where), category="road.pothole"), clock.now()
    ).id
    return session.get_one(Complaint, number)


@pytest.fixture
def mended(session, city, rina):
    """A pothole that was reported, begun, spoken of, noted upon and mended just now."""
    pothole = reported(session)
    make_move(session, rina, pothole.code, "start", Said(), clock.now())
    remark(session, rina, pothole.code, "We fill it tonight.", clock.now())
    note(session, rina, pothole.code, "Bring the small roller.", clock.now())
    said = Said(remark="Filled.", outcome="fixed")
    make_move(session, rina, pothole.code, "resolve", said, clock.now())
    return pothole


@pytest.fixture
def other(session, city):
    """A second report that nobody touches."""
    return reported(session, MARKET)


@pytest.fixture
def forge(session) -> Forge:
    """Runs a statement as the owner of the tables with all triggers off, as a forger would."""

    def run(statement: str, **values: object) -> None:
        session.flush()
        for table in ("events", "event_seals"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        session.execute(text(statement), values)
        for table in ("events", "event_seals"):
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        session.expire_all()

    return run


def events_of(session, complaint):
    asked = select(Event.id).where(Event.complaint_id == complaint.id).order_by(Event.id)
    return list(session.scalars(asked))


def found(session, **asked):
    return [(one.what, one.code, one.event_id) for one in audit.verify(session, **asked).told]


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


def early_in(days: int) -> datetime:
    """Two hours after midnight (UTC), so many days from now, at whatever hour the tests run."""
    return (clock.now() + timedelta(days=days)).replace(hour=2)


def test_a_forged_root_does_not_match_the_copy_that_somebody_kept(session, mended, forge):
    [made] = roots.make_roots(session, early_in(1))
    kept = {made.day: "00" * 32}

    assert found(session, copy=kept) == [("copy", None, None)]


def test_a_root_is_made_for_each_day_that_is_over_and_never_twice(session, mended):
    after_three_days = early_in(3)

    made = roots.make_roots(session, after_three_days)
    again = roots.make_roots(session, after_three_days)

    today = clock.now().astimezone(UTC).date()
    assert [row.day for row in made] == [today + timedelta(days=n) for n in range(3)]
    assert [row.events for row in made] == [6, 0, 0]
    assert len({row.root for row in made}) == 3
    assert again == []


def test_no_root_is_made_while_the_day_may_still_be_written_to(session, mended):
    midnight = (clock.now() + timedelta(days=1)).replace(hour=0, minute=30)

    assert roots.make_roots(session, midnight) == []


def test_only_what_was_written_since_a_day_is_checked_when_asked(session, mended, forge):
    third = events_of(session, mended)[2]
    forge("UPDATE events SET remark = 'No.' WHERE id = :id", id=third)
    tomorrow = clock.now().date() + timedelta(days=1)

    assert found(session, since=tomorrow) == []
    assert found(session, since=clock.now().date()) == [("changed", mended.code, third)]


def test_two_who_write_at_once_do_not_fork_the_chain(inbox):
    with inbox.transaction() as session:
        code = reported(session).code
    together = Barrier(4)

    def write() -> None:
        together.wait()
        for _ in range(10):
            with inbox.transaction() as mine:
                tell(mine, take(mine, code), "remark", clock.now(), by=PORTAL, remark="Here.")

    writers = [Thread(target=write) for _ in range(4)]
    [writer.start() for writer in writers]
    [writer.join() for writer in writers]

    with inbox.transaction() as session:
        numbers = session.scalars(select(EventSeal.nth).order_by(EventSeal.event_id)).all()
        assert numbers == list(range(1, 43))
        assert audit.verify(session).fine


def test_anybody_can_check_a_chain_with_what_the_api_gives(portal, database):
    code = filed(portal)
    with database.transaction() as session:
        complaint = take(session, code)
        tell(session, complaint, "note", clock.now(), by=PORTAL, remark="Hidden.", internal=True)
        tell(session, complaint, "remark", clock.now(), by=PORTAL, remark="Für alle “offen”.")

    links = portal.get(f"/api/v1/complaints/{code}/seals").json()["links"]

    assert worked_out(links) == [link["seal"] for link in links]
    assert [bool(link["text"]) for link in links] == [True, True, False, True]
    assert "Für alle “offen”." in links[-1]["text"]


def test_each_public_event_shows_its_seal(portal):
    code = filed(portal)

    events = portal.get(f"/api/v1/complaints/{code}/events").json()["events"]

    links = portal.get(f"/api/v1/complaints/{code}/seals").json()["links"]
    assert [event["seal"] for event in events] == [link["seal"] for link in links]


def test_the_roots_are_given_to_everybody(portal, database):
    filed(portal)
    with database.transaction() as session:
        [made] = roots.make_roots(session, early_in(1))

    given = portal.get("/api/v1/audit/roots").json()["roots"]
    page = portal.get("/audit").text

    assert given == [{"day": made.day.isoformat(), "root": made.root.hex(), "events": 2}]
    assert made.root.hex() in page


def test_the_command_says_what_is_wrong_and_exits_with_one(
    portal, database, database_url, tmp_path
):
    code = filed(portal)
    copy = tmp_path / "roots.json"
    copy.write_text('{"roots": [{"day": "2026-01-01", "root": "00"}]}')

    clean = typed(database_url, "audit", "verify", "--json")
    differs = typed(database_url, "audit", "verify", "--roots", str(copy))
    with database.transaction() as session:
        session.execute(text("ALTER TABLE events DISABLE TRIGGER USER"))
        session.execute(text("UPDATE events SET remark = 'No.'"))
        session.execute(text("ALTER TABLE events ENABLE TRIGGER USER"))
    changed = typed(database_url, "audit", "verify")

    assert (clean.returncode, json.loads(clean.stdout)["fine"]) == (0, True)
    assert (differs.returncode, "2026-01-01" in differs.stdout) == (1, True)
    assert (changed.returncode, code in changed.stdout) == (1, True)


def filed(portal) -> str:
    body = {
        "description": "A deep pothole",
        "lon": HARBOUR[0],
        "lat": HARBOUR[1],
        "category": "road.pothole",
    }
    return portal.post("/api/v1/complaints", json=body).json()["code"]


def worked_out(links) -> list[str]:
    """The seals as a stranger works them out from what is shown."""
    before, seals = b"", []
    for link in links:
        digest = bytes.fromhex(link["digest"])
        if link["text"]:
            digest = sha256(link["text"].encode() + bytes.fromhex(link["person"])).digest()
        before = sha256(before + digest).digest()
        seals.append(before.hex())
    return seals


def typed(url: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "from geo_portal.cli import main; main()", *words],
        env={**os.environ, "GEO_PORTAL_DATABASE_URL": url, "COLUMNS": "160"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
