"""Asking the city a question, and reading its answer by the code."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.city.search import search
from geo_portal.city.search_index import ARTICLE
from geo_portal.errors import Refused
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.inquiries.answer import A_PAGE, shown
from geo_portal.inquiries.ask import LONGEST_QUESTION, NewInquiry, ask, by_code, events_of
from geo_portal.web.pages import page
from geo_portal.web.signing_in import network_of

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Form()]
MOST_ARTICLES = 3


@router.get("/ask")
def ask_page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    question: Annotated[str, Query(max_length=LONGEST_QUESTION)] = "",
    department: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """An empty form, or one that a search has filled in; with articles that may answer already."""
    typed = {"question": question, "department": department, "contact": "", "may_be_shown": ""}
    return page(
        request,
        "ask.html",
        lang=words.lang,
        city=city,
        typed=typed,
        mistake=None,
        articles=search(session, question, words.lang, most=MOST_ARTICLES, kinds=[ARTICLE]),
    )


@router.post("/ask")
def send_question(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    asking: PersonDep,
    question: Typed = "",
    contact: Typed = "",
    department: Typed = "",
    may_be_shown: Typed = "",
) -> Response:
    """Keep the question, or show the form again with what is missing and nothing lost."""
    new = NewInquiry(
        question,
        words.lang,
        contact,
        department,
        reporter_id=asking.id if asking else None,
        may_be_shown=bool(may_be_shown),
    )
    try:
        kept = ask(session, city, new, clock.now(), network=network_of(request))
    except Refused as refusal:
        typed = {"question": question, "department": department, "contact": contact}
        typed["may_be_shown"] = may_be_shown
        return page(
            request,
            "ask.html",
            lang=words.lang,
            city=city,
            status=422,
            typed=typed,
            mistake=refusal,
            articles=[],
        )
    return RedirectResponse(f"/ask/{kept.code}", status_code=303)


@router.get("/questions")
def answered_questions(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    department: Annotated[str, Query(max_length=80)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """What others asked and the city answered, where they agreed that everybody may read it."""
    found = shown(session, department or None, before)
    return page(
        request,
        "questions.html",
        lang=words.lang,
        city=city,
        found=found,
        department=city.departments.get(department),
        next=found[-1].id if len(found) == A_PAGE else None,
    )


@router.get("/ask/{code}")
def question_page(
    request: Request, code: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """A question with its answer, for who holds the code; nothing on it says who asked."""
    found = by_code(session, code)
    if found.code != code:
        return RedirectResponse(f"/ask/{found.code}", status_code=303)
    response = page(
        request,
        "question.html",
        lang=words.lang,
        city=city,
        question=found,
        events=events_of(session, found),
    )
    # A question may tell much about who asked it: no machine should list it.
    response.headers["X-Robots-Tag"] = "noindex"
    return response
