"""How complaints, routes and events look in the API's JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from geo_portal.city.facts import CityFacts, Named
from geo_portal.complaints.duplicates import Similar
from geo_portal.complaints.personal_data import masked, personal_data
from geo_portal.complaints.public import PublicComplaint
from geo_portal.complaints.submit import Submitted
from geo_portal.complaints.tables import Event, Photo
from geo_portal.database import AnyRow
from geo_portal.insights.eta import Eta
from geo_portal.routing.danger import speaks_of_danger
from geo_portal.routing.place_words import question, side_option
from geo_portal.routing.reasons import (
    category_name,
    department_name,
    sentence,
    sentences,
)
from geo_portal.routing.route import Route
from geo_portal.translation import Translator


def moment(at: datetime | None) -> str | None:
    """UTC with its zone: 2026-01-31T12:00:00Z."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def route_form(route: Route, city: CityFacts, words: Translator) -> dict[str, Any]:
    """Where something goes and why: one string for people, and step by step for programs."""
    told = route.as_facts()
    return {
        **_owner_names(route.category, route.department, route.office, city, words),
        "category_by": route.category_by,
        "confidence": _rounded(route.confidence),
        "needs_triage": route.needs_triage,
        "jurisdictions": told["areas"],
        "edition": route.edition,
        **because(told["reasons"], city, words),
        "place": told["place"],
        "place_question": _question_form(route, city, words),
        "suggestions": [
            {
                "category": s.category,
                "category_name": category_name(city, s.category, words.gettext, words.lang),
                "confidence": _rounded(s.confidence),
                "words": list(s.words),
            }
            for s in route.suggestions
        ],
    }


def _question_form(route: Route, city: CityFacts, words: Translator) -> dict[str, Any] | None:
    """What to ask who stands there, and what to send as `place_answer`; null where it is clear."""
    if not route.place_is_open:
        return None
    sides = [side.as_facts() for side in route.place.sides]
    return {
        "text": question(sides, words.gettext),
        "choices": [
            {
                "place_answer": side["answer"],
                "text": side_option(side, city, words.gettext, words.lang),
                "probability": side["share"],
                "department": side["department"],
                "office": side["office"],
            }
            for side in sides
        ],
    }


def danger_form(urgent: bool, city: CityFacts, words: Translator) -> dict[str, Any]:
    """Whether somebody may be in danger, and then whom to call first."""
    calls = [
        {"number": call["number"], "name": Named(call["number"], call["names"]).name(words.lang)}
        for call in city.emergency
    ]
    return {"urgent": urgent, "emergency": calls if urgent else []}


def words_form(description: str, city: CityFacts, words: Translator) -> dict[str, Any]:
    """What the words alone say: danger, and what of them would be masked in public."""
    found = personal_data(description, city.country)
    told = [{"kind": one.kind, "start": one.start, "end": one.end} for one in found]
    return {
        **danger_form(speaks_of_danger(description), city, words),
        "personal_data": told,
        "public_description": masked(description, found),
    }


def because(reasons: list[dict[str, Any]], city: CityFacts, words: Translator) -> dict[str, Any]:
    """`reason` as one text, `because` as its steps."""
    steps = [
        {**reason, "text": sentence(reason, city, words.gettext, words.lang)} for reason in reasons
    ]
    said = sentences(reasons, city, words.gettext, words.lang)
    return {"reason": " ".join(said), "because": steps}


def _owner_names(
    category: str | None,
    department: str | None,
    office: str | None,
    city: CityFacts,
    words: Translator,
) -> dict[str, Any]:
    translate, lang = words.gettext, words.lang
    return {
        "category": category,
        "category_name": category_name(city, category, translate, lang),
        "department": department,
        "department_name": department_name(city, department, translate, lang),
        "office": office,
        "office_name": department_name(city, office, translate, lang) if office else None,
    }


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 4)


def similar_form(similar: Similar, city: CityFacts, words: Translator) -> dict[str, Any]:
    """A likely duplicate."""
    return {
        "code": similar.code,
        "description": similar.description,
        "category": similar.category,
        "category_name": category_name(city, similar.category, words.gettext, words.lang),
        "light": similar.light,
        "submitted_at": moment(similar.submitted_at),
        "distance_m": round(similar.distance_m, 1),
        "likeness": round(similar.likeness, 2),
        "photo": photo_url(similar.photo_key, "small"),
        "url": f"/c/{similar.code}",
    }


