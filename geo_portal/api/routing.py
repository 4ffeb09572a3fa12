"""The API's door to routing: where a text and a place would go, before anything is sent."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from geo_portal import clock
from geo_portal.api.forms import eta_form, moment, route_form, similar_form, words_form
from geo_portal.city.facts import facts
from geo_portal.city.given_place import given_place, refuse_slip
from geo_portal.complaints.deadlines import deadlines_of
from geo_portal.complaints.duplicates import similar_nearby
from geo_portal.complaints.submit import NewComplaint, checked
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat
from geo_portal.http import ReaderDep, SessionDep
from geo_portal.insights.eta import eta
from geo_portal.routing.reasons import category_name
from geo_portal.routing.route import find_route, suggest

router = APIRouter(prefix="/api/v1", tags=["routing"])


class ClassifyBody(BaseModel):
    """A text, and the place it speaks of where that is known."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        json_schema_extra={"example": {"description": "lampu jalan mati sudah seminggu"}},
    )

    description: str = Field(description="The citizen's words.")
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = Field(None, ge=0, le=100_000)
    place_answer: str | None = Field(None, max_length=120)
    category: str | None = Field(None, max_length=80)


@router.post("/classify", summary="Say where a report would go, without filing it")
def classify(body: ClassifyBody, session: SessionDep, words: ReaderDep) -> dict[str, Any]:
    """Suggestions with the words that spoke for them; with a place also the whole route,
    what is already reported nearby, and by when an answer would be due.
    """
    if (body.lon is None) != (body.lat is None):
        raise Invalid("A place needs both lon and lat.", field="lon" if body.lat else "lat")
    now = clock.now()
    if body.lon is None or body.lat is None:
        city = facts(session)
        description = checked(NewComplaint(body.description, LonLat(0, 0))).description
        return {
            **words_form(description, city, words),
            "suggestions": [
                {
                    "category": s.category,
                    "category_name": category_name(city, s.category, words.gettext, words.lang),
                    "confidence": round(s.confidence, 4),
                    "words": list(s.words),
                }
                for s in suggest(city, description)
            ],
        }
    place = given_place(session, body.lon, body.lat)
    new = checked(NewComplaint(body.description, place, body.accuracy_m, side=body.place_answer))
    route = find_route(
        session, place, new.accuracy_m, new.description, now, body.category, new.side or None
    )
    if route.is_outside:
        refuse_slip(session, new.place)
    city = route.city
    due = deadlines_of(route, now)
    similar = similar_nearby(session, new.place, route.category, new.description, now)
    return {
        **route_form(route, city, words),
        **words_form(new.description, city, words),
        "respond_by": moment(due.respond_by),
        "due_at": moment(due.due_at),
        "usual_time": eta_form(eta(session, route.category, route.department, route.office)),
        "duplicates": [similar_form(found, city, words) for found in similar],
    }
