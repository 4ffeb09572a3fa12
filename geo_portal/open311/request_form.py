"""How one request looks: nothing of the person who sent it, everything of where it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo_portal.city.facts import CityFacts
from geo_portal.complaints.states import OUTCOME_WORDS, STATES
from geo_portal.complaints.tables import Event
from geo_portal.database import AnyRow
from geo_portal.open311.forms import moment
from geo_portal.routing.reasons import category_name, department_name
from geo_portal.settings import settings
from geo_portal.translation import Translator

# Kinds of events as the specification's extension names what is in `notes`.
NOTES = {"submitted": "opened", "reopened": "opened"}
CLOSING = ("resolved", "rejected", "merged", "confirmed")


def request_form(row: AnyRow, city: CityFacts, words: Translator) -> dict[str, Any]:
    """The core of a row of `exchange.requests`, in the specification's order."""
    known = city.categories.get(row.category_code)
    return {
        "service_request_id": row.code,
        "status": "open" if STATES[row.status].open else "closed",
        "status_notes": status_notes(row, city, words),
        "service_name": category_name(city, row.category_code, words.gettext, words.lang),
        "service_code": row.category_code,
        "description": row.description,
        "agency_responsible": department_name(
            city, row.office_code or row.department_code, words.gettext, words.lang
        ),
        "service_notice": (known.note(words.lang) or None) if known else None,
        "requested_datetime": moment(row.submitted_at),
        "updated_datetime": moment(row.closed_at or row.updated_at),
        "expected_datetime": moment(row.due_at),
        "address": row.address,
        "address_id": None,
        "zipcode": None,
        "lat": round(row.lat, 6),
        "long": round(row.lon, 6),
        "media_url": photo_address(row.photo_key),
    }


def status_notes(row: AnyRow, city: CityFacts, words: Translator) -> str:
    """Where it stands in a sentence, and what the office said last."""
    office = department_name(
        city, row.office_code or row.department_code, words.gettext, words.lang
    )
    if row.status == "merged" and row.joined_with:
        said = words.gettext("Joined with another report of the same problem: {code}.").format(
            code=row.joined_with
        )
    elif row.outcome and not STATES[row.status].open:
        said = f"{words.gettext(OUTCOME_WORDS[row.outcome])}."
    else:
        said = words.gettext(STATES[row.status].wording).format(office=office)
    return f"{said} {row.remark}" if row.remark else said


def photo_address(key: str | None) -> str | None:
    """The whole address of a photo; None for no photo."""
    return f"{settings().public_url.rstrip('/')}/photos/{key}/large.jpg" if key else None


def extended_form(
    row: AnyRow,
    city: CityFacts,
    photos: Sequence[str],
    answers: Mapping[str, Any],
    history: Sequence[Event],
    words: Translator,
) -> dict[str, Any]:
    """What comes on top with `extensions=true`; answers in somebody's own words stay inside."""
    questions = {one.code: one for one in city.questions.get(row.category_code, ())}
    told = {
        code: answer
        for code, answer in answers.items()
        if code in questions and not questions[code].tells_who_answers
    }
    return {
        "extended_attributes": {
            "channel": row.channel,
            "detailed_status": row.status,
            "outcome": row.outcome,
            "department": row.department_code,
            "office": row.office_code,
            "duplicate": row.status == "merged",
            "parent_service_request_id": row.joined_with,
            "photos": [photo_address(key) for key in photos],
        },
        "attributes": told,
        "notes": [note_form(event, words) for event in history],
    }


def note_form(event: Event, words: Translator) -> dict[str, Any]:
    """One thing that happened, as those who began with this extension write it."""
    kind = NOTES.get(event.kind) or ("closed" if event.kind in CLOSING else "activity")
    outcome = event.facts.get("outcome")
    return {
        "datetime": moment(event.at),
        "summary": event.kind,
        "type": kind,
        "description": event.remark
        or (words.gettext(OUTCOME_WORDS[outcome]) if outcome in OUTCOME_WORDS else None),
    }
