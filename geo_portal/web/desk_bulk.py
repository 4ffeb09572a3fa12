"""Several cases at once: what to do with the ticked ones, and what came of each."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.colleagues import colleagues_of
from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.states import OUTCOME_WORDS, OUTCOMES
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Invalid
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.inbox.bulk import BulkOutcome, Chosen, do_each, read_chosen
from geo_portal.inbox.case import look_at
from geo_portal.inbox.filters import QueueFilter
from geo_portal.inbox.queue import case_columns
from geo_portal.inbox.reach import branches, may_work_on
from geo_portal.inbox.templates import Reply, replies
from geo_portal.translation import Translator
from geo_portal.web.desk_doing import Sent, carry_out
from geo_portal.web.desk_forms import SPANS, CaseForm, CaseFormDep
from geo_portal.web.desk_shown import shown_cases
from geo_portal.web.desk_steps import BULK, STEPS
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

# These need nothing more to be said, so they are done at once.
AT_ONCE = frozenset({"take", "start"})


def read_ticked(
    chosen: Annotated[list[str], Form()] = [],  # noqa: B006  FastAPI copies it for each request.
    action: Annotated[str, Form()] = "",
) -> tuple[list[str], str]:
    """The ticked boxes, and what is to be done with them."""
    return chosen, action


TickedDep = Annotated[tuple[list[str], str], Depends(read_ticked)]


@router.post("/desk/bulk")
def bulk(
    request: Request,
    ticked: TickedDep,
    form: CaseFormDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
) -> Response:
    """Ask what the action needs; do it with each case; list what was refused and why."""
    boxes, action = ticked
    if action not in BULK:
        raise Invalid("Choose what to do with the reports.", field="action")
    chosen = read_chosen(boxes)
    outcome: BulkOutcome | None = None
    if action in AT_ONCE or form.button == "do":
        outcome = _do(session, city, who, words, action, form, chosen)
    view = QueueFilter.read(request.query_params)
    return page(
        request,
        "desk/bulk.html",
        lang=words.lang,
        city=city,
        step=STEPS["assign" if action == "take" else action],
        action=action,
        chosen=chosen,
        cases=_cases(session, city, who, words, chosen),
        outcome=outcome,
        with_query=f"?{view.query()}" if view.query() else "",
        form=form,
        mistake="",
        mistake_field=None,
        preview=None,
        **_choices(session, city, who, words, action, chosen),
    )


def _do(
    session: Session,
    city: CityFacts,
    who: Person,
    words: Translator,
    action: str,
    form: CaseForm,
    chosen: list[Chosen],
) -> BulkOutcome:
    """Each case as if its own form had been sent, made from the version that was ticked."""
    step, now = ("assign" if action == "take" else action), clock.now()

    def one(case: Chosen) -> None:
        filled_in = form.for_case(case.version, to_person=who.id if action == "take" else None)
        if action == "resolve" and form.template:
            filled_in = _answered(session, city, who, words, case, filled_in)
        carry_out(Sent(session, city, who, case.code, step, filled_in, now))

    return do_each(session, chosen, one)


def _answered(
    session: Session,
    city: CityFacts,
    who: Person,
    words: Translator,
    case: Chosen,
    form: CaseForm,
) -> CaseForm:
    """The form with the chosen template in the language of that case's reporter."""
    complaint = look_at(session, who, case.code)
    known = replies(session, city, complaint, "resolve", words.lang)
    found = next((reply for reply in known if reply.key == form.template), None)
    if found is None:
        raise Invalid("This ready-made sentence does not fit this report.", field="template")
    return form.answered_with(found.text, found.outcome)


def _cases(
    session: Session, city: CityFacts, who: Person, words: Translator, chosen: list[Chosen]
) -> dict[str, Any]:
    """The chosen cases that the person may see, by code."""
    wanted = Complaint.code.in_([one.code for one in chosen])
    seen = may_work_on(branches(session, city, who))
    rows = list(session.execute(case_columns().where(wanted, seen)))
    shown = shown_cases(session, rows, city, who, words, clock.now())
    return {case.code: case for case in shown}


def _choices(
    session: Session,
    city: CityFacts,
    who: Person,
    words: Translator,
    action: str,
    chosen: list[Chosen],
) -> dict[str, Any]:
    offices = list(who.departments) or sorted(city.departments)
    return {
        "colleagues": colleagues_of(session, offices) if action == "assign" else [],
        "departments": [one for one in city.departments.values() if one.active],
        "outcomes": [(name, words.gettext(OUTCOME_WORDS[name])) for name in OUTCOMES],
        "spans": [(name, words.span(length)) for name, length in SPANS.items()],
        "replies": _replies(session, city, words, chosen) if action == "resolve" else [],
    }


def _replies(
    session: Session, city: CityFacts, words: Translator, chosen: list[Chosen]
) -> list[Reply]:
    """What fits the first of the cases; one that does not fit another is refused there."""
    first = session.scalars(select(Complaint).where(Complaint.code == chosen[0].code)).one_or_none()
    return replies(session, city, first, "resolve", words.lang) if first else []
