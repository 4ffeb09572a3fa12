"""Says where the service is, in which formats, and what pages of others may ask of it."""

from typing import Any

from fastapi import APIRouter, Response

from geo_portal.errors import NotFound
from geo_portal.http import CityDep
from geo_portal.open311.forms import OPEN_TO_ALL, moment, read_format, reply
from geo_portal.open311.given import CallerDep
from geo_portal.settings import settings

READING = ["GET", "HEAD"]
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
router = APIRouter(prefix="/open311", include_in_schema=False)
# Included last: addresses that are none, and whether another site's page may ask.
the_rest = APIRouter(prefix="/open311", include_in_schema=False)


@router.api_route("/discovery.{suffix}", methods=READING)
@router.api_route("/v2/discovery.{suffix}", methods=READING)
def discovery(suffix: str, city: CityDep, words: CallerDep) -> Response:
    """Changed when the city's list of services was last loaded."""
    form = read_format(suffix)
    changed = moment(city.version[2])  # type: ignore[arg-type]
    home = settings().public_url.rstrip("/")
    endpoint: dict[str, Any] = {
        "specification": SPECIFICATION,
        "url": f"{home}/open311/v2",
        "changeset": changed,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    told = {
        "changeset": changed,
        "contact": words.gettext("{city}: {address}").format(
            city=city.name(words.lang), address=f"{home}/help"
        ),
        "key_service": words.gettext(
            "The city gives out keys to whoever sends reports from a program of their own."
        ),
        "endpoints": [endpoint],
    }
    return reply(form, "discovery", told)


@the_rest.api_route("/{rest:path}", methods=["GET", "HEAD", "POST"])
def nothing_here(rest: str) -> Response:  # noqa: ARG001
    """Whatever no route before has taken."""
    raise NotFound("There is nothing at this address.")


@the_rest.options("/{rest:path}")
def may_ask(rest: str) -> Response:  # noqa: ARG001
    """Yes: everything here is public or needs a key, and nothing goes by cookies."""
    allowed = {
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key, Accept-Language",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=204, headers=OPEN_TO_ALL | allowed)
