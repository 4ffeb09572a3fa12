"""A complaint's public page, the page after sending, the list, and the look-up by code."""

import io
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.permissions import Operation, may
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import nearest
from geo_portal.complaints.codes import read_code
from geo_portal.complaints.find import areas_of, by_code, events_of, photos_of
from geo_portal.complaints.reporters import Answering, answering
from geo_portal.complaints.tables import Complaint
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.insights.eta import eta
from geo_portal.routing.reasons import sentence
from geo_portal.settings import settings
from geo_portal.translation import Translator
from geo_portal.web.community_part import community_part
from geo_portal.web.given_code import given_code
from geo_portal.web.map_facts import map_facts
from geo_portal.web.own_browser import TokensDep
from geo_portal.web.pages import page
from geo_portal.web.sharing import share_facts
from geo_portal.web.shown import photo_url, shown
from geo_portal.web.standing import standing
from geo_portal.web.story import story

router = APIRouter(include_in_schema=False)


@router.get("/look-up")
def look_up(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    code: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Straight to the report when the code is one; else the question again, in words."""
    known = read_code(code) if code.strip() else None
    if known:
        by_code(session, known)
        return RedirectResponse(f"/c/{known}", status_code=303)
    return page(
        request,
        "look-up.html",
        lang=words.lang,
        city=city,
        status=422 if code.strip() else 200,
        typed=code.strip(),
    )


@router.get("/c/{code}")
def complaint_page(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    asking: PersonDep,
    tokens: TokensDep,
) -> Response:
    """Everything public about a complaint: words, photos, place, where it went, what happened."""
    row = _row(session, code)
    if row.code != code:
        return RedirectResponse(f"/c/{row.code}", status_code=303)
    return page(
        request,
        "complaint.html",
        lang=words.lang,
        city=city,
        signed_in=asking is not None,
        moderates=may(asking, Operation.MODERATE),
        just_followed=request.query_params.get("following") == "yes",
        community=community_part(
            request,
            session,
            session.get_one(Complaint, row.id),
            [] if row.sensitive else photos_of(session, row.id),
            asking,
            words,
        ),
        **_everything(session, row, city, words, answering(session, row.id, tokens, asking)),
    )


@router.get("/c/{code}/card")
def complaint_card(
    request: Request, code: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """The few lines that a pin on a map shows."""
    [report] = shown(session, [_row(session, code)], city, words, clock.now())
    return page(request, "parts/map-card.html", lang=words.lang, city=city, report=report)


@router.get("/c/{code}/thanks")
def thanks(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    asking: PersonDep,
) -> Response:
    """After sending: the code to keep, and what happens next with dates."""
    row = _row(session, code)
    address = f"{settings().public_url.rstrip('/')}/c/{row.code}"
    [report] = shown(session, [row], city, words, clock.now())
    return page(
        request,
        "thanks.html",
        lang=words.lang,
        city=city,
        report=report,
        row=row,
        address=address,
        signed_in=asking is not None,
        just_followed=False,
        stands=None,
    )


@router.get("/c/{code}/qr.svg")
def qr(code: str, session: SessionDep) -> Response:
    """The address of the public page as a QR code."""
    row = _row(session, code)
    address = f"{settings().public_url.rstrip('/')}/c/{row.code}"
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=6, border=2)
    headers = {"Cache-Control": "max-age=86400"}
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers=headers)


def _row(session: Session, typed: str) -> Row[Any]:
    return by_code(session, given_code(typed))


def _everything(
    session: Session,
    row: Row[Any],
    city: CityFacts,
    words: Translator,
    who: Answering | None,
) -> dict[str, Any]:
    now = clock.now()
    [report] = shown(session, [row], city, words, now)
    events = events_of(session, row.id)
    routed = next((event.facts for event in events if event.kind == "submitted"), {})
    reasons = [] if row.sensitive else routed.get("reasons", [])
    said = ((r["kind"], sentence(r, city, words.gettext, words.lang)) for r in reasons)
    photos = [] if row.sensitive else photos_of(session, row.id)
    complaint = session.get_one(Complaint, row.id)
    return {
        "report": report,
        "row": row,
        "share": share_facts(report),
        "stands": standing(session, complaint, events, who, city, words, now),
        "areas": areas_of(session, list(row.jurisdiction_ids)),
        "steps": story(events, city, words, sensitive=row.sensitive, photos=photos),
        "reasons": [(kind, told) for kind, told in said if told],
        "before": [_photo(photo) for photo in photos if photo.kind == "report"],
        "after": [_photo(photo) for photo in photos if photo.kind == "evidence"][::-1],
        "nearest": nearest(session, report.seen.place) if report.seen.place else None,
        "map_facts": map_facts(session, city),
        "eta": eta(session, row.category_code, row.department_code, row.office_code),
    }


def _photo(photo: Any) -> dict[str, Any]:
    return {
        "small": photo_url(photo.key, "small"),
        "large": photo_url(photo.key, "large"),
        "id": photo.id,
        "alt": photo.alt,
        "width": photo.width,
        "height": photo.height,
    }
