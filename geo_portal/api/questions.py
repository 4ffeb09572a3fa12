"""The API's door to what is asked about each kind of problem."""

from typing import Any

from fastapi import APIRouter

from geo_portal.city.questions import Question
from geo_portal.errors import NotFound
from geo_portal.http import CityDep, ReaderDep

router = APIRouter(prefix="/api/v1", tags=["complaints"])


@router.get("/categories/{category}/questions", summary="What is asked about a kind of problem")
def questions(category: str, city: CityDep, words: ReaderDep) -> dict[str, Any]:
    """In order; one whose `shown_when` does not hold needs no answer.

    An answer among `stops` is no case for a report: `stop_text` says what to do instead.
    """
    if category not in city.open_categories:
        raise NotFound("There is no category “{code}” here.", code=category[:80])
    asked = city.questions.get(category, ())
    return {"category": category, "questions": [_form(one, words.lang) for one in asked]}


def _form(question: Question, lang: str) -> dict[str, Any]:
    return {
        "code": question.code,
        "datatype": question.datatype,
        "variable": question.variable,
        "required": question.required,
        "text": question.text(lang),
        "hint": question.hint(lang) or None,
        "options": [{"key": one.key, "name": one.name(lang)} for one in question.options],
        "shown_when": [{"code": one.code, "keys": list(one.keys)} for one in question.shown_when],
        "stops": list(question.stops),
        "stop_text": question.stop_text(lang) or None,
        "asset": question.asset,
    }