def submitted_form(done: Submitted, city: CityFacts, words: Translator) -> dict[str, Any]:
    """The reply to somebody who has just filed a complaint."""
    return {
        "code": done.code,
        "url": f"/c/{done.code}",
        "status": done.status,
        "light": "waiting",
        "description": done.new.description,
        "lon": done.new.place.lon,
        "lat": done.new.place.lat,
        "accuracy_m": done.new.accuracy_m,
        "submitted_at": moment(done.submitted_at),
        "seen_at": moment(done.new.seen_at),
        "respond_by": moment(done.deadlines.respond_by),
        "due_at": moment(done.deadlines.due_at),
        **route_form(done.route, city, words),
        **danger_form(done.urgent, city, words),
        "duplicates": [similar_form(s, city, words) for s in done.duplicates],
        "photos": [_photo_form(photo.key, photo.width, photo.height) for photo in done.new.photos],
        "answers": dict(done.answers),
    }


def _public_form(seen: PublicComplaint, city: CityFacts, words: Translator) -> dict[str, Any]:
    return {
        "code": seen.code,
        "url": f"/c/{seen.code}",
        "status": seen.status,
        "outcome": seen.outcome,
        "light": seen.light,
        "description": seen.description,
        "sensitive": seen.sensitive,
        **_owner_names(seen.category, seen.department, seen.office, city, words),
        "submitted_at": moment(seen.submitted_at),
        "respond_by": moment(seen.respond_by),
        "due_at": moment(seen.due_at),
        "closed_at": moment(seen.closed_at),
        "updated_at": moment(seen.updated_at),
        "photo": photo_url(seen.photo_key, "small"),
    }


def complaint_form(
    seen: PublicComplaint,
    areas: Sequence[AnyRow],
    events: Sequence[Event],
    photos: Sequence[Photo],
    city: CityFacts,
    words: Translator,
) -> dict[str, Any]:
    """One complaint with everything public about it."""
    routed = next((event.facts for event in events if event.kind == "submitted"), {})
    reasons = [] if seen.sensitive else routed.get("reasons", [])
    shown = () if seen.sensitive else photos
    return {
        **_public_form(seen, city, words),
        "lon": seen.place.lon if seen.place else None,
        "lat": seen.place.lat if seen.place else None,
        "accuracy_m": seen.accuracy_m,
        "jurisdictions": [{"level": a.level, "code": a.code, "name": a.name} for a in areas],
        **because(reasons, city, words),
        "duplicates": routed.get("similar", []),
        "photos": [
            {**_photo_form(photo.key, photo.width, photo.height), "kind": photo.kind}
            for photo in shown
        ],
    }


def feature_collection(
    found: Sequence[PublicComplaint], cursor: str | None, city: CityFacts, words: Translator
) -> dict[str, Any]:
    """A page of complaints as GeoJSON."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": seen.code,
                "geometry": point(seen.place.lon, seen.place.lat) if seen.place else None,
                "properties": _public_form(seen, city, words),
            }
            for seen in found
        ],
        "next": cursor,
    }


def eta_form(found: Eta | None) -> dict[str, Any] | None:
    """How long this usually takes at the office, in seconds; null where nobody can say yet."""
    if found is None or found.half is None:
        return None
    return {
        "half_within_s": found.half.total_seconds(),
        "8_of_10_within_s": found.most.total_seconds() if found.most else None,
        "fixed_reports": found.known,
    }


def point(lon: float, lat: float) -> dict[str, Any]:
    """A GeoJSON point; six decimals are a tenth of a metre."""
    return {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}


def event_form(
    event: Event,
    city: CityFacts,
    words: Translator,
    seal: bytes | None = None,
    hidden: bool = False,
) -> dict[str, Any]:
    """One event; of a sensitive complaint only what kind of thing happened, and when."""
    return {
        "kind": event.kind,
        "at": moment(event.at),
        "by": event.by,
        "office": event.office_code,
        "office_name": (
            department_name(city, event.office_code, words.gettext, words.lang)
            if event.office_code
            else None
        ),
        "remark": None if hidden else event.remark,
        "facts": {} if hidden else event.facts,
        "seal": seal.hex() if seal else None,
    }


def photo_url(key: str | None, size: str) -> str | None:
    """Where a photo is served."""
    return f"/photos/{key}/{size}.jpg" if key else None


def _photo_form(key: str, width: int, height: int) -> dict[str, Any]:
    return {
        "key": key,
        "width": width,
        "height": height,
        "url": photo_url(key, "large"),
        "small_url": photo_url(key, "small"),
    }
