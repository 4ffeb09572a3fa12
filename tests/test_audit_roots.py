"""The daily roots, and how anybody checks a history without trusting the portal."""

import json
import os
import subprocess
import sys
from datetime import UTC, timedelta
from hashlib import sha256
from threading import Barrier, Thread

from sqlalchemy import select, text

from geo_portal import clock
from geo_portal.complaints import audit, roots
from geo_portal.complaints.case_tables import EventSeal
from geo_portal.complaints.cases import take
from geo_portal.complaints.timeline import PORTAL, tell
from tests.audit_fixtures import early_in, events_of, found, reported
from tests.city_fixtures import HARBOUR


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
