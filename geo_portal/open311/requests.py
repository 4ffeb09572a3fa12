"""Reading requests: a list with filters, or one by its number."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.codes import read_code
from geo_portal.database import AnyRow
from geo_portal.errors import NotFound
from geo_portal.exchange.requests import (
    Wanted,
    answers,
    find_requests,
    histories,
    how_many,
    photos,
)
from geo_portal.http import CityDep, SessionDep
from geo_portal.open311.discovery import READING
from geo_portal.open311.forms import read_format, reply
from geo_portal.open311.given import CallerDep, Given, QueryDep
from geo_portal.open311.parameters import LARGEST_PAGE, PAGING, wanted_requests
from geo_portal.open311.request_form import extended_form, request_form
from geo_portal.settings import settings
from geo_portal.translation import Translator

router = APIRouter(prefix="/open311/v2", include_in_schema=False)


class UnknownRequest(NotFound):
    """There is no request of this number, or not in public."""


@router.api_route("/requests.{suffix}", methods=READING)
def requests(
    request: Request,
    suffix: str,
    given: QueryDep,
    session: SessionDep,
    city: CityDep,
    words: CallerDep,
) -> Response:
    """Newest first, of 90 days and at most 1,000; paged where a page is asked for."""
    form = read_format(suffix)
    wanted = wanted_requests(session, city, given, clock.now())
    rows = find_requests(session, wanted)
    headers = paging_headers(request, session, given, wanted)
    told = _forms(session, rows, city, words, given)
    return reply(form, "service_requests", told, headers=headers)


@router.api_route("/requests/{service_request_id}.{suffix}", methods=READING)
def one_request(
    service_request_id: str,
    suffix: str,
    given: QueryDep,
    session: SessionDep,
    city: CityDep,
    words: CallerDep,
) -> Response:
    """A list of one, as the specification wants it."""
    form = read_format(suffix)
    code = read_code(service_request_id)
    rows = find_requests(session, Wanted(codes=(code,))) if code else []
    if not rows:
        raise UnknownRequest("There is no request “{code}” here.", code=service_request_id[:40])
    return reply(form, "service_requests", _forms(session, rows, city, words, given))


def _forms(
    session: Session, rows: list[AnyRow], city: CityFacts, words: Translator, given: Given
) -> list[dict[str, Any]]:
    if not given.says_yes("extensions"):
        return [request_form(row, city, words) for row in rows]
    told = rows[:LARGEST_PAGE]
    ids = [row.id for row in told]
    history, pictures, given_answers = (
        histories(session, ids),
        photos(session, ids),
        answers(session, ids),
    )
    return [
        request_form(row, city, words)
        | extended_form(row, city, pictures[row.id], given_answers[row.id], history[row.id], words)
        for row in told
    ]


def paging_headers(
    request: Request, session: Session, given: Given, wanted: Wanted
) -> dict[str, str]:
    """How many there are and where the next page is; nothing where no page was asked for."""
    if not any(given.one(name) for name in PAGING):
        return {}
    many = how_many(session, wanted)
    headers = {
        "X-Result-Count": str(many),
        "X-Page-Count": str(-(-many // wanted.limit)),
    }
    if wanted.offset + wanted.limit < many:
        kept = {k: v for k, v in request.query_params.items() if k not in PAGING}
        kept |= {"limit": str(wanted.limit), "offset": str(wanted.offset + wanted.limit)}
        home = settings().public_url.rstrip("/")
        address = f"{home}{request.url.path}?{urlencode(kept)}"
        headers |= {"X-Next-Page-URL": address, "Link": f'<{address}>; rel="next"'}
    return headers
