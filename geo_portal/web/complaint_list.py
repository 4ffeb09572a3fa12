"""The list of reports, with filters in the address, so that a view can be kept and passed on."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from geo_portal import clock
from geo_portal.city.gazetteer import areas_of_level, finest_level
from geo_portal.complaints.find import ComplaintFilter, find
from geo_portal.complaints.states import LIGHTS
from geo_portal.geometry import Box
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.web.map_facts import map_facts
from geo_portal.web.pages import page
from geo_portal.web.shown import shown

router = APIRouter(include_in_schema=False)

PER_PAGE = 20
BESIDE_A_MAP = 12

Code = Annotated[str, Query(max_length=100)]


@router.get("/complaints")
def complaint_list(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    light: Code = "",
    category: Code = "",
    area: Code = "",
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Newest first, a page at a time."""
    wanted = _wanted(light, category, area, q).checked(session, city)
    found = find(session, wanted, cursor=cursor, limit=PER_PAGE)
    now = clock.now()
    finest = finest_level(city)
    return page(
        request,
        "complaints.html",
        lang=words.lang,
        city=city,
        reports=shown(session, found.rows, city, words, now),
        next_cursor=found.next_cursor,
        cursor=cursor,
        chosen={"light": light, "category": category, "area": area, "q": q},
        lights=LIGHTS,
        areas=areas_of_level(session, city, finest.code) if finest else [],
        map_facts=map_facts(session, city),
    )


@router.get("/complaints/rows")
def rows_in_view(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    bbox: Annotated[str, Query(max_length=200)],
    light: Code = "",
    category: Code = "",
    area: Code = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The newest reports of a viewport, for the list beside a map."""
    wanted = replace(_wanted(light, category, area, q), box=Box.parse(bbox))
    found = find(session, wanted.checked(session, city), limit=BESIDE_A_MAP)
    reports = shown(session, found.rows, city, words, clock.now())
    return page(request, "parts/rows.html", lang=words.lang, city=city, reports=reports)


def _wanted(light: str, category: str, area: str, q: str) -> ComplaintFilter:
    return ComplaintFilter(
        lights=(light,) if light else (),
        categories=(category,) if category else (),
        areas=(area,) if area else (),
        words=q.replace("\0", "").strip() or None,
    )
