"""The API's door to places: which areas a point lies in, names to search, borders and basemap."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse

from geo_portal.city.basemap import layer_names, read_layer
from geo_portal.city.borders import borders_of_level
from geo_portal.city.given_place import given_place
from geo_portal.city.place_search import search_places
from geo_portal.city.services import Served, serving
from geo_portal.http import CityDep, ReaderDep, SessionDep

router = APIRouter(prefix="/api/v1", tags=["places"])

Longitude = Annotated[float, Query(description="EPSG:4326 degrees", allow_inf_nan=False)]
Latitude = Annotated[float, Query(description="EPSG:4326 degrees", allow_inf_nan=False)]


@router.get("/where", summary="Say which areas a place lies in and who works there")
def where(lon: Longitude, lat: Latitude, session: SessionDep, words: ReaderDep) -> Response:
    """Jurisdictions coarse to fine; an empty list when the place lies outside the city."""
    served = serving(session, given_place(session, lon, lat))
    return JSONResponse(_where_form(served, words.lang))


def _where_form(served: Served, lang: str) -> dict[str, Any]:
    city = served.city
    return {
        "jurisdictions": [
            {"level": area.level, "code": area.code, "name": area.name} for area in served.areas
        ],
        "edition": city.edition.name if city.edition else None,
        "departments": [
            {
                "code": found.department,
                "name": city.departments[found.department].name(lang),
                "office": found.office,
                "office_name": (
                    city.departments[found.office].name(lang) if found.office else None
                ),
            }
            for found in served.departments
        ],
    }


@router.get("/places", summary="Search places by name")
def places(
    session: SessionDep, q: Annotated[str, Query(min_length=1, max_length=100)]
) -> dict[str, Any]:
    """Streets, landmarks and areas whose names are like `q`, best first; typing errors forgiven."""
    return {
        "places": [
            {"name": found.name, "kind": found.kind, "lon": found.lon, "lat": found.lat}
            for found in search_places(session, q)
        ]
    }


# What a cached file may answer besides the file.
GEOJSON: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/geo+json": {}}},
    304: {"description": "It has not changed."},
}
IfNoneMatch = Annotated[str | None, Header()]


@router.get("/areas/{level}.geojson", summary="The borders of one level", responses=GEOJSON)
def areas(
    level: str, session: SessionDep, city: CityDep, if_none_match: IfNoneMatch = None
) -> Response:
    """Simplified for drawing (about 5 m); ask /where for what counts."""
    return _cached(borders_of_level(session, city, level), if_none_match)


@router.get("/basemap", summary="The layers of the city's own basemap")
def basemap(session: SessionDep) -> dict[str, Any]:
    """Their names in drawing order; empty where the city has none."""
    return {"layers": layer_names(session)}


@router.get(
    "/basemap/{layer}.geojson", summary="One layer of the city's own basemap", responses=GEOJSON
)
def basemap_layer(layer: str, session: SessionDep, if_none_match: IfNoneMatch = None) -> Response:
    """GeoJSON for drawing."""
    return _cached(read_layer(session, layer), if_none_match)


def _cached(found: tuple[bytes, str], if_none_match: str | None) -> Response:
    """Gzipped GeoJSON with its ETag: sent once, then answered by 304."""
    body, etag = found
    headers = {"ETag": f'"{etag}"', "Cache-Control": "public, max-age=300"}
    if if_none_match == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(body, media_type="application/geo+json", headers=headers)
