"""The API's door to the heat map: how many complaints lie in each square of a viewport."""

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response

from geo_portal import clock
from geo_portal.api.filters import WantedAnywhereDep
from geo_portal.api.keep_counts import keep_counts
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.insights.heat_files import DRAWN, geojson
from geo_portal.insights.heat_words import asked_for, heat_words
from geo_portal.insights.heatmap import MOST_CELLS, USUAL_M, heat_map
from geo_portal.insights.viewport import Viewport

router = APIRouter(prefix="/api/v1", tags=["maps"])

EXAMPLE: dict[str, Any] = {
    "type": "FeatureCollection",
    "title": "Pothole or damaged road",
    "sentence": "7 reports in 1 square of 250 m, by where the pin lies.",
    "notes": [],
    "source": "Source: Pulau Contoh, reports filed with the portal, as of 3 July 2026, 09:00.",
    "filters": {"category": "road.pothole", "cell_m": "250"},
    "cell_m": 250,
    "srid": 32749,
    "total": 7,
    "left_out": 0,
    "complete": True,
    "limits": [7],
    "labels": ["7"],
    "colours": ["#6d0f6b"],
    "colours_on_dark": ["#fbd3dc"],
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
        int, Query(description="How wide a square is, in metres", examples=[USUAL_M])
    ] = USUAL_M,
) -> Response:
    """GeoJSON squares of the city's metric grid with their counts, at most 300 KB, busiest first.

    Where there would be too many squares larger ones are taken, and `cell_m` says so. Per class
    there are a lower limit, a label and a colour, also one for maps on a dark ground. Complaints
    of sensitive categories are only counted where at least five lie within 250 m.
    """
    now = clock.now()
    viewport = Viewport.parse(bbox) if bbox else None
    found = heat_map(
        session, wanted, city, now, cell_m=cell_m, viewport=viewport, most_cells=MOST_CELLS
    )
    told = heat_words(session, wanted, found, city, words, now)
    keep_counts(request, after, session)
    answer = geojson(found, told, asked_for(wanted, found.cell_m), words, decimals=DRAWN)
    return Response(answer, media_type="application/json", background=after)
