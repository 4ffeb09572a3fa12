"""The API's door to the directory: search, and what serves a place."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from geo_portal import clock
from geo_portal.api.places import Latitude, Longitude
from geo_portal.city.given_place import given_place
from geo_portal.city.here import Here
from geo_portal.city.here import here as serves
from geo_portal.city.knowledge import articles
from geo_portal.city.offices import Visited
from geo_portal.complaints.one_box import propose
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.translation import Translator

router = APIRouter(prefix="/api/v1", tags=["directory"])


@router.get("/search", summary="Search articles, services, offices, facilities, places, reports")
def search(
    session: SessionDep, words: ReaderDep, q: Annotated[str, Query(min_length=1, max_length=200)]
) -> dict[str, Any]:
    """Best first, typing slips forgiven, in the reader's language where there is one."""
    found = propose(session, q, words.lang)
    return {
        "report": found.code,
        "results": [
            {"kind": one.kind, "code": one.ref, "language": one.language, "title": one.title}
            | {"hint": one.hint}
            for one in found.found
        ],
        "places": [
            {"name": one.name, "kind": one.kind, "lon": one.lon, "lat": one.lat}
            for one in found.places
        ],
    }


@router.get("/here", summary="Say everything that serves a place")
def here(
    lon: Longitude, lat: Latitude, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """Areas, offices and the nearest facilities, collection days, representatives, articles, today.

    All lists are empty outside the city.
    """
    found = serves(session, city, given_place(session, lon, lat), clock.now())
    known = articles(session, words.lang) if found.areas else []
    told = _form(found, words) | {
        "articles": [{"code": one.slug, "title": one.title} for one in known],
    }
    return JSONResponse(told)


def _form(found: Here, words: Translator) -> dict[str, Any]:
    lang = words.lang
    return {
        "jurisdictions": [
            {"level": area.level, "code": area.code, "name": area.name} for area in found.areas
        ],
        "offices": [_visited(one, lang) for one in found.offices],
        "facilities": [_visited(one, lang) for one in found.facilities],
        "collection": [
            {"kind": one.code, "name": one.name(lang), "days": list(one.days)}
            | {"next": one.next_day.isoformat()}
            for one in found.collected
        ],
        "representatives": [
            {"name": one.name, "title": one.titles.get(lang) or next(iter(one.titles.values()))}
            | {"level": one.level, "area": one.area_code, "phone": one.phone, "email": one.email}
            for one in found.representatives
        ],
        "today": [
            {"subject": one.subject, "state": one.state, "note": one.note(lang)}
            for one in found.today
        ],
    }


def _visited(one: Visited, lang: str) -> dict[str, Any]:
    until = one.opening.until
    return {
        "code": one.code,
        "kind": one.kind or "office",
        "name": one.name(lang),
        "phone": one.phone,
        "address": one.address,
        "features": list(one.features),
        "for_whom": one.for_whom(lang),
        "lon": one.place.lon if one.place else None,
        "lat": one.place.lat if one.place else None,
        "distance_m": round(one.distance_m) if one.distance_m is not None else None,
        "open": one.opening.is_open,
        "until": until.isoformat() if until else None,
    }
