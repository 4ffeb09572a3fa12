"""Stored answers in the reader's words: the question, and what was said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from geo_portal.city.facts import CityFacts
from geo_portal.city.questions import Question
from geo_portal.translation import Translator


def said_answers(
    city: CityFacts, category: str | None, answers: Mapping[str, Any], words: Translator
) -> list[tuple[str, str]]:
    """Question and answer, in the city's order; of a question that was dropped only its code."""
    known = {question.code: question for question in city.questions.get(category or "", ())}
    order = [code for code in known if code in answers]
    gone = [code for code in answers if code not in known]
    return [
        *(
            (known[code].text(words.lang), _said(known[code], answers[code], city, words))
            for code in order
        ),
        *((code, str(answers[code])) for code in gone),
    ]


def _said(question: Question, answer: Any, city: CityFacts, words: Translator) -> str:
    if question.options:
        names: dict[str, str] = {option.key: option.name(words.lang) for option in question.options}
        chosen = answer if isinstance(answer, list) else [answer]
        return ", ".join(names.get(key, str(key)) for key in chosen)
    if question.datatype == "datetime":
        return words.full_moment(datetime.fromisoformat(answer), city.timezone)
    if question.datatype == "number":
        return words.number(answer)
    return str(answer)
