"""The ready-made sentences of a department: read by its officers, looked after by its head."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal.accounts.permissions import CaseScope, Operation, may
from geo_portal.complaints.moves import MOVES
from geo_portal.complaints.states import OUTCOME_WORDS, OUTCOMES
from geo_portal.errors import Invalid
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.inbox.templates import (
    PLACEHOLDERS,
    WRITTEN_IN,
    add_template,
    own_templates,
    remove_template,
    shipped,
)
from geo_portal.translation import Translator
from geo_portal.web.desk_steps import STEPS
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Form()]
_FIELDS = ("department", "category", "step", "outcome", "language", "name", "text")


@router.get("/desk/templates")
def templates(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, who: StaffDep
) -> Response:
    """The sentences of the person's departments, and those that come with the portal."""
    return _page(request, session, city, words, who, {})


@router.post("/desk/templates")
def add(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    department: Typed = "",
    category: Typed = "",
    step: Typed = "",
    outcome: Typed = "",
    language: Typed = "",
    name: Typed = "",
    text: Typed = "",
) -> Response:
    """Keep a new sentence; or the form again, with everything that was written."""
    try:
        add_template(
            session,
            who,
            city,
            department=department or None,
            category=category or None,
            step=step,
            outcome=outcome or None,
            language=language,
            name=name.replace("\0", ""),
            text=text.replace("\0", ""),
        )
    except Invalid as refusal:
        typed = {
            "department": department,
            "category": category,
            "step": step,
            "outcome": outcome,
            "language": language,
            "name": name,
            "text": text,
        }
        return _page(request, session, city, words, who, typed, words.sentence(refusal))
    return RedirectResponse("/desk/templates", status_code=303)


@router.post("/desk/templates/{number}/remove")
def remove(session: SessionDep, who: StaffDep, number: int) -> Response:
    """Forget a sentence of the person's department."""
    remove_template(session, who, number)
    return RedirectResponse("/desk/templates", status_code=303)


def _page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: Translator,
    who: StaffDep,
    typed: dict[str, str],
    mistake: str = "",
) -> Response:
    theirs = [
        one
        for one in city.departments.values()
        if may(who, Operation.MANAGE_TEMPLATES, CaseScope(department_code=one.code))
    ]
    steps = {name: words.gettext(STEPS[name].label) for name in WRITTEN_IN}
    return page(
        request,
        "desk/templates.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        own=own_templates(session, who),
        managed=[one.code for one in theirs],
        departments=theirs,
        for_all=who.looks_after_everything,
        steps=steps,
        outcomes={name: words.gettext(OUTCOME_WORDS[name]) for name in OUTCOMES},
        placeholders=PLACEHOLDERS,
        typed=dict.fromkeys(_FIELDS, "") | typed,
        mistake=mistake,
        shipped=_shipped(words, steps),
    )


def _shipped(words: Translator, steps: dict[str, str]) -> list[dict[str, Any]]:
    """What comes with the portal, in the reader's language, by step."""
    return [
        {
            "step": steps[name],
            "replies": [
                (row[f"name_{words.lang}"], row[f"text_{words.lang}"])
                for row in shipped()
                if row["move"] == name
            ],
        }
        for name in WRITTEN_IN
        if name in MOVES or name in STEPS
    ]
