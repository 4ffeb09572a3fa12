"""What the city asks about each kind of problem: one definition for page, API and Open311."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal.city.question_tables import CategoryQuestion

# Answers as they were typed: the code of a question, and one or several values.
Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from."""

    key: str
    names: dict[str, str]

    def name(self, lang: str) -> str:
        return _in(self.names, lang) or self.key


@dataclass(frozen=True)
class Condition:
    """Holds when the question `code` was answered with one of `keys`."""

    code: str
    keys: tuple[str, ...]

    def holds(self, answers: Typed) -> bool:
        return any(value in self.keys for value in answers.get(self.code, ()))


@dataclass(frozen=True)
class Question:
    """A question, or with `variable` false a hint; all of `shown_when` must hold for it to show.

    An answer among `stops` is no case for a report: `stop_texts` say what to do instead. `asset`
    is the kind of the city's things whose number is asked for.
    """

    code: str
    datatype: str
    variable: bool
    required: bool
    texts: dict[str, str]
    hints: dict[str, str]
    options: tuple[Option, ...] = ()
    shown_when: tuple[Condition, ...] = ()
    stops: tuple[str, ...] = ()
    stop_texts: dict[str, str] | None = None
    asset: str | None = None

    def text(self, lang: str) -> str:
        return _in(self.texts, lang)

    def hint(self, lang: str) -> str:
        """What helps to answer; empty where nothing does."""
        return _in(self.hints, lang)

    def stop_text(self, lang: str) -> str:
        return _in(self.stop_texts or {}, lang)

    def is_shown(self, answers: Typed) -> bool:
        return all(condition.holds(answers) for condition in self.shown_when)

    def is_stopped_by(self, answers: Typed) -> bool:
        return any(value in self.stops for value in answers.get(self.code, ()))

    @property
    def tells_who_answers(self) -> bool:
        """Whether an answer is somebody's own words, which only the office reads."""
        return self.datatype in ("string", "text") and self.asset is None


def _in(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang) or next(iter(texts.values()), "")


def asked(questions: Sequence[Question], answers: Typed) -> list[Question]:
    """The questions and hints that show after these answers, in the city's order.

    An answer to a question that does not show brings up no other.
    """
    shown: list[Question] = []
    counted: dict[str, Sequence[str]] = {}
    for question in questions:
        if question.is_shown(counted):
            shown.append(question)
            counted[question.code] = answers.get(question.code, ())
    return shown


def questions_of(session: Session) -> dict[str, tuple[Question, ...]]:
    """The questions of the loaded city by category, in their order."""
    rows = session.scalars(
        select(CategoryQuestion).order_by(
            CategoryQuestion.category_code, CategoryQuestion.position, CategoryQuestion.code
        )
    )
    return {
        category: tuple(
            Question(
                code=row.code,
                datatype=row.datatype,
                variable=row.variable,
                required=row.required,
                texts=row.texts,
                hints=row.hints,
                options=tuple(Option(key, names) for key, names in row.options),
                shown_when=tuple(Condition(code, tuple(keys)) for code, keys in row.shown_when),
                stops=tuple(row.stops),
                stop_texts=row.stop_texts,
                asset=row.asset,
            )
            for row in rows_of_one
        )
        for category, rows_of_one in groupby(rows, key=lambda row: row.category_code)
    }
