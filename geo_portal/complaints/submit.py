"""A citizen's report becomes a complaint: checked, routed, given its deadlines, written once."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from geo_portal.accounts.sessions import token_hash
from geo_portal.city.given_answers import given_answers
from geo_portal.city.given_place import refuse_slip
from geo_portal.complaints.codes import new_code
from geo_portal.complaints.deadlines import Deadlines, deadlines_of
from geo_portal.complaints.duplicates import Similar, similar_nearby
from geo_portal.complaints.floods import refuse_flood
from geo_portal.complaints.personal_data import masked, personal_data
from geo_portal.complaints.reporters import reporter_token
from geo_portal.complaints.seen import refuse_odd_time
from geo_portal.complaints.tables import LONGEST_DESCRIPTION, Photo
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat
from geo_portal.photo_store import StoredPhoto
from geo_portal.prepared import Prepared
from geo_portal.routing.danger import speaks_of_danger
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
    """What a citizen sends; `photos` are already on disk.

    `reporter_id` is who was signed in, `device_hash` a digest of the browser it came from.
    `answers` are those to the category's questions, as typed; `lang` is the language in which
    the citizen is asked back.
    """

    description: str
    place: LonLat
    accuracy_m: float | None = None
    category: str | None = None
    photos: tuple[StoredPhoto, ...] = ()
    contact: str | None = None
    address: str | None = None
    channel: str = "WEB"
    reporter_id: int | None = None
    device_hash: str | None = None
    # Which side of a border or road it is on, where somebody was asked; see `routing.settle`.
    side: str | None = None
    # Phone numbers and the like stay readable for everybody because the citizen wants it so.
    show_personal: bool = False
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    lang: str = "en"
    # When it was seen, where the citizen says so; a photo's own time is only offered.
    seen_at: datetime | None = None


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
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def urgent(self) -> bool:
        """Whether somebody may be in danger right now."""
        return speaks_of_danger(self.new.description)


def submit(session: Session, new: NewComplaint, now: datetime) -> Submitted:
    """Route and store a complaint with its first events.

    Raises an `Invalid` for a text that is empty or too long, a place that is no place, or a
    category that does not exist; then nothing is stored. A place outside the city is stored
    and goes to triage. Questions must be answered where the citizen chose the category;
    raises `ManyInvalid` or `CallInstead` otherwise.
    """
    new = checked(new)
    refuse_odd_time(new.seen_at, now)
    refuse_flood(session, new, now)
    route = find_route(
        session, new.place, new.accuracy_m, new.description, now, new.category, new.side
    )
    if route.is_outside:
        refuse_slip(session, new.place)
    chosen = route.category_by == "citizen"
    answers = given_answers(
        session, route.city, route.category, new.answers, complete=chosen, lang=new.lang
    )
    due = deadlines_of(route, now)
    similar = similar_nearby(session, new.place, route.category, new.description, now)
    status = "submitted" if route.needs_triage else "assigned"
    code = new_code()
    complaint = _complaint(new, route, due, code, status, now)
    complaint["answers"] = json.dumps(answers, ensure_ascii=False)
    number = _write(session, complaint, _events(route, similar, status))
    _write_photos(session, number, new.photos, now)
    return Submitted(number, code, status, now, due, route, tuple(similar), new, answers)


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


def public_description(new: NewComplaint, country: str) -> str | None:
    """The words as everybody may read them; None when that is simply the description."""
    if new.show_personal:
        return None
    found = personal_data(new.description, country)
    return masked(new.description, found) if found else None


def _complaint(
    new: NewComplaint, route: Route, due: Deadlines, code: str, status: str, now: datetime
) -> dict[str, Any]:
    """The row of `complaints`, by column."""
    category = route.city.categories.get(route.category or "")
    edition = route.city.edition
    return {
        "code": code,
        "description": new.description,
        "public_description": public_description(new, route.city.country),
        "language": written_in(new.description).language,
        "lon": new.place.lon,
        "lat": new.place.lat,
        "accuracy_m": new.accuracy_m,
        "place_method": route.place.method,
        "border_m": route.place.border_m,
        "place_confidence": route.place.confidence,
        "address": new.address,
        "edition_id": edition.id if edition else None,
        "jurisdiction_ids": [area.id for area in route.areas],
        "category_code": route.category,
        "category_by": route.category_by,
        "confidence": route.confidence,
        "department_code": route.department,
        "office_code": route.office,
        "status": status,
        "sensitive": bool(category and category.sensitive),
        "urgent": speaks_of_danger(new.description),
        "contact": new.contact,
        "channel": new.channel,
        "reporter_id": new.reporter_id,
        "reporter_token_hash": token_hash(reporter_token(code)),
        "device_hash": new.device_hash,
        "now": now,
        "respond_by": due.respond_by,
        "due_at": due.due_at,
        "promised": due.promised,
        "working_time": due.working_time,
        "escalate_at": due.escalate_at,
        "seen_at": new.seen_at,
    }


def _events(route: Route, similar: list[Similar], status: str) -> list[dict[str, Any]]:
    """`submitted` holds the whole route; `assigned` follows at once where nobody has to sort."""
    told = route.as_facts() | {
        "similar": [{"code": s.code, "distance_m": round(s.distance_m)} for s in similar]
    }
    events = [{"kind": "submitted", "by": "citizen", "office_code": None, "facts": told}]
    if status == "assigned":
        assigned = {"department": route.department}
        events.append(
            {"kind": "assigned", "by": "portal", "office_code": route.office, "facts": assigned}
        )
    return events


# One statement for the complaint and its events: one way to the database, and no complaint can
# ever be without its history.
_WRITE = Prepared("""
    WITH filed AS (
        INSERT INTO complaints (
            code, description, public_description, language, point, accuracy_m, place_method,
            border_m, place_confidence, address, edition_id,
            jurisdiction_ids, category_code, category_by, confidence, department_code,
            office_code, status, sensitive, urgent, contact, channel, reporter_id,
            reporter_token_hash, device_hash, submitted_at, respond_by, due_at, promised,
            working_time, escalate_at, updated_at, answers, seen_at
        ) VALUES (
            :code, :description, :public_description, :language,
            ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :accuracy_m, :place_method, :border_m,
            :place_confidence, :address, :edition_id, CAST(:jurisdiction_ids AS integer[]),
            :category_code, :category_by, :confidence, :department_code, :office_code, :status,
            :sensitive, :urgent, :contact, :channel, :reporter_id, :reporter_token_hash,
            :device_hash, :now, :respond_by, :due_at, :promised, :working_time, :escalate_at, :now,
            CAST(:answers AS jsonb), :seen_at
        ) RETURNING id
    ), told AS (
        INSERT INTO events (complaint_id, kind, at, by, office_code, facts)
        SELECT filed.id, event.kind, :now, event.by, event.office_code, event.facts
        FROM filed, jsonb_to_recordset(CAST(:events AS jsonb))
             AS event (kind text, by text, office_code text, facts jsonb)
    )
    SELECT id FROM filed
""")


def _write(session: Session, complaint: dict[str, Any], events: list[dict[str, Any]]) -> int:
    told = json.dumps(events, ensure_ascii=False)
    return int(_WRITE.ask(session, complaint | {"events": told}).scalar_one())


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
                "added_at": now,
                "looks": photo.looks,
            }
            for position, photo in enumerate(photos)
        ],
    )
