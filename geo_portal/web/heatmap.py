"""The heat map's workbench: choose, see, and take away as a page, a picture or data."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import area as find_area
from geo_portal.errors import NotFound, Unavailable
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.insights.busiest import busiest
from geo_portal.insights.heat_export import (
    MEDIA_TYPES,
    MOST_CELLS_DRAWN,
    about_kb,
    check_kind,
    heat_file,
)
from geo_portal.insights.heat_legend import heat_legend
from geo_portal.insights.heat_measures import measured_map
from geo_portal.insights.heat_method import as_it_was
from geo_portal.insights.heat_recipe import Recipe
from geo_portal.insights.heat_words import heat_words
from geo_portal.settings import settings
from geo_portal.web.heat_form import HeatAsked, HeatAskedDep, choices, chosen, months, slider
from geo_portal.web.map_facts import map_facts
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

# A picture takes a processor for a second or two; more at once would make everybody else wait.
FILES_AT_ONCE = 2
_drawing = BoundedSemaphore(FILES_AT_ONCE)

# The page by folium carries its own scripts. It is only ever saved, but should somebody open it
# from here, it may run them nowhere near the portal's own pages, and ask nobody for anything.
FOLIUM_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data:"
)


@router.get("/heatmap")
def workbench(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, asked: HeatAskedDep
) -> Response:
    """The form, the map for what is chosen, the busiest squares as a table, and the ways out."""
    now, wanted, method = clock.now(), asked.wanted, asked.method
    if asked.as_of:
        wanted, now = as_it_was(session, wanted, asked.as_of, now), asked.as_of
    found = measured_map(session, wanted, city, now, method, most_cells=MOST_CELLS_DRAWN)
    as_asked = found.cell_m == method.cell_m
    recipe = Recipe(asked.wanted, method, city.timezone, asked.as_of)
    return page(
        request,
        "heatmap.html",
        lang=words.lang,
        city=city,
        chosen=chosen(asked, city.timezone),
        choices=choices(session, city),
        months=months(wanted, city, words, now),
        slider=slider(wanted, city, words, now),
        told=heat_words(session, wanted, found, city, words, now, method),
        legend=heat_legend(found, words),
        found=found,
        busiest=busiest(session, found),
        query=request.url.query,
        filters=urlencode(Recipe(wanted, method, city.timezone).parameters()),
        place=_place(session, city, asked),
        sizes_kb={
            kind: about_kb(kind, len(found.cells)) if as_asked else None for kind in MEDIA_TYPES
        },
        recipe_url=recipe.url(settings().public_url),
        recipe_command=recipe.command(),
    )


def _place(session: Session, city: CityFacts, asked: HeatAsked) -> dict[str, Any]:
    """What the map looks at: the one area that is chosen, else the whole city."""
    facts = map_facts(session, city)
    if len(asked.wanted.areas) != 1:
        return {"bounds": facts.bounds, "level": facts.level, "code": ""}
    level, _, code = asked.wanted.areas[0].partition(":")
    try:
        area = find_area(session, city, level, code)
    except NotFound:
        # An area of an earlier edition still has its complaints, but no border to light.
        return {"bounds": facts.bounds, "level": facts.level, "code": ""}
    bounds = f"{area.west},{area.south},{area.east},{area.north}"
    return {"bounds": bounds, "level": level, "code": code}


@router.get("/heatmap.{kind}")
def file(
    kind: str, session: SessionDep, city: CityDep, words: ReaderDep, asked: HeatAskedDep
) -> Response:
    """The same as a file to keep, in one of the forms of `MEDIA_TYPES`."""
    check_kind(kind)
    now = clock.now()
    with _turn():
        made = heat_file(
            session,
            asked.wanted,
            city,
            words,
            now,
            kind=kind,
            method=asked.method,
            as_of=asked.as_of,
        )
    day = (asked.as_of or now).astimezone(city.timezone).date().isoformat()
    headers = {"Content-Disposition": f'attachment; filename="heatmap-{city.code}-{day}.{kind}"'}
    if kind == "html":
        headers["Content-Security-Policy"] = FOLIUM_POLICY
    return Response(made.content, media_type=MEDIA_TYPES[kind], headers=headers)


@contextmanager
def _turn() -> Iterator[None]:
    """Hold one of the places for drawing; raises `Unavailable` rather than let requests pile up."""
    if not _drawing.acquire(blocking=False):
        raise Unavailable("Other maps are just being drawn. Please try again in a few seconds.")
    try:
        yield
    finally:
        _drawing.release()
