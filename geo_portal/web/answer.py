"""The page on which who reported something answers a question of the office."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.answers import answer, question_to
from geo_portal.complaints.codes import read_code
from geo_portal.complaints.tables import Complaint
from geo_portal.complaints.timeline import LONGEST_REMARK
from geo_portal.errors import Invalid, NotFound
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.translation import Translator
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

# The browser that a report was sent from holds its key here, with those of others.
COOKIE = "reporter"
Key = Annotated[str, Query(max_length=200)]


@router.get("/c/{code}/answer")
def answer_page(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: PersonDep,
    key: Key = "",
) -> Response:
    """The question, and room for the answer; where nothing is asked, a sentence that says so."""
    return _page(request, session, city, words, person, _code(code), key)


@router.post("/c/{code}/answer")
def take_answer(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: PersonDep,
    text: Annotated[str, Form(alias="answer", max_length=20_000)] = "",
    key: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Take the answer and show where the report stands now; what cannot be used is kept."""
    known = _code(code)
    try:
        answer(session, known, text, clock.now(), keys=_keys(request, key), who=person)
    except Invalid as mistake:
        return _page(request, session, city, words, person, known, key, text, mistake)
    return RedirectResponse(f"/c/{known}", status_code=303)


def _page(
    request: Request,
    session: Session,
    city: CityFacts,
    words: Translator,
    person: Person | None,
    code: str,
    key: str,
    typed: str = "",
    mistake: Invalid | None = None,
) -> Response:
    complaint = session.scalars(select(Complaint).where(Complaint.code == code)).one_or_none()
    if complaint is None:
        raise NotFound("There is no complaint with the number {code}.", code=code)
    asked = question_to(session, complaint, _keys(request, key), person)
    office = city.departments.get((asked and asked.office_code) or "")
    response = page(
        request,
        "answer.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        complaint=complaint,
        question=asked,
        office=office.name(words.lang) if office else "",
        key=key,
        typed=typed,
        mistake=words.sentence(mistake) if mistake else "",
        longest=LONGEST_REMARK,
    )
    # The key in the address is nobody else's business.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _keys(request: Request, key: str) -> tuple[str, ...]:
    held = request.cookies.get(COOKIE, "").split(".")
    return tuple(one for one in (key, *held) if one)


def _code(typed: str) -> str:
    code = read_code(typed)
    if code is None:
        raise NotFound("There is no complaint with the number {code}.", code=typed[:40])
    return code
