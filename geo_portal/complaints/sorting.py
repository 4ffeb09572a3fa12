"""Sorts a complaint by hand: its category, its place or both, and with them where it goes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geoalchemy2.functions import ST_X, ST_Y
from geoalchemy2.shape import from_shape
from shapely import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.complaints.cases import scope_of, take
from geo_portal.complaints.find import areas_of
from geo_portal.complaints.hand_over import AlreadyClosed
from geo_portal.complaints.lessons import learn
from geo_portal.complaints.moves import CLOSED
from geo_portal.complaints.new_promise import NewPromise, new_promise
from geo_portal.complaints.tables import Complaint, Event
from geo_portal.complaints.timeline import DEPARTMENT, tell
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat
from geo_portal.routing.route import Route, find_route
from geo_portal.routing.settle import OFFICER


@dataclass(frozen=True)
class Changes:
    """What would become different; pairs of before and after, empty when nothing would."""

    category: tuple[str | None, str | None] | None
    department: tuple[str | None, str | None] | None
    office: tuple[str | None, str | None] | None
    areas: tuple[list[str], list[str]] | None
    due_at: tuple[datetime | None, datetime | None] | None


def preview(
    session: Session,
    complaint: Complaint,
    now: datetime,
    *,
    category: str | None = None,
    place: LonLat | None = None,
) -> Changes:
    """What sorting it like this would change; stores nothing."""
    route = _route(session, complaint, now, category, place)
    return _changes(session, complaint, route, new_promise(session, complaint, route, now))


def sort(
    session: Session,
    who: Person,
    code: str,
    now: datetime,
    *,
    category: str | None = None,
    place: LonLat | None = None,
    remark: str = "",
    seen_version: int | None = None,
) -> Event:
    """Give a complaint its category or another place, and send it where that leads.

    The clock stays the original one: the new promise counts from when it was submitted, see
    `new_promise`. A
    changed category becomes a lesson for the classifier. Raises `Invalid` when nothing is given.
    """
    if category is None and place is None:
        raise Invalid("Choose a kind of problem or another place.", field="category")
    complaint = take(session, code, seen_version)
    require(who, Operation.TRIAGE, scope_of(session, complaint))
    if complaint.status in CLOSED:
        raise AlreadyClosed("This report is closed. Open it again before you pass it on.")
    route = _route(session, complaint, now, category, place)
    promise = new_promise(session, complaint, route, now)
    changes = _changes(session, complaint, route, promise)
    before = complaint.category_code
    _follow(complaint, route, place, promise)
    if category is not None and category != before:
        complaint.category_by = "staff"
        learn(session, complaint, "correction", now, by=DEPARTMENT, category_before=before)
    return _tell_both(session, who, complaint, changes, route, remark, now)


def _route(
    session: Session,
    complaint: Complaint,
    now: datetime,
    category: str | None,
    place: LonLat | None,
) -> Route:
    here = place or place_of(session, complaint)
    return find_route(
        session,
        here,
        None if place else complaint.accuracy_m,
        complaint.description,
        now,
        category or complaint.category_code,
        # Whoever sorts by hand has looked at the map; a place in doubt is no longer one.
        OFFICER,
    )


def place_of(session: Session, complaint: Complaint) -> LonLat:
    """Where the complaint lies."""
    lon, lat = session.execute(
        select(ST_X(Complaint.point), ST_Y(Complaint.point)).where(Complaint.id == complaint.id)
    ).one()
    return LonLat(lon, lat)


def _changes(session: Session, complaint: Complaint, route: Route, promise: NewPromise) -> Changes:
    before = [area.name for area in areas_of(session, complaint.jurisdiction_ids)]
    return Changes(
        category=_pair(complaint.category_code, route.category),
        department=_pair(complaint.department_code, route.department),
        office=_pair(complaint.office_code, route.office),
        areas=_pair(before, [area.name for area in route.areas]),
        due_at=_pair(complaint.due_at, promise.due_at),
    )


def _pair(before: Any, after: Any) -> Any:
    return None if before == after else (before, after)


def _follow(complaint: Complaint, route: Route, place: LonLat | None, promise: NewPromise) -> None:
    """The complaint takes what the route says; a clock that stood still runs again."""
    category = route.city.categories.get(route.category or "")
    if place is not None:
        complaint.point = from_shape(Point(place.lon, place.lat), srid=4326)
        complaint.accuracy_m = None
        complaint.jurisdiction_ids = [area.id for area in route.areas]
        complaint.edition_id = route.city.edition.id if route.city.edition else None
    complaint.place_method, complaint.border_m = OFFICER, route.place.border_m
    complaint.place_confidence = route.place.confidence
    if (route.department, route.office) != (complaint.department_code, complaint.office_code):
        complaint.assignee_id = complaint.team = None
    complaint.category_code = route.category
    complaint.sensitive = bool(category and category.sensitive)
    complaint.department_code, complaint.office_code = route.department, route.office
    complaint.paused_at = complaint.pause_until = complaint.pause_reason = None
    for column, value in vars(promise).items():
        setattr(complaint, column, value)
    complaint.status = "submitted" if route.needs_triage else "assigned"


def _tell_both(
    session: Session,
    who: Person,
    complaint: Complaint,
    changes: Changes,
    route: Route,
    remark: str,
    now: datetime,
) -> Event:
    told: dict[str, Any] = {
        name: [_plain(value) for value in pair]
        for name, pair in vars(changes).items()
        if pair is not None
    }
    facts = {"changed": told, "route": route.as_facts()}
    event = tell(
        session, complaint, "triaged", now, by=DEPARTMENT, who=who, remark=remark, facts=facts
    )
    if complaint.status == "assigned" and changes.department:
        given = {"department": route.department}
        tell(session, complaint, "assigned", now, by=DEPARTMENT, who=who, facts=given)
    return event


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
