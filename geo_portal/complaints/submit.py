"""A citizen's report becomes a complaint: checked, routed, given its deadlines, written once."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, facts
from geo_portal.city.given_place import refuse_slip
from geo_portal.complaints.codes import new_code
from geo_portal.complaints.deadlines import Deadlines, deadlines
from geo_portal.complaints.duplicates import Similar, similar_nearby
from geo_portal.complaints.tables import LONGEST_DESCRIPTION, Complaint, Event, Photo
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat
from geo_portal.photo_store import StoredPhoto
from geo_portal.routing.language import written_in
from geo_portal.routing.route import Route, find_route
from geo_portal.settings import settings

# A phone that says it is lost within a hundred kilometres does not say where it is.
WORST_ACCURACY_M = 100_000


class NothingWritten(Invalid):
    """The description holds nothing that can be read."""


class TooLong(Invalid):
    """The description has more characters than are kept."""


@dataclass(frozen=True)
class NewComplaint:
    """What a citizen sends; `photos` are already on disk."""

    description: str
    place: LonLat
    accuracy_m: float | None = None
    category: str | None = None
    photos: tuple[StoredPhoto, ...] = ()
    contact: str | None = None
    address: str | None = None
    channel: str = "WEB"


@dataclass(frozen=True)
class Submitted:
    """A complaint that is now in the database (once the transaction ends)."""

    id: int
    code: str
    status: str
    submitted_at: datetime
    deadlines: Deadlines
    route: Route
    duplicates: tuple[Similar, ...]
    new: NewComplaint


def submit(session: Session, new: NewComplaint, now: datetime) -> Submitted:
    """Route and store a complaint with its first events.

    Raises an `Invalid` for a text that is empty or too long, a place that is no place, or a
    category that does not exist; then nothing is stored. A place outside the city is stored
    and goes to triage.
    """
    new = checked(new)
    city = facts(session)
    route = find_route(session, new.place, new.accuracy_m, new.description, now, new.category)
    if route.is_outside:
        refuse_slip(session, new.place)
    category = city.categories.get(route.category or "")
    due = deadlines(city, category, now)
    similar = similar_nearby(session, new.place, route.category, new.description, now)
    status = "submitted" if route.needs_triage else "assigned"
    code = new_code()
    number = _write_complaint(session, city, new, route, due, code, status, now)
    _write_events(session, number, route, similar, status, now)
    _write_photos(session, number, new.photos, now)
    return Submitted(number, code, status, now, due, route, tuple(similar), new)


def checked(new: NewComplaint) -> NewComplaint:
    """The same complaint with its text cleaned; refuses what could not be kept."""
    if new.accuracy_m is not None and not 0 <= new.accuracy_m <= WORST_ACCURACY_M:
        raise Invalid(
            "The accuracy of the position must lie between 0 and {limit} metres.",
            field="accuracy_m",
            limit=WORST_ACCURACY_M,
        )
    if len(new.photos) > settings().max_photos:
        raise Invalid(
            "At most {limit} photos can be sent with one report.",
            field="photos",
            limit=settings().max_photos,
        )
    description = readable(new.description)
    if not any(unicodedata.category(character)[0] in "LNS" for character in description):
        raise NothingWritten("Please write in a few words what is wrong.", field="description")
    if len(description) > LONGEST_DESCRIPTION:
        raise TooLong(
            "Your text has {length} characters; at most {limit} fit. The first sentences are "
            "usually enough.",
            field="description",
            length=len(description),
            limit=LONGEST_DESCRIPTION,
        )
    return NewComplaint(**{**vars(new), "description": description})


def readable(text: str) -> str:
    """The text in Unicode's composed form, without control characters and outer blanks.

    PostgreSQL cannot store a zero byte, and half a surrogate pair cannot be sent at all.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in composed if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def _write_complaint(
    session: Session,
    city: CityFacts,
    new: NewComplaint,
    route: Route,
    due: Deadlines,
    code: str,
    status: str,
    now: datetime,
) -> int:
    category = city.categories.get(route.category or "")
    return session.execute(
        insert(Complaint).returning(Complaint.id),
        {
            "code": code,
            "description": new.description,
            "language": written_in(new.description).language,
            "point": new.place.ewkt,
            "accuracy_m": new.accuracy_m,
            "address": new.address,
            "edition_id": city.edition.id if city.edition else None,
            "jurisdiction_ids": [area.id for area in route.areas],
            "category_code": route.category,
            "category_by": route.category_by,
            "confidence": route.confidence,
            "department_code": route.department,
            "office_code": route.office,
            "status": status,
            "sensitive": bool(category and category.sensitive),
            "contact": new.contact,
            "channel": new.channel,
            "submitted_at": now,
            "respond_by": due.respond_by,
            "due_at": due.due_at,
            "updated_at": now,
        },
    ).scalar_one()


def _write_events(
    session: Session,
    complaint_id: int,
    route: Route,
    similar: list[Similar],
    status: str,
    now: datetime,
) -> None:
    """`submitted` holds the whole route; `assigned` follows at once where nobody has to sort."""
    told = route.as_facts() | {
        "similar": [{"code": s.code, "distance_m": round(s.distance_m)} for s in similar]
    }
    events: list[dict[str, Any]] = [_event(complaint_id, "submitted", now, "citizen", None, told)]
    if status == "assigned":
        facts_of_it = {"department": route.department}
        events.append(_event(complaint_id, "assigned", now, "portal", route.office, facts_of_it))
    session.execute(insert(Event), events)


def _event(
    complaint_id: int,
    kind: str,
    now: datetime,
    by: str,
    office: str | None,
    told: dict[str, Any],
) -> dict[str, Any]:
    return {
        "complaint_id": complaint_id,
        "kind": kind,
        "at": now,
        "by": by,
        "office_code": office,
        "facts": told,
    }


def _write_photos(
    session: Session, complaint_id: int, photos: tuple[StoredPhoto, ...], now: datetime
) -> None:
    if not photos:
        return
    session.execute(
        insert(Photo),
        [
            {
                "complaint_id": complaint_id,
                "key": photo.key,
                "width": photo.width,
                "height": photo.height,
                "position": position,
                "taken_at": photo.taken_at,
                "added_at": now,
            }
            for position, photo in enumerate(photos)
        ],
    )
