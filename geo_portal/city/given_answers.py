"""Answers to a category's questions: checked, and read as what they mean."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.question_tables import LISTS
from geo_portal.city.questions import Question, Typed, asked
from geo_portal.city.tables import Asset
from geo_portal.errors import Invalid, Mistakes, Refused
from geo_portal.translation import N_

LONGEST = {"string": 200, "text": 4_000}


class CallInstead(Invalid):
    """An answer says that this is no case for a report but for a call."""


class NoSuchQuestion(Invalid):
    """An answer to something that was not asked."""


class AnswerMissing(Invalid):
    """A question that has to be answered was not."""


class WrongAnswer(Invalid):
    """An answer that the question does not have."""


def given_answers(
    session: Session,
    city: CityFacts,
    category: str | None,
    typed: Typed,
    *,
    complete: bool,
    lang: str = "en",
) -> dict[str, Any]:
    """What was answered, by question: a text, a number, a moment in UTC, a key or several.

    An empty answer counts as none; so does one to a question that does not show. With `complete`
    everything required must be there and nothing unknown; without, as for a category that was
    only guessed, what does not belong is left out. Raises `CallInstead`, or `ManyInvalid` with
    each mistake; its field is `answers.` and the code of the question.
    """
    questions = city.questions.get(category or "", ())
    wanted = {code: filled for code, values in typed.items() if (filled := _filled(values))}
    shown = [one for one in asked(questions, wanted) if one.variable]
    for question in shown:
        if question.is_stopped_by(wanted):
            raise call_instead(city, question, lang)
    mistakes = Mistakes()
    answers: dict[str, Any] = {}
    if complete:
        _refuse_unknown(mistakes, set(wanted) - {one.code for one in questions if one.variable})
    for question in shown:
        try:
            answer = _answer(session, city, question, wanted.get(question.code, []), complete, lang)
        except Refused as mistake:
            mistakes.add(mistake)
        else:
            answers |= {} if answer is None else {question.code: answer}
    mistakes.refuse_if_any()
    return answers


def call_instead(city: CityFacts, question: Question, lang: str) -> CallInstead:
    """What is said instead of taking the report."""
    words, field = question.stop_text(lang), f"answers.{question.code}"
    if not city.emergency:
        return CallInstead("{words} This report was not sent.", field=field, words=words)
    number = city.emergency[0]["number"]
    sentence = N_("{words} The number is {number}. This report was not sent.")
    return CallInstead(sentence, field=field, words=words, number=number)


def _filled(values: Sequence[str]) -> list[str]:
    return [value.strip() for value in values if value.strip()]


def _refuse_unknown(mistakes: Mistakes, codes: set[str]) -> None:
    for code in sorted(codes):
        mistakes.add(
            NoSuchQuestion(
                "This kind of problem has no question “{code}”.",
                field=f"answers.{code[:40]}",
                code=code[:40],
            )
        )


def _answer(
    session: Session,
    city: CityFacts,
    question: Question,
    values: list[str],
    complete: bool,
    lang: str,
) -> Any:
    facts: dict[str, Any] = {"question": question.text(lang), "code": question.code}
    field = f"answers.{question.code}"
    if not values:
        if question.required and complete:
            raise AnswerMissing("Please answer “{question}” ({code}).", field=field, **facts)
        return None
    if len(values) > 1 and question.datatype != "multivaluelist":
        raise WrongAnswer("“{question}” ({code}) takes one answer only.", field=field, **facts)
    if question.datatype in LISTS:
        return _chosen(question, values, field, facts)
    if question.datatype == "number":
        return _number(values[0], field, facts)
    if question.datatype == "datetime":
        return _moment(city, values[0], field, facts)
    if question.asset:
        return _asset(session, question.asset, values[0], field, facts)
    limit = LONGEST[question.datatype]
    if len(values[0]) > limit:
        sentence = N_("The answer to “{question}” ({code}) may have {limit} characters.")
        raise WrongAnswer(sentence, field=field, limit=limit, **facts)
    return values[0].replace("\0", "")


def _chosen(
    question: Question, values: list[str], field: str, facts: dict[str, Any]
) -> str | list[str]:
    known = [option.key for option in question.options]
    for value in values:
        if value not in known:
            sentence = N_("“{value}” is no answer to “{question}” ({code}). Possible are: {known}.")
            raise WrongAnswer(
                sentence, field=field, value=value[:40], known=", ".join(known), **facts
            )
    chosen = [key for key in known if key in values]
    return chosen if question.datatype == "multivaluelist" else chosen[0]


def _number(value: str, field: str, facts: dict[str, Any]) -> float | int:
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) > 1e15:
        raise WrongAnswer("“{question}” ({code}) needs a number.", field=field, **facts)
    return int(number) if number.is_integer() else number


def _moment(city: CityFacts, value: str, field: str, facts: dict[str, Any]) -> str:
    """In UTC; without a zone it was meant in the city's time."""
    try:
        told = datetime.fromisoformat(value)
        moment = told if told.tzinfo else told.replace(tzinfo=city.timezone)
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        sentence = N_("“{question}” ({code}) needs a day and time such as 2026-01-31T08:30.")
        raise WrongAnswer(sentence, field=field, **facts) from None


def _asset(session: Session, kind: str, value: str, field: str, facts: dict[str, Any]) -> str:
    """The number as the city writes it."""
    asked_for = select(Asset.name).where(
        Asset.kind == kind, func.lower(Asset.name) == value.lower().replace("\0", "")
    )
    name = session.scalar(asked_for.limit(1))
    if name is None:
        sentence = N_(
            "“{value}” is not known as “{question}” ({code}). Look once more, or leave it empty."
        )
        raise WrongAnswer(sentence, field=field, value=value[:40], **facts)
    return name
