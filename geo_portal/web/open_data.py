"""The open-data page: what there is, in which form, under which licence."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from geo_portal import clock
from geo_portal.bulk.published import published
from geo_portal.http import CityDep, ReaderDep, database
from geo_portal.settings import settings
from geo_portal.web.catalogue import datasets, dcat
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

JSON_LD = "application/ld+json"


@router.get("/open-data")
def open_data(request: Request, city: CityDep, words: ReaderDep) -> Response:
    """The catalogue for people."""
    return page(
        request,
        "open-data.html",
        lang=words.lang,
        city=city,
        datasets=datasets(city),
        licence=(settings().data_licence, settings().data_licence_url),
    )


@router.get("/open-data/catalog.jsonld")
def catalogue(city: CityDep) -> Response:
    """The same for other catalogues, which harvest it."""
    return JSONResponse(dcat(city), media_type=JSON_LD)


@router.get("/open-data/{name}")
def file(request: Request, name: str) -> Response:
    """One of the files, as it was within the last hour."""
    path = published(database(request), name, clock.now())
    return FileResponse(path, media_type="text/csv; charset=utf-8", filename=name)
