"""What became of requests, told and taken in the form that FixMyStreet's systems speak."""

from typing import Any

from fastapi import APIRouter, Request, Response

from geo_portal import clock
from geo_portal.accounts.keys import note_use
from geo_portal.complaints.codes import read_code
from geo_portal.database import AnyRow
from geo_portal.errors import Mistakes, Refused
from geo_portal.exchange.foreign_statuses import status_of_event
from geo_portal.exchange.foreign_updates import Update, take_update
from geo_portal.exchange.requests import Wanted, find_requests, updates
from geo_portal.http import SessionDep
from geo_portal.open311.discovery import READING
from geo_portal.open311.forms import moment, read_format, reply
from geo_portal.open311.given import FormDep, Given, QueryDep, shown_key
from geo_portal.open311.given_pictures import pictures_of
from geo_portal.open311.parameters import WrongParameter, moment_of, span_of
from geo_portal.open311.request_form import photo_address
from geo_portal.open311.requests import UnknownRequest
from geo_portal.photo_store import StoredPhoto

router = APIRouter(prefix="/open311/v2", include_in_schema=False)


@router.api_route("/servicerequestupdates.{suffix}", methods=READING)
def read_updates(suffix: str, given: QueryDep, session: SessionDep) -> Response:
    """Public changes of a span (90 days at most), oldest first, at most 1,000."""
    form = read_format(suffix)
    since, until = span_of(given, clock.now())
    code = read_code(given.one("service_request_id") or "")
    rows = updates(session, since, until, code=code)
    return reply(form, "service_request_updates", [_update_form(row) for row in rows])


def _update_form(row: AnyRow) -> dict[str, Any]:
    return {
        "update_id": str(row.id),
        "service_request_id": row.code,
        "status": status_of_event(row.kind, row.facts),
        "updated_datetime": moment(row.at),
        "description": row.remark,
        "media_url": photo_address(row.photo_key),
        "external_status_code": row.kind,
    }


@router.post("/servicerequestupdates.{suffix}")
def take(request: Request, suffix: str, given: FormDep, session: SessionDep) -> Response:
    """A remark or a move of the office; the same `update_id` again changes nothing."""
    form = read_format(suffix)
    key = shown_key(request, given, "update")
    # Before the transaction's first query: fetching a picture may take seconds.
    pictures, refused = pictures_of(given)
    said = _said(given, tuple(pictures), refused)
    typed = given.one("service_request_id") or ""
    code = read_code(typed)
    if code is None or not find_requests(session, Wanted(codes=(code,), limit=1)):
        raise UnknownRequest("There is no request “{code}” here.", code=typed[:40])
    source = f"key {key.id}"
    event = take_update(session, code, said, clock.now(), source=source, covers=key.covers)
    note_use(session, key, code)
    told = {"update_id": str(event.id), "account_id": None}
    return reply(form, "service_request_updates", [told])


def _said(given: Given, pictures: tuple[StoredPhoto, ...], refused: list[Refused]) -> Update:
    mistakes = Mistakes()
    mistakes.found.extend(refused)
    for name in ("service_request_id", "update_id", "status"):
        if given.one(name) is None:
            mistakes.add(WrongParameter("{name} is missing.", field=name, name=name))
    mistakes.refuse_if_any()
    return Update(
        update_id=(given.one("update_id") or "")[:200],
        status=given.one("status") or "",
        description=given.one("description") or "",
        at=moment_of(given, "updated_datetime"),
        pictures=pictures,
    )
