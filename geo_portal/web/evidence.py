"""The desk's pages for photos of a fix: what waits for a second person, and one case's photos."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, require
from geo_portal.complaints.cases import scope_of
from geo_portal.complaints.evidence import accept, give, reject
from geo_portal.complaints.evidence_list import of_case, waiting_for
from geo_portal.complaints.find import by_code, photos_of
from geo_portal.complaints.tables import Complaint
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.web.evidence_form import EvidenceDep
from geo_portal.web.evidence_words import told
from geo_portal.web.given_code import given_code
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/desk/evidence")
def waiting(
    request: Request, who: StaffDep, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """Photos of a fix that need a second person, longest waiting first."""
    proofs = waiting_for(session, who)
    return page(
        request,
        "desk-evidence.html",
        lang=words.lang,
        city=city,
        proofs=proofs,
        befores={proof.code: _befores(session, proof.complaint_id) for proof in proofs},
        told=lambda proof: told(proof, words),
    )


@router.get("/desk/{code}/evidence")
def case(
    request: Request,
    code: str,
    who: StaffDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
) -> Response:
    """One case's photos of the fix, and the form for more."""
    complaint = _case(session, who, code)
    proofs = of_case(session, who, complaint)
    return page(
        request,
        "case-evidence.html",
        lang=words.lang,
        city=city,
        complaint=complaint,
        proofs=proofs,
        befores={complaint.code: _befores(session, complaint.id)},
        told=lambda proof: told(proof, words),
    )


@router.post("/desk/{code}/evidence")
def add(code: str, who: StaffDep, session: SessionDep, given: EvidenceDep) -> Response:
    """Keep photos of the result with the case, before it is closed."""
    known = given_code(code)
    give(session, who, known, given, clock.now())
    return RedirectResponse(f"/desk/{known}/evidence", status_code=303)


@router.post("/desk/evidence/{photo_id}")
def check(
    photo_id: int,
    who: StaffDep,
    session: SessionDep,
    verdict: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """A second person says whether a photo proves the fix."""
    if verdict == "accept":
        accept(session, who, photo_id, clock.now())
    else:
        reject(session, who, photo_id, reason, clock.now())
    return RedirectResponse("/desk/evidence", status_code=303)


def _case(session: Session, who: Person, code: str) -> Complaint:
    complaint = session.get_one(Complaint, by_code(session, given_code(code)).id)
    require(who, Operation.SEE_CASE_DETAILS, scope_of(session, complaint))
    return complaint


def _befores(session: Session, complaint_id: int) -> list[Any]:
    return [photo for photo in photos_of(session, complaint_id) if photo.kind == "report"]
