"""questions.csv: what is asked about each kind of problem, and what only tells something."""

import re
from collections.abc import Sequence
from pathlib import Path

from geo_portal.city.findings import Findings, meant
from geo_portal.city.pack_contents import Pack, QuestionRow
from geo_portal.city.pack_files import Columns, Row, read_table, yes_or_no
from geo_portal.city.question_tables import DATATYPES, LISTS
from geo_portal.city.questions import Condition, Option, Question

FILE = "questions.csv"
COLUMNS = Columns(
    required=("category", "code", "order", "datatype", "text_*"),
    optional=(
        "variable",
        "required",
        "hint_*",
        "options_*",
        "shown_when",
        "stop",
        "stop_text_*",
        "asset",
    ),
)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def read_questions(folder: Path, languages: Sequence[str], findings: Findings) -> list[QuestionRow]:
    """The questions by category and order; without the file there are none."""
    if not (folder / FILE).exists():
        return []
    found: dict[tuple[str, str], QuestionRow] = {}
    orders: dict[tuple[str, int], int] = {}
    for row in read_table(folder, FILE, COLUMNS, languages, findings):
        read = _question(row, languages, findings)
        if read is None:
            continue
        earlier = found.get((read.category, read.question.code))
        same_order = orders.get((read.category, read.order))
        if earlier or same_order:
            line = earlier.line if earlier else same_order
            what = f'code "{read.question.code}"' if earlier else f"order {read.order}"
            _error(row, findings, f"{read.category} has the {what} on line {line} already.")
            continue
        found[read.category, read.question.code] = read
        orders[read.category, read.order] = row.line
    return sorted(found.values(), key=lambda one: (one.category, one.order))


def _error(row: Row, findings: Findings, what: str, mend: str = "Change one of the two.") -> None:
    findings.error(FILE, row.line, what, mend)


def _question(row: Row, languages: Sequence[str], findings: Findings) -> QuestionRow | None:
    before = len(findings)
    order = row["order"]
    if not (order.isascii() and order.isdigit() and 0 < int(order[:9]) < 10_000):
        _error(row, findings, f'The order "{order}" is not a number from 1.', "Write 1, 2, 3 …")
    if not _CODE.fullmatch(row["code"]):
        what = f'"{row["code"]}" cannot be the code of a question.'
        _error(row, findings, what, "Write a word in small letters: lamp_number.")
    if row["datatype"] not in DATATYPES:
        what = f'There is no datatype "{row["datatype"]}".'
        known = f"Write one of: {', '.join(DATATYPES)}.{meant(row['datatype'], DATATYPES)}"
        _error(row, findings, what, known)
    texts = row.names("text", languages)
    if not texts:
        _error(row, findings, "The question has no words.", f"Fill in text_{languages[0]}.")
    question = Question(
        code=row["code"],
        datatype=row["datatype"],
        variable=yes_or_no(row, "variable", findings) if row["variable"] else True,
        required=yes_or_no(row, "required", findings),
        texts=texts,
        hints=row.names("hint", languages),
        options=_options(row, languages, findings),
        shown_when=_conditions(row, findings),
        stops=tuple(_listed(row["stop"], "|")),
        stop_texts=row.names("stop_text", languages),
        asset=row.or_none("asset"),
    )
    _check_alone(row, question, findings)
    if any(f.severity == "error" for f in findings[before:]):
        return None
    return QuestionRow(row.line, row["category"], int(order), question)


def _listed(cell: str, sign: str) -> list[str]:
    return [part.strip() for part in cell.split(sign) if part.strip()]


def _options(row: Row, languages: Sequence[str], findings: Findings) -> tuple[Option, ...]:
    """From `deep=Deeper than a hand; flat=Flat` per language, in the order of the first."""
    by_language = {}
    for lang in languages:
        cell = row[f"options_{lang}"] or (row["options"] if lang == languages[0] else "")
        pairs = [part.partition("=") for part in _listed(cell, ";")]
        by_language[lang] = {key.strip(): name.strip() for key, _, name in pairs}
        for key, _, name in pairs:
            if not _KEY.fullmatch(key.strip()) or not name.strip():
                what = f'"{key}" in options_{lang} is no answer to choose.'
                _error(row, findings, what, "Write key=Words, separated by semicolons.")
    first = by_language[languages[0]]
    for lang, known in by_language.items():
        for key in known.keys() - first.keys():
            what = f'options_{lang} has the key "{key}", options_{languages[0]} has not.'
            _error(row, findings, what, f"Use the same keys.{meant(key, first)}")
    return tuple(
        Option(key, {lang: by_language[lang].get(key) or name for lang in languages})
        for key, name in first.items()
    )


def _conditions(row: Row, findings: Findings) -> tuple[Condition, ...]:
    """From `place=road|path; lit=no`."""
    found = []
    for part in _listed(row["shown_when"], ";"):
        code, equals, keys = part.partition("=")
        if not equals or not _listed(keys, "|"):
            _error(row, findings, f'"{part}" is no condition.', "Write code=key or code=key|key.")
            continue
        found.append(Condition(code.strip(), tuple(_listed(keys, "|"))))
    return tuple(found)


def _check_alone(row: Row, question: Question, findings: Findings) -> None:
    keys = [option.key for option in question.options]
    if question.datatype in LISTS and question.variable and not keys:
        _error(row, findings, "A list needs answers to choose from.", "Fill in the options.")
    if question.datatype not in LISTS and keys:
        _error(row, findings, "Only lists have options.", "Make it a singlevaluelist.")
    if question.asset and question.datatype != "string":
        _error(row, findings, "The number of an asset is a string.", "Write string.")
    for key in question.stops:
        if key not in keys:
            what = f'The answer "{key}" in stop is none of the options.'
            _error(row, findings, what, f"Correct it.{meant(key, keys)}")
    if question.stops and not question.stop_texts:
        what = "It is not said what to do instead of reporting."
        _error(row, findings, what, "Fill in stop_text.")


def check_questions(pack: Pack) -> None:
    """Add a finding for every question that names what the pack does not have."""
    categories = {one.code for one in pack.categories}
    kinds = {asset.kind for asset in pack.assets}
    for one in pack.questions:
        question = one.question
        if one.category not in categories:
            what = f'There is no category "{one.category}".'
            pack.findings.error(
                FILE, one.line, what, f"Correct it.{meant(one.category, categories)}"
            )
        if question.asset and question.asset not in kinds:
            what = f'No asset is of the kind "{question.asset}".'
            pack.findings.error(FILE, one.line, what, f"Correct it.{meant(question.asset, kinds)}")
        for condition in question.shown_when:
            _check_condition(pack, one, condition)


def _check_condition(pack: Pack, one: QuestionRow, condition: Condition) -> None:
    """A question can only depend on an earlier list of the same category."""
    before = {
        other.question.code: other.question
        for other in pack.questions
        if other.category == one.category and other.order < one.order and other.question.options
    }
    if condition.code not in before:
        what = f'shown_when names "{condition.code}", which is no list asked before.'
        pack.findings.error(FILE, one.line, what, f"Correct it.{meant(condition.code, before)}")
        return
    keys = [option.key for option in before[condition.code].options]
    for key in condition.keys:
        if key not in keys:
            what = f'"{condition.code}" has no answer "{key}".'
            pack.findings.error(FILE, one.line, what, f"Correct it.{meant(key, keys)}")
