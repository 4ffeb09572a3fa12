"""The API's door to vector tiles: /tiles/{layer}/{z}/{x}/{y}.mvt."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from geo_portal import clock
from geo_portal.http import CityDep, SessionDep
from geo_portal.insights.tiles import tile

router = APIRouter(tags=["maps"], include_in_schema=False)

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
FRESH_FOR_S = 60


@router.get("/tiles/{layer}/{z}/{x}/{y}.mvt")
def vector_tile(
    layer: str,
    z: int,
    x: int,
    y: int,
    session: SessionDep,
    city: CityDep,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """A layer of `jurisdictions`, `complaints` or `cells`, with an ETag; 204 where nothing is."""
    found = tile(session, city, layer, z, x, y, clock.now())
    headers = {
        "ETag": f'"{found.etag}"',
        "Cache-Control": f"public, max-age={FRESH_FOR_S}",
        "Access-Control-Allow-Origin": "*",
    }
    if if_none_match and found.etag in if_none_match:
        return Response(status_code=304, headers=headers)
    if not found.content:
        return Response(status_code=204, headers=headers)
    return Response(found.content, media_type=MEDIA_TYPE, headers=headers)
