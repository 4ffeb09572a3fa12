"""The API's door to the heat map: how many complaints lie in each square of a viewport."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response

from geo_portal import clock
from geo_portal.api.filters import WantedAnywhereDep
from geo_portal.api.keep_counts import keep_counts
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.insights.drawn_before import drawn_before
from geo_portal.insights.heat_files import DRAWN, geojson
from geo_portal.insights.heat_grid import Shape
from geo_portal.insights.heat_legend import heat_legend
from geo_portal.insights.heat_measures import measured_map
from geo_portal.insights.heat_method import MEASURES, HeatMethod
from geo_portal.insights.heat_recipe import Recipe
from geo_portal.insights.heat_words import heat_words
from geo_portal.insights.heatmap import MOST_CELLS, USUAL_M
from geo_portal.insights.viewport import Viewport

router = APIRouter(prefix="/api/v1", tags=["maps"])

EXAMPLE: dict[str, Any] = {
    "type": "FeatureCollection",
    "title": "Pothole or damaged road",
    "sentence": "7 reports in 1 square of 250 m, by where the pin lies.",
    "notes": [],
    "source": "Source: Pulau Contoh, reports filed with the portal, as of 3 July 2026, 09:00.",
    "filters": {"category": "road.pothole", "cell_m": "250"},
    "measure": "count",
    "shape": "square",
    "cell_m": 250,
    "srid": 32749,
    "total": 7,
    "left_out": 0,
    "complete": True,
    "heading": "Reports per square",
    "limits": [7],
    "labels": ["7"],
    "colours": ["#6d0f6b"],
    "colours_on_dark": ["#fbd3dc"],
    "hatched": None,
    "features": [
        {
            "type": "Feature",
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [107.99902, -5.50092],
                        [108.00128, -5.50092],
                        [108.00128, -5.49866],
                        [107.99902, -5.49866],
                        [107.99902, -5.50092],
                    ]
                ],
            },
            "properties": {"count": 7, "class": 0},
        }
    ],
}
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"example": EXAMPLE}}}
}


@router.get("/heatmap", summary="Counts per square for a viewport", responses=ANSWER)
def heat(
    request: Request,
    after: BackgroundTasks,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    wanted: WantedAnywhereDep,
    bbox: Annotated[
        str | None,
        Query(
            max_length=200,
            description="west,south,east,north; west > east crosses 180°; left out, the whole city",
            examples=["107.9,-5.6,108.1,-5.4"],
        ),
    ] = None,
    cell_m: Annotated[
        int, Query(description="How wide a cell is, in metres", examples=[USUAL_M])
    ] = USUAL_M,
    measure: Annotated[
        str, Query(max_length=20, description=f"One of {', '.join(MEASURES)}")
    ] = "count",
    shape: Annotated[Shape, Query(description="square or hexagon")] = "square",
    bandwidth_m: Annotated[
        int | None, Query(description="Of the density's kernel, in metres")
    ] = None,
) -> Response:
    """GeoJSON cells of the city's metric grid with their counts, at most 300 KB, most first.

    Measures other than the count also give a `value` per cell, and `unsure` where it rests on
    too little; they are worked out for the whole city and then cut to the viewport.

    Where there would be too many squares larger ones are taken, and `cell_m` says so. Per class
    there are a lower limit, a label and a colour, also one for maps on a dark ground. Complaints
    of sensitive categories are only counted where at least five lie within 250 m.
    """
    now = clock.now()
    viewport = Viewport.parse(bbox) if bbox else None
    method = HeatMethod(measure, cell_m, shape, bandwidth_m).checked()

    def drawn() -> bytes:
        found = measured_map(
            session, wanted, city, now, method, viewport=viewport, most_cells=MOST_CELLS
        )
        told = heat_words(session, wanted, found, city, words, now, method)
        asked = Recipe(wanted, replace(method, cell_m=found.cell_m), city.timezone).parameters()
        return geojson(found, told, heat_legend(found, words), asked, decimals=DRAWN)

    asked = ("heat", wanted, viewport, method, words.lang, city.version)
    answer = drawn_before(session, asked, now, drawn)
    keep_counts(request, after, session)
    return Response(answer, media_type="application/json", background=after)
