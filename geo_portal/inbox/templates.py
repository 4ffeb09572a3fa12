"""Ready-made sentences for the citizen: shipped with the portal, or a department's own."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import CaseScope, Operation, may, require
from geo_portal.accounts.tables import Account
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import nearest
from geo_portal.complaints.find import areas_of
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.sorting import place_of
from geo_portal.complaints.states import OUTCOMES
from geo_portal.complaints.tables import Complaint
from geo_portal.complaints.timeline import LONGEST_REMARK
from geo_portal.errors import Invalid, NotFound
from geo_portal.inbox.tables import ReplyTemplate
from geo_portal.routing.reasons import category_name, department_name
from geo_portal.translation import LANGUAGES, Translator, translator

SHIPPED = Path(__file__).with_name("replies.csv")
# The steps of a case in which somebody writes to the citizen.
WRITTEN_IN = (*(name for name in MOVES if name not in ("resume", "merge")), "transfer", "remark")
PLACEHOLDERS = ("code", "category", "office", "place", "due")
LONGEST_NAME = 80


@dataclass(frozen=True)
class Reply:
    """A ready-made sentence: `name` is for the officer, `text` (with placeholders) for the citizen.

    `key` names it in a form: a word for a shipped one, a number for a department's own.
    """

    key: str
    outcome: str
    name: str
    text: str


def replies(
    session: Session, city: CityFacts, complaint: Complaint, step: str, lang: str
) -> list[Reply]:
    """What fits a step of this case, in the language of its reporter; the office's own first.

    `lang` is the officer's language, in which shipped ones are named.
    """
    reader = reading_language(session, city, complaint)
    own = select(ReplyTemplate).where(
        ReplyTemplate.move == step,
        ReplyTemplate.language == reader,
        _is_or_empty(ReplyTemplate.department_code, complaint.department_code),
        _is_or_empty(ReplyTemplate.category_code, complaint.category_code),
    )
    found = [
        Reply(str(row.id), row.outcome or "", row.name, row.text)
        for row in session.scalars(own.order_by(ReplyTemplate.name, ReplyTemplate.id))
    ]
    category = complaint.category_code or ""
    return found + [
        Reply(row["key"], row["outcome"], row[f"name_{lang}"], row[f"text_{reader}"])
        for row in shipped()
        if row["move"] == step and category.startswith(row["category"])
    ]


def _is_or_empty(
    column: InstrumentedAttribute[str | None], code: str | None
) -> ColumnElement[bool]:
    return or_(column.is_(None), column == code)


@cache
def shipped() -> tuple[dict[str, str], ...]:
    """The rows of replies.csv."""
    with SHIPPED.open(newline="", encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


def reading_language(session: Session, city: CityFacts, complaint: Complaint) -> str:
    """The language in which the reporter of a case reads: theirs, or that of their words."""
    known = None
    if complaint.reporter_id is not None:
        known = session.scalar(select(Account.language).where(Account.id == complaint.reporter_id))
    wishes = (known, complaint.language, *city.languages)
    return next((wish for wish in wishes if wish in LANGUAGES), "en")


_PLACE = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")


def filled(session: Session, city: CityFacts, complaint: Complaint, text: str) -> str:
    """The text with its placeholders filled in, in the reporter's language.

    Only the five known ones are replaced, once and all together: other braces, and braces in
    what is filled in, stay what they are.
    """
    if not _PLACE.search(text):
        return text
    words = translator(reading_language(session, city, complaint))
    facts = _facts(session, city, complaint, words)
    return _PLACE.sub(lambda found: facts[found.group(1)], text)


def _facts(
    session: Session, city: CityFacts, complaint: Complaint, words: Translator
) -> dict[str, str]:
    office = complaint.office_code or complaint.department_code
    due = complaint.due_at
    return {
        "code": complaint.code,
        "category": category_name(city, complaint.category_code, words.gettext, words.lang),
        "office": department_name(city, office, words.gettext, words.lang),
        "place": _place(session, complaint, words),
        "due": words.full_moment(due, city.timezone) if due else "–",
    }


def _place(session: Session, complaint: Complaint, words: Translator) -> str:
    """The address as given, else what is nearest, else the area."""
    if complaint.address:
        return complaint.address
    if near := nearest(session, place_of(session, complaint)):
        return near.name
    areas = areas_of(session, complaint.jurisdiction_ids)
    return areas[-1].name if areas else words.gettext("the place you marked")


def own_templates(session: Session, who: Person) -> list[ReplyTemplate]:
    """The templates of a person's departments, or that they look after, by step and name."""
    rows = session.scalars(
        select(ReplyTemplate).order_by(ReplyTemplate.move, ReplyTemplate.name, ReplyTemplate.id)
    )
    return [
        row
        for row in rows
        if row.department_code in who.departments or _manages(who, row.department_code)
    ]


def _manages(who: Person, department: str | None) -> bool:
    return may(who, Operation.MANAGE_TEMPLATES, CaseScope(department_code=department))


def add_template(
    session: Session,
    who: Person,
    city: CityFacts,
    *,
    department: str | None,
    category: str | None,
    step: str,
    outcome: str | None,
    language: str,
    name: str,
    text: str,
) -> ReplyTemplate:
    """Keep a sentence for a department (None: all, which only an administrator may).

    Raises `NotAllowed`, or `Invalid` for what is missing or unknown.
    """
    require(who, Operation.MANAGE_TEMPLATES, CaseScope(department_code=department))
    if step not in WRITTEN_IN or language not in LANGUAGES:
        raise Invalid("Choose when the sentence is used, and its language.", field="step")
    if department is not None and department not in city.departments:
        raise Invalid("There is no department “{code}” any more.", field="to", code=department[:80])
    if category is not None and category not in city.categories:
        raise Invalid("Choose a kind of problem from the list.", field="category")
    if not name.strip() or not text.strip():
        raise Invalid("A template needs a name and a text.", field="name")
    if len(name) > LONGEST_NAME or len(text) > LONGEST_REMARK:
        raise Invalid("The name or the text is too long.", field="name")
    kept = ReplyTemplate(
        department_code=department,
        category_code=category,
        move=step,
        outcome=outcome if outcome in OUTCOMES else None,
        language=language,
        name=name.strip(),
        text=text.strip(),
    )
    session.add(kept)
    session.flush()
    return kept


def remove_template(session: Session, who: Person, number: int) -> None:
    """Forget a template; raises `NotFound` or `NotAllowed`."""
    found = session.get(ReplyTemplate, number)
    if found is None:
        raise NotFound("There is no such template any more.")
    require(who, Operation.MANAGE_TEMPLATES, CaseScope(department_code=found.department_code))
    session.delete(found)
    session.flush()
