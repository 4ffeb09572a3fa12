"""The page of a firm without an account, and the desk's form that sends it the link."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.permissions import Operation, require
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import nearest
from geo_portal.complaints.cases import scope_of
from geo_portal.complaints.contractors import (
    DAYS,
    USUAL_DAYS,
    answer_as_contractor,
    ask_contractor,
    asked_by,
    links_of,
)
from geo_portal.complaints.find import areas_of, by_code, photos_of
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Invalid, Refused
from geo_portal.http import CityDep, LanguageDep, ReaderDep, SessionDep, StaffDep
from geo_portal.translation import Translator
from geo_portal.web.evidence_form import WholeFormDep, read_evidence
from geo_portal.web.given_code import given_code
from geo_portal.web.map_facts import map_facts
from geo_portal.web.pages import page
from geo_portal.web.shown import shown

router = APIRouter(include_in_schema=False)
Typed = Annotated[str, Form()]


@router.get("/w/{token}")
def firms_page(
    request: Request, token: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """The case as a firm sees it: place, words, photos, what is asked; nobody's contact."""
    return _firms_page(request, token, session, city, words)


@router.post("/w/{token}")
def firms_answer(
    request: Request,
    token: str,
    form: WholeFormDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
) -> Response:
    """The firm's one answer; a mistake in it is said beside the form, and uses nothing up."""
    remark = str(form.get("remark", ""))
    try:
        photos = read_evidence(form)
        said = str(form.get("answer", ""))
        event = answer_as_contractor(session, token, said, remark, photos, clock.now())
    except Invalid as mistake:
        return _firms_page(request, token, session, city, words, mistake, remark)
    done = event.kind == "contractor_done"
    return page(request, "contractor-thanks.html", lang=words.lang, city=city, done=done)


def _firms_page(
    request: Request,
    token: str,
    session: Session,
    city: CityFacts,
    words: Translator,
    mistake: Refused | None = None,
    typed: str = "",
) -> Response:
    now = clock.now()
    asked = asked_by(session, token, now)
    row = by_code(session, asked.complaint.code)
    [report] = shown(session, [row], city, words, now)
    response = page(
        request,
        "contractor.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        report=report,
        asked=asked.link,
        photos=[one for one in photos_of(session, row.id) if one.kind == "report"],
        areas=areas_of(session, list(row.jurisdiction_ids)),
        nearest=nearest(session, report.seen.place) if report.seen.place else None,
        map_facts=map_facts(session, city),
        mistake=mistake,
        typed=typed,
    )
    # Whoever has the address can answer, so it goes to nobody else and stays nowhere.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/desk/{code}/contractor")
def ask_page(
    request: Request,
    code: str,
    who: StaffDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
) -> Response:
    """The form that asks a firm, and the firms that were asked before."""
    complaint = session.get_one(Complaint, by_code(session, given_code(code)).id)
    require(who, Operation.CONTRACTOR_LINK, scope_of(session, complaint))
    return page(
        request,
        "case-contractor.html",
        lang=words.lang,
        city=city,
        complaint=complaint,
        links=links_of(session, complaint.id),
        days=DAYS,
        usual_days=USUAL_DAYS,
    )


@router.post("/desk/{code}/contractor")
def ask(
    code: str,
    who: StaffDep,
    session: SessionDep,
    lang: LanguageDep,
    firm: Typed = "",
    email: Typed = "",
    message: Typed = "",
    days: Typed = str(USUAL_DAYS),
) -> Response:
    """Send the firm its link."""
    known = given_code(code)
    ask_contractor(
        session,
        who,
        known,
        clock.now(),
        firm=firm,
        email=email,
        message=message,
        days=int(days) if days.isdecimal() and len(days) < 4 else 0,
        language=lang,
    )
    return RedirectResponse(f"/desk/{known}/contractor", status_code=303)
