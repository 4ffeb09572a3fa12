"""The desk's questions from the public: what waits, answering, passing on."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.city.search import search
from geo_portal.city.search_index import ARTICLE
from geo_portal.complaints.personal_data import masked, personal_data
from geo_portal.errors import Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.inquiries import answer as answering
from geo_portal.inquiries.ask import by_code, events_of
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Form()]
Code = Annotated[str, Query(max_length=80)]
MOST_ARTICLES = 5


@router.get("/desk/questions")
def questions(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    status: Code = "open",
    department: Code = "",
) -> Response:
    """The questions, the soonest due first."""
    return page(
        request,
        "desk/questions.html",
        lang=words.lang,
        city=city,
        found=answering.waiting(session, who, status, department or None),
        chosen=status,
        department=department,
    )


@router.get("/desk/questions/{code}")
def question(
    request: Request, code: str, session: SessionDep, city: CityDep, words: ReaderDep, who: StaffDep
) -> Response:
    """One question with the articles that may answer it."""
    return _page(request, session, city, words, who, code)


@router.post("/desk/questions/{code}")
def act(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    step: Typed = "answer",
    answer: Typed = "",
    department: Typed = "",
    show: Typed = "",
    shown_as: Typed = "",
) -> Response:
    """Answer, or pass on; a refusal keeps what was written."""
    now = clock.now()
    try:
        if step == "pass_on":
            answering.pass_on(session, city, who, code, department, now)
        else:
            answering.answer(session, who, code, answer, now, shown_as if show else "")
    except Refused as refusal:
        return _page(request, session, city, words, who, code, answer, refusal, shown_as)
    return RedirectResponse("/desk/questions", status_code=303)


def _page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    code: str,
    written: str = "",
    mistake: Refused | None = None,
    shown_as: str = "",
) -> Response:
    answering.require_answering(who)
    found = by_code(session, code)
    return page(
        request,
        "desk/question.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        question=found,
        events=events_of(session, found),
        articles=search(
            session, found.question, found.language, most=MOST_ARTICLES, kinds=[ARTICLE]
        ),
        written=written,
        shown_as=shown_as or masked(found.question, personal_data(found.question, city.country)),
        mistake=mistake,
    )
