"""Many complaints at once are promised what the single door promises each of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from geoalchemy2.functions import ST_X, ST_Y
from sqlalchemy import select

from geo_portal.bulk.past import Past
from geo_portal.bulk.store import store
from geo_portal.city.load import load
from geo_portal.city.pack_contents import OwnDeadlineRow, SeasonRow
from geo_portal.city.packs import read_pack
from geo_portal.complaints.deadlines import deadlines_of
from geo_portal.complaints.escalation import escalate_overdue
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.geometry import LonLat
from geo_portal.routing.route import find_route
from tests.city_fixtures import AT_SEA, HARBOUR, HILLTOP, LOADED_AT, MARKET, RIVERSIDE

DAY = timedelta(days=1)
KINDS = ("road.pothole", "waste.pile", "drain.flood", "order.crime", None)


def own(line: int, *cells: object) -> OwnDeadlineRow:
    return OwnDeadlineRow(line, *cells)


@pytest.fixture
def particular(empty, tiny_pack):
    """The tiny town with promises of its offices and wards, and with short days in January."""
    pack = read_pack(tiny_pack)
    pack.deadlines = [
        own(2, "road.*", "ROADS-S", None, None, 7 * DAY, None),
        own(3, None, None, ("district", "N"), DAY / 8, None, None),
        own(4, "drain.flood", None, ("ward", "S2"), None, DAY / 4, True),
    ]
    hours = {"mon": "09:00-13:00", "wed": "09:00-13:00"}
    first = LOADED_AT.date() + 6 * DAY
    pack.city = replace(pack.city, seasons=[SeasonRow(first, first + 9 * DAY, {}, hours)])
    load(empty, pack, LOADED_AT)
    return empty


def test_every_promise_and_every_moment_agrees(particular):
    places = (HILLTOP, HARBOUR, MARKET, RIVERSIDE, AT_SEA)
    past = [
        Past(n, str(n), "Trouble", *place, LOADED_AT + n * DAY / 7, category=kind)
        for n, (place, kind) in enumerate((p, k) for p in places for k in KINDS)
    ]

    store(particular, past, "test", LOADED_AT - DAY)

    rows = particular.execute(select(Complaint, ST_X(Complaint.point), ST_Y(Complaint.point)))
    found = {one.source_id: _pairs(particular, one, LonLat(lon, lat)) for one, lon, lat in rows}
    assert len(found) == len(places) * len(KINDS)
    assert {number: pairs for number, pairs in found.items() if pairs} == {}


def test_steps_from_before_it_came_in_are_told_to_nobody(particular):
    sent = LOADED_AT - 30 * DAY
    past = [
        Past(1, "old", "A hole", *MARKET, sent, category="drain.flood"),
        Past(2, "half", "A hole", *MARKET, LOADED_AT - DAY / 3, category="drain.flood"),
        Past(3, "shut", "A hole", *MARKET, sent, closed_at=sent + DAY, status="resolved"),
    ]
    store(particular, past, "test", LOADED_AT)

    told = escalate_overdue(particular, LOADED_AT)

    stored = particular.execute(select(Complaint.source_id, Complaint.escalation_step))
    steps = {row.source_id: row.escalation_step for row in stored}
    assert told == 0
    # A third of a day is two thirds of the twelve hours that are promised.
    assert (steps["old"], steps["half"]) == (4, 1)
    # It was closed when its time was up, on the second day; what came later reached nobody.
    assert steps["shut"] == 1


def test_an_invented_past_tells_every_step_that_was_reached_while_it_was_open(particular):
    sent = LOADED_AT - 30 * DAY
    drain = {"category": "drain.flood", "status": "resolved", "outcome": "fixed"}
    past = [Past(1, "a", "Water", *MARKET, sent, closed_at=sent + 5 * DAY / 8, **drain)]

    store(particular, past, "test", LOADED_AT, as_lived=True)

    told = particular.scalars(select(Event).order_by(Event.id)).all()
    assert [(event.kind, event.facts.get("told"), event.internal) for event in told] == [
        ("submitted", None, False),
        ("assigned", None, False),
        ("reminded", "office", True),
        ("escalated", "office_head", False),
        ("resolved", None, False),
    ]
    assert told[3].at == sent + DAY / 2
    assert told[3].facts == {
        "step": 2,
        "told": "office_head",
        "percent": 100,
        "reached_at": (sent + DAY / 2).isoformat(),
    }


def _pairs(session, complaint: Complaint, place: LonLat) -> dict[str, object]:
    """Import and single door, where they differ."""
    at = complaint.submitted_at
    route = find_route(session, place, None, "Trouble", at, complaint.category_code)
    expected = deadlines_of(route, at)
    names = ("respond_by", "due_at", "promised", "working_time", "escalate_at")
    both = {name: (getattr(complaint, name), getattr(expected, name)) for name in names}
    return {name: pair for name, pair in both.items() if pair[0] != pair[1]}
