"""The part of the report form that asks what the city wants to know about this kind of problem."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.city.facts import CityFacts
from geo_portal.city.near_assets import AssetNearby, assets_near
from geo_portal.city.questions import Question, asked
from geo_portal.http import CityDep, ReaderDep, SessionDep
from geo_portal.web.card import Card, card
from geo_portal.web.pages import page
from geo_portal.web.report_form import ReportForm, ReportFormDep

router = APIRouter(include_in_schema=False)

FIELD = "answer-"
LONGEST_TYPED = 5_000


@dataclass(frozen=True)
class Asking:
    """What is asked now; `stop` is the question whose answer means: do not report, call.

    `chosen` says that the citizen named the kind; else it is a guess, and nothing is demanded.
    `near` holds the city's things close to the pin, by the question that asks for one.
    """

    category: str
    chosen: bool
    questions: list[Question]
    typed: dict[str, list[str]]
    stop: Question | None = None
    near: dict[str, list[AssetNearby]] = field(default_factory=dict)


async def typed_answers(request: Request) -> dict[str, list[str]]:
    """The fields `answer-<code>` of the form, by code; the form has been read before."""
    found: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if name.startswith(FIELD) and isinstance(value, str):
            kept = value.replace("\0", "")[:LONGEST_TYPED]
            found.setdefault(name.removeprefix(FIELD)[:80], []).append(kept)
    return found


AnswersDep = Annotated[dict[str, list[str]], Depends(typed_answers)]


def with_answers(city: CityFacts, form: ReportForm, typed: dict[str, list[str]]) -> ReportForm:
    """The form with its answers; those that a category chosen since has no question for go."""
    known = city.questions.get(form.category)
    if known is None:
        return replace(form, answers={} if form.category else typed)
    codes = {question.code for question in known if question.variable}
    return replace(form, answers={code: v for code, v in typed.items() if code in codes})


def asking(
    session: Session, city: CityFacts, form: ReportForm, known: Card, lang: str
) -> Asking | None:
    """What is asked about the kind that the card shows; None where the city asks nothing."""
    code = known.chosen or (known.category.code if known.category else "")
    questions = city.questions.get(code)
    if not questions:
        return None
    shown = asked(questions, form.answers)
    place = known.meant.place if known.meant else None
    return Asking(
        category=city.categories[code].name(lang),
        chosen=bool(known.chosen),
        questions=shown,
        typed=form.answers,
        stop=next((one for one in shown if one.is_stopped_by(form.answers)), None),
        near={
            one.code: assets_near(session, one.asset, place) if place else []
            for one in shown
            if one.asset
        },
    )


@router.post("/report/questions")
def questions(
    request: Request,
    form: ReportFormDep,
    typed: AnswersDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
) -> HTMLResponse:
    """The part again, for a form that is being filled in."""
    answered = with_answers(city, form, typed)
    known = card(session, city, words, answered, clock.now())
    return page(
        request,
        "report/questions.html",
        lang=words.lang,
        city=city,
        asking=asking(session, city, answered, known, words.lang),
        mistakes={},
    )
