"""The API's door to the map: pins and counted rings for a viewport."""

from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response
from fastapi.responses import JSONResponse

from geo_portal import clock
from geo_portal.api.filters import WantedAnywhereDep
from geo_portal.api.geojson import point_feature
from geo_portal.api.keep_counts import keep_counts
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.insights.drawn_before import drawn_before
from geo_portal.insights.map import MapPicture, draw, touched
from geo_portal.insights.viewport import WORLD, Viewport
from geo_portal.routing.reasons import category_name

router = APIRouter(prefix="/api/v1", tags=["maps"])


@router.get("/map", summary="Pins and counted rings for a viewport")
def clusters(
    request: Request,
    after: BackgroundTasks,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    wanted: WantedAnywhereDep,
    bbox: Annotated[
        str | None,
        Query(max_length=200, description="west,south,east,north; west > east crosses 180°"),
    ] = None,
    zoom: Annotated[int, Query(ge=0, le=22, description="Web-mercator zoom of the map")] = 12,
) -> Response:
    """GeoJSON points, at most 300 KB whatever the viewport.

    A feature with `count` 1 is one complaint with its `code`; others are rings with a count per
    light. Complaints of sensitive categories are not on the map.
    """
    viewport = Viewport.parse(bbox) if bbox else WORLD
    now = clock.now()

    def named(code: str | None) -> str:
        return category_name(city, code, words.gettext, words.lang)

    def drawn() -> bytes:
        told = _told(draw(session, wanted, viewport, zoom, now), named)
        return bytes(JSONResponse(told).body)

    asked = ("map", wanted, touched(viewport, zoom), zoom, words.lang, city.version)
    content = drawn_before(session, asked, now, drawn)
    keep_counts(request, after, session)
    return Response(content, media_type="application/json", background=after)


def _told(picture: MapPicture, named: Any) -> dict[str, Any]:
    names = {single.category: named(single.category) for single in picture.singles}
    singles = [
        point_feature(
            single.place,
            count=1,
            code=single.code,
            light=single.light,
            category=single.category,
            category_name=names[single.category],
        )
        for single in picture.singles
    ]
    rings = [point_feature(ring.place, count=ring.count, **ring.by_light) for ring in picture.rings]
    return {
        "type": "FeatureCollection",
        "features": rings + singles,
        "complete": picture.complete,
    }
