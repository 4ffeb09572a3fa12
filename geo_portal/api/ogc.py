"""OGC API – Features, part 1: the public data for QGIS, GDAL and whoever else speaks it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from geo_portal import clock
from geo_portal.api.ogc_document import CONFORMANCE, openapi
from geo_portal.city.facts import facts
from geo_portal.city.gazetteer import reach
from geo_portal.errors import Invalid, NotUnderstood
from geo_portal.geometry import Box
from geo_portal.http import CityDep, LookingDep
from geo_portal.insights.open_features import (
    COLLECTIONS,
    MOST_PER_PAGE,
    Collection,
    Span,
    collection,
    one,
    page,
    see_only_what_is_public,
)
from geo_portal.insights.viewport import Viewport
from geo_portal.settings import settings

router = APIRouter(prefix="/ogc", tags=["open data"], include_in_schema=False)

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_USUAL_LIMIT = 100
_KNOWN = frozenset({"bbox", "datetime", "limit", "after", "f", "bbox-crs", "lang"})


@router.get("")
@router.get("/", include_in_schema=False)
def landing(request: Request, city: CityDep) -> JSONResponse:
    """Where everything else is found."""
    here = _here(request)
    return _json(
        {
            "title": f"{city.name('en')}: reports",
            "description": "Public reports, areas and counts.",
            "links": [
                _link(here, "self", "This document"),
                _link(f"{here}/api", "service-desc", "The API", OPENAPI),
                _link(f"{here}/conformance", "conformance", "What it conforms to"),
                _link(f"{here}/collections", "data", "The collections"),
            ],
        }
    )


@router.get("/conformance")
def conformance() -> JSONResponse:
    """The classes of the standard that are kept."""
    return _json({"conformsTo": CONFORMANCE})


@router.get("/api")
def document(request: Request) -> JSONResponse:
    """The OpenAPI definition of this part."""
    return JSONResponse(openapi(_here(request), tuple(COLLECTIONS)), media_type=OPENAPI)


@router.get("/collections")
def collections(request: Request, session: LookingDep) -> JSONResponse:
    """All of them, with their links and extents."""
    here, box = _here(request), reach(session, facts(session))
    told = [_told(here, known, box) for known in COLLECTIONS.values()]
    return _json(
        {"links": [_link(f"{here}/collections", "self", "This document")], "collections": told}
    )


@router.get("/collections/{name}")
def one_collection(name: str, request: Request, session: LookingDep) -> JSONResponse:
    """One of them."""
    return _json(_told(_here(request), collection(name), reach(session, facts(session))))


@router.get("/collections/{name}/items")
def items(name: str, request: Request, session: LookingDep) -> JSONResponse:
    """Features, page by page; `bbox`, `datetime` and `limit` as the standard has them."""
    of, asked = collection(name), dict(request.query_params)
    if unknown := set(asked) - _KNOWN:
        raise NotUnderstood("“{name}” is no parameter here.", name=sorted(unknown)[0][:40])
    limit = _limit(asked.get("limit"))
    boxes, span = _boxes(asked.get("bbox")), _span(asked.get("datetime"))
    see_only_what_is_public(session)
    found = page(session, of, boxes=boxes, span=span, after=_after(asked.get("after")), limit=limit)
    address = f"{_here(request)}/collections/{name}"
    links = [
        _link(f"{address}/items?{urlencode(asked)}", "self", "This page", GEOJSON),
        _link(address, "collection", "The collection"),
    ]
    if found.next_after is not None:
        following = urlencode(asked | {"after": str(found.next_after)})
        links.append(_link(f"{address}/items?{following}", "next", "Next page", GEOJSON))
    answer = {
        "type": "FeatureCollection",
        "timeStamp": clock.now().isoformat().replace("+00:00", "Z"),
        "numberReturned": len(found.features),
        "features": found.features,
        "links": links,
    }
    return _json(answer, GEOJSON)


@router.get("/collections/{name}/items/{key}")
def item(name: str, key: str, request: Request, session: LookingDep) -> JSONResponse:
    """One feature."""
    of = collection(name)
    see_only_what_is_public(session)
    found, address = one(session, of, key), f"{_here(request)}/collections/{name}"
    links = [
        _link(f"{address}/items/{key}", "self", "This feature", GEOJSON),
        _link(address, "collection", "The collection"),
    ]
    return _json(found | {"links": links}, GEOJSON)


def _here(request: Request) -> str:
    """Links lead back to where the client came in, be it behind a proxy or on this machine."""
    public = settings().public_url.rstrip("/")
    host = request.headers.get("host", "")
    known = public.partition("://")[2]
    return f"{public}/ogc" if host == known else f"{request.url.scheme}://{host}/ogc"


def _told(here: str, of: Collection, box: Box | None) -> dict[str, Any]:
    address = f"{here}/collections/{of.id}"
    extent: dict[str, Any] = {}
    if box:
        extent["spatial"] = {"bbox": [[box.west, box.south, box.east, box.north]], "crs": CRS84}
    if of.moment:
        extent["temporal"] = {"interval": [[None, None]]}
    return {
        "id": of.id,
        "title": of.title,
        "description": of.description,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": [
            _link(address, "self", "This collection"),
            _link(f"{address}/items", "items", of.title, GEOJSON),
        ],
    }


def _link(href: str, rel: str, title: str, kind: str = "application/json") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind, "title": title}


def _json(content: dict[str, Any], media_type: str = "application/json") -> JSONResponse:
    headers = {"Access-Control-Allow-Origin": "*", "Content-Crs": f"<{CRS84}>"}
    return JSONResponse(content, media_type=media_type, headers=headers)


def _limit(typed: str | None) -> int:
    """More than `MOST_PER_PAGE` is taken as that, as the standard wants."""
    if typed is None:
        return _USUAL_LIMIT
    if not typed.isascii() or not typed.isdigit() or int(typed[:12]) < 1:
        raise NotUnderstood("A limit is a whole number from 1 on.", field="limit")
    return min(int(typed[:12]), MOST_PER_PAGE)


def _after(typed: str | None) -> int | None:
    if typed is None:
        return None
    if not typed.lstrip("-").isdigit() or not typed.isascii() or len(typed) > 19:
        raise NotUnderstood("This page is not one of ours; begin again without it.", field="after")
    return int(typed)


def _boxes(typed: str | None) -> tuple[Box, ...]:
    """Four numbers, or six of which the heights are left aside."""
    if typed is None:
        return ()
    parts = typed.split(",")
    flat = [*parts[:2], *parts[3:5]] if len(parts) == 6 else parts
    try:
        return Viewport.parse(",".join(flat)).boxes
    except Invalid as why:
        raise NotUnderstood(why.sentence, field="bbox") from None


def _span(typed: str | None) -> Span | None:
    """A moment, a day, or two with a slash between; ".." or nothing is open."""
    if typed is None:
        return None
    first, slash, last = typed.partition("/")
    since = _moment(first, end=False)
    until = _moment(last, end=True) if slash else _moment(first, end=True)
    if not slash and since is None:
        raise NotUnderstood("“{typed}” is no span of time.", field="datetime", typed=typed[:60])
    if since and until and since > until:
        raise NotUnderstood("The time span ends before it begins.", field="datetime")
    return Span(since, until)


def _moment(typed: str, *, end: bool) -> datetime | None:
    if typed in ("", ".."):
        return None
    try:
        found = datetime.fromisoformat(typed)
        if len(typed) == 10 and end:
            found = datetime.combine(found, time.min) + timedelta(days=1, microseconds=-1)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise NotUnderstood(
            "“{typed}” is no span of time.", field="datetime", typed=typed[:60]
        ) from None
