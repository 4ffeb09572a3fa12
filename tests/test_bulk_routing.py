"""Many complaints at once are routed as the single door routes each of them."""

from sqlalchemy import func, select

from geo_portal.complaints.deadlines import deadlines_of
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.geometry import LonLat
from geo_portal.routing.route import find_route
from tests.city_fixtures import HARBOUR, HILLTOP, RIVERSIDE
from tests.past_files import taken_in, written


def test_imported_complaints_are_routed_as_the_single_door_routes(inbox, tmp_path):
    # Every hundred metres or so over the town and beyond, on borders, on the highway, in the basin.
    categories = (
        "road.pothole",
        "waste.pile",
        "tree.fallen",
        "drain.flood",
        "order.crime",
        "other",
    )
    rows = [
        f"{number},{94.998 + 0.0009 * (number % 55):.6f},{-10.044 + 0.0011 * (number // 55):.6f},"
        f"2026-01-{5 + number % 20:02}T{number % 24:02}:30:00Z,,{categories[number % 6]},,"
        f"{'Rubbish in the river' if number % 4 else 'Sampah'}"
        for number in range(2300)
    ]
    corners = [*(f"{lon},{lat}" for lon, lat in (HILLTOP, HARBOUR, RIVERSIDE)), "95.0195,-10.0205"]
    rows += [f"c{n},{at},2026-01-05,,waste.pile,,River" for n, at in enumerate(corners)]

    report = taken_in(inbox, written(tmp_path, *rows))

    with inbox.transaction() as session:
        differing = [found for found in map(differences, *told(session)) if found]
    assert report.stored == 2304
    assert differing == []


def told(session):
    """Every complaint with its place and the facts of its first event, and as many sessions."""
    rows = session.execute(
        select(
            Complaint,
            func.ST_X(Complaint.point),
            func.ST_Y(Complaint.point),
            Event.facts,
        ).join(Event, (Event.complaint_id == Complaint.id) & (Event.kind == "submitted"))
    ).all()
    return rows, [session] * len(rows)


def differences(row, session) -> dict[str, tuple[object, object]]:
    """What the import wrote and what the single door would have, where they are not the same."""
    complaint, lon, lat, event = row
    place, at = LonLat(lon, lat), complaint.submitted_at
    route = find_route(session, place, None, complaint.description, at, complaint.category_code)
    due = deadlines_of(route, at)
    expected = route.as_facts()
    pairs = {
        "areas": ([area.id for area in route.areas], complaint.jurisdiction_ids),
        "department": (route.department, complaint.department_code),
        "office": (route.office, complaint.office_code),
        "respond_by": (due.respond_by, complaint.respond_by),
        "due_at": (due.due_at, complaint.due_at),
        "promised": (due.promised, complaint.promised),
        "working_time": (due.working_time, complaint.working_time),
        "told areas": (expected["areas"], event["areas"]),
        "rule": (rules_in(expected), rules_in(event)),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def rules_in(told_of_route) -> list[int]:
    return [reason["rule"] for reason in told_of_route["reasons"] if reason["kind"] == "rule"]
