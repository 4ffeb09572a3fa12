"""The API's door to complaints: file one, find some, read one and its history."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from geo_portal import clock, photo_store
from geo_portal.accounts.people import Person
from geo_portal.api.filters import WantedDep
from geo_portal.api.forms import (
    complaint_form,
    eta_form,
    event_form,
    feature_collection,
    submitted_form,
)
from geo_portal.city.facts import facts
from geo_portal.city.given_place import given_place
from geo_portal.complaints.codes import read_code
from geo_portal.complaints.find import (
    MOST_PER_PAGE,
    areas_of,
    by_code,
    events_of,
    find,
    photos_of,
)
from geo_portal.complaints.once import earlier_use, fingerprint, remember
from geo_portal.complaints.public import public
from geo_portal.complaints.seals import seals_of
from geo_portal.complaints.seen import read_moment
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.errors import Invalid, NotFound
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.insights.eta import eta
from geo_portal.photo_store import StoredPhoto

router = APIRouter(prefix="/api/v1", tags=["complaints"])


class ComplaintBody(BaseModel):
    """What a report consists of. lon and lat are EPSG:4326 degrees."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        json_schema_extra={
            "example": {
                "description": "The street lamp at the corner has been out for a week.",
                "lon": 108.0,
                "lat": -5.5,
                "accuracy_m": 12.5,
            }
        },
    )

    description: str = Field(description="What is wrong, in the citizen's own words.")
    lon: float = Field(description="Longitude, EPSG:4326 degrees.")
    lat: float = Field(description="Latitude, EPSG:4326 degrees.")
    accuracy_m: float | None = Field(
        None, ge=0, le=100_000, description="How far the place may be off, in metres."
    )
    category: str | None = Field(
        None, max_length=80, description="A category code; left out, the words decide."
    )
    photos: list[str] = Field(
        default_factory=list, max_length=50, description="Keys given by POST /api/v1/photos."
    )
    place_answer: str | None = Field(
        None,
        max_length=120,
        description="Which side it is on: a `place_answer` of the `place_question` of /classify.",
    )
    show_personal: bool = Field(
        False,
        description="Leave phone numbers and the like readable in public instead of masking them.",
    )
    answers: dict[str, str | float | list[str]] = Field(
        default_factory=dict,
        max_length=100,
        description="Answers by code of the question; see /categories/{category}/questions.",
    )
    seen_at: str | None = Field(
        None,
        max_length=40,
        description="When the problem was seen, ISO 8601, if not just now; for the office alone."
        " POST /api/v1/photos says when a photo was taken: ask before you send that.",
    )
    contact: str | None = Field(
        None, max_length=200, description="E-mail or phone; never shown to anybody but the office."
    )


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Send the same key again after a broken connection: nothing is filed twice.",
    ),
]


@router.post("/complaints", status_code=201, summary="File a complaint")
def file_complaint(
    body: ComplaintBody,
    session: SessionDep,
    words: ReaderDep,
    asking: PersonDep,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Routes the report at once and says where it went, why, and by when an answer is due."""
    now = clock.now()
    told = fingerprint(body.model_dump())
    if idempotency_key is not None:
        earlier = earlier_use(session, idempotency_key, told)
        if earlier:
            return JSONResponse(earlier.reply, 201, {"Idempotent-Replayed": "true"})
    new = _new_complaint(session, body, asking, words.lang)
    submitted = submit(session, new, now)
    reply = submitted_form(submitted, submitted.route.city, words)
    if idempotency_key is not None:
        remember(session, idempotency_key, told, submitted.id, reply, now)
    return JSONResponse(reply, 201, {"Location": f"/api/v1/complaints/{submitted.code}"})


def _new_complaint(
    session: Session, body: ComplaintBody, asking: Person | None, lang: str
) -> NewComplaint:
    return NewComplaint(
        description=body.description,
        place=given_place(session, body.lon, body.lat),
        accuracy_m=body.accuracy_m,
        category=body.category,
        photos=tuple(_kept_photo(key) for key in body.photos),
        contact=body.contact,
        seen_at=read_moment(body.seen_at, facts(session).timezone) if body.seen_at else None,
        channel="APP",
        side=body.place_answer or None,
        show_personal=body.show_personal,
        reporter_id=asking.id if asking else None,
        answers={code: _typed(answer) for code, answer in body.answers.items()},
        lang=lang,
    )


def _typed(answer: str | float | list[str]) -> list[str]:
    return answer if isinstance(answer, list) else [str(answer)]


def _kept_photo(key: str) -> StoredPhoto:
    photo = photo_store.find(key)
    if photo is None:
        raise Invalid(
            "There is no uploaded photo “{key}”; send it to /api/v1/photos first.",
            field="photos",
            key=key,
        )
    return photo


@router.get("/complaints", summary="List complaints, newest first, as GeoJSON")
def list_complaints(
    wanted: WantedDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = 50,
) -> dict[str, Any]:
    """A FeatureCollection; `next` is the cursor of the following page, null at the end.

    Complaints of sensitive categories have no geometry and no description.
    """
    page = find(session, wanted, cursor=cursor, limit=limit)
    return feature_collection([public(row) for row in page.rows], page.next_cursor, city, words)


@router.get("/complaints/{code}", summary="Read one complaint")
def read_complaint(
    code: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> dict[str, Any]:
    """Everything public about it, with the reasons of its route."""
    row = by_code(session, _code(code))
    told = complaint_form(
        public(row),
        areas_of(session, list(row.jurisdiction_ids)),
        events_of(session, row.id),
        photos_of(session, row.id),
        city,
        words,
    )
    found = eta(session, row.category_code, row.department_code, row.office_code)
    return told | {"usual_time": eta_form(found)}


@router.get("/complaints/{code}/events", summary="Read a complaint's history")
def read_events(code: str, session: SessionDep, city: CityDep, words: ReaderDep) -> dict[str, Any]:
    """Every public event, oldest first, each with its seal.

    A seal never changes: keep it, and you can tell whether the event was rewritten. How it is
    worked out is said at `/complaints/{code}/seals`.
    """
    row = by_code(session, _code(code))
    seals = seals_of(session, row.id)
    told = [
        event_form(event, city, words, seals.get(event.id), row.sensitive)
        for event in events_of(session, row.id)
    ]
    return {"code": row.code, "events": told}


def _code(typed: str) -> str:
    code = read_code(typed)
    if code is None:
        raise NotFound("There is no complaint with the number {code}.", code=typed[:40])
    return code
