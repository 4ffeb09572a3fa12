"""Takes a request from another program: its key, its place, its answers, its pictures."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.keys import note_use
from geo_portal.city.facts import CategoryFacts, CityFacts, facts
from geo_portal.city.given_place import refuse_slip
from geo_portal.city.jurisdictions import containing
from geo_portal.city.place_search import place_called
from geo_portal.complaints.once import earlier_use, fingerprint, remember
from geo_portal.complaints.submit import NewComplaint, Submitted, submit
from geo_portal.errors import Invalid, Mistakes, Refused
from geo_portal.geometry import LonLat
from geo_portal.http import SessionDep
from geo_portal.open311.forms import read_format, reply
from geo_portal.open311.given import CallerDep, FormDep, Given, shown_key
from geo_portal.open311.given_pictures import pictures_of
from geo_portal.open311.parameters import WrongParameter, place_of
from geo_portal.open311.services import known_service
from geo_portal.open311.tokens import token_for
from geo_portal.photo_store import StoredPhoto
from geo_portal.translation import Translator

LONGEST_DESCRIPTION = 4_000
# A name stands for a street or a square, and the problem lies somewhere on it.
NAMED_ACCURACY_M = 100.0
router = APIRouter(prefix="/open311/v2", include_in_schema=False)


class OutsideTheCity(Invalid):
    """The place lies outside every jurisdiction."""


@router.post("/requests.{suffix}")
def file_request(
    request: Request,
    suffix: str,
    given: FormDep,
    session: SessionDep,
    words: CallerDep,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """An answer with the number, or with a token where a person looks at it first."""
    form = read_format(suffix)
    key = shown_key(request, given, "report")
    # Before the transaction's first query: fetching a picture may take seconds.
    pictures, refused = pictures_of(given)
    now, once = clock.now(), f"open311:{key.id}:{idempotency_key}" if idempotency_key else None
    told = fingerprint({"fields": {k: v for k, v in given.fields.items() if k != "api_key"}})
    if once and (earlier := earlier_use(session, once, told)):
        return reply(form, "service_requests", [earlier.reply])
    new = _new(session, given, tuple(pictures), refused, words)
    done = submit(session, new, now)
    answer = _answer(done, words)
    note_use(session, key, done.code)
    if once:
        remember(session, once, told, done.id, answer, now)
    return reply(form, "service_requests", [answer])


def _new(
    session: Session,
    given: Given,
    pictures: tuple[StoredPhoto, ...],
    refused: list[Refused],
    words: Translator,
) -> NewComplaint:
    """The report as it will be filed; raises `ManyInvalid` with all that is wrong with it."""
    city, mistakes = facts(session), Mistakes()
    category = _service(city, given, mistakes)
    mistakes.found.extend(refused)
    place, address, accuracy_m = _place(session, given, mistakes)
    description = given.one("description") or ""
    if len(description) > LONGEST_DESCRIPTION:
        mistakes.add(
            WrongParameter(
                "The description may have {limit} characters.",
                field="description",
                limit=LONGEST_DESCRIPTION,
            )
        )
    mistakes.refuse_if_any()
    assert category and place  # noqa: S101  Otherwise there was a mistake.
    return NewComplaint(
        description=description or category.name(words.lang),
        place=place,
        accuracy_m=accuracy_m,
        category=category.code,
        photos=pictures,
        contact=(given.one("email") or given.one("phone") or "")[:200] or None,
        address=(address or "")[:200] or None,
        channel="OPEN311",
        device_hash=_digest(given.one("device_id")),
        answers=given.attributes(),
        lang=words.lang,
    )


def _service(city: CityFacts, given: Given, mistakes: Mistakes) -> CategoryFacts | None:
    code = given.one("service_code")
    if code is None:
        mistakes.add(WrongParameter("service_code is missing.", field="service_code"))
        return None
    return known_service(city, code)


def _place(
    session: Session, given: Given, mistakes: Mistakes
) -> tuple[LonLat | None, str | None, float | None]:
    """Place, address in words and accuracy: coordinates win over an address."""
    address = given.one("address_string") or given.one("address_id")
    accuracy_m = None
    try:
        place = place_of(session, given)
        if place is None and address:
            found = place_called(session, address)
            place, address, accuracy_m = LonLat(found.lon, found.lat), found.name, NAMED_ACCURACY_M
        if place is None:
            raise WrongParameter(
                "Please say where it is: lat and long, or address_string.", field="lat"
            )
        if not containing(session, place):
            refuse_slip(session, place)
            raise OutsideTheCity(
                "This place is outside the area the city looks after.", field="lat"
            )
    except Refused as mistake:
        mistakes.add(mistake)
        return None, None, None
    return place, address, accuracy_m


def _digest(device: str | None) -> str | None:
    """Two reports of one device can be seen to be that, the device itself cannot."""
    return hashlib.sha256(f"open311 {device}".encode()).hexdigest() if device else None


def _answer(done: Submitted, words: Translator) -> dict[str, Any]:
    city = done.route.city
    category = city.categories[done.route.category or ""]
    token = token_for(category, done)
    number = {"token": token} if token else {"service_request_id": done.code}
    return number | {"service_notice": category.note(words.lang) or None, "account_id": None}
