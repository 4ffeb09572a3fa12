"""The forms of a case: a page for each step, and the way on when one is sent."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts.colleagues import colleagues_of
from geo_portal.complaints.cases import ChangedMeanwhile
from geo_portal.complaints.evidence import give
from geo_portal.complaints.sorting import preview
from geo_portal.complaints.states import OUTCOME_WORDS, OUTCOMES
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import Conflict, Invalid, NotFound, Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep, status_of
from geo_portal.inbox.case import look_at, may_look_at, whole_history
from geo_portal.inbox.filters import QueueFilter
from geo_portal.inbox.queue import page_of
from geo_portal.inbox.templates import replies
from geo_portal.translation import Translator
from geo_portal.web.desk_case import show_case
from geo_portal.web.desk_doing import Sent, carry_out
from geo_portal.web.desk_forms import SPANS, CaseForm, CaseFormDep
from geo_portal.web.desk_preview import preview_of
from geo_portal.web.desk_steps import STEPS, steps_for
from geo_portal.web.desk_story import said_of, told
from geo_portal.web.evidence_form import EvidenceDep
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/desk/{code}/{step}")
def step_page(
    request: Request,
    code: str,
    step: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
) -> Response:
    """The case with the form of one step open; the case alone when it cannot be done now."""
    sent = Sent(session, city, who, code, _known(step), CaseForm(), clock.now())
    if STEPS[step] not in steps_for(session, who, look_at(session, who, code)):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/desk/{code}{query}", status_code=303)
    return _form_page(request, sent, words)


@router.post("/desk/{code}/{step}")
def make_step(
    request: Request,
    code: str,
    step: str,
    form: CaseFormDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    given: EvidenceDep,
) -> Response:
    """Make the step; or show the form again with what was written and why it did not go through.

    A form from before a colleague's change overwrites nothing: what changed is shown beside it.
    Photos of the result stay with the case even when the step itself is refused.
    """
    sent = Sent(session, city, who, code, _known(step), form, clock.now())
    if form.button == "use":
        return _form_page(request, _with_template(sent, words), words)
    try:
        if form.button == "preview":
            return _form_page(request, sent, words)
        if given:
            with session.begin_nested():
                give(session, who, code, given, sent.now)
        # What a refused step had begun to change is taken back.
        with session.begin_nested():
            carry_out(sent)
    except (Invalid, Conflict) as refusal:
        return _form_page(request, sent, words, refusal)
    return RedirectResponse(_way_on(request, sent), 303)


@router.post("/desk/{code}/{step}/preview")
def preview_part(
    request: Request,
    code: str,
    step: str,
    form: CaseFormDep,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
) -> Response:
    """What the citizen will read, while it is being written; by POST, so that no log has it."""
    sent = Sent(session, city, who, code, _known(step), form, clock.now())
    shown = preview_of(sent, look_at(session, who, code))
    return page(request, "desk/preview.html", lang=words.lang, city=city, preview=shown)


def _with_template(sent: Sent, words: Translator) -> Sent:
    """The form with the chosen template as its text, and the outcome that goes with it."""
    complaint = look_at(sent.session, sent.who, sent.code)
    known = replies(sent.session, sent.city, complaint, sent.step, words.lang)
    chosen = next((one for one in known if one.key == sent.form.template), None)
    if chosen is None:
        return sent
    return replace(sent, form=sent.form.answered_with(chosen.text, chosen.outcome))


def _known(step: str) -> str:
    if step not in STEPS:
        raise NotFound("There is no such step for a report.")
    return step


def _way_on(request: Request, sent: Sent) -> str:
    """The case again; or the next one, when that was wanted or the case is now somebody else's."""
    view = QueueFilter.read(request.query_params)
    query = f"&{view.query()}" if view.query() else ""
    code: str | None = sent.code
    if sent.form.button == "next" or not may_look_at(sent.session, sent.who, sent.code):
        code = _next_in(view, sent)
    # Without a fragment of its own the address would inherit the form's.
    return f"/desk{'/' + code if code else ''}?done={sent.step}{query}#case"


def _next_in(view: QueueFilter, sent: Sent) -> str | None:
    """The most urgent other case that is left in the view, None for an empty one."""
    wanted = view.checked(sent.session, sent.city)
    left = page_of(sent.session, sent.city, sent.who, wanted, sent.now, limit=2).rows
    return next((row.code for row in left if row.code != sent.code), None)


def _form_page(
    request: Request, sent: Sent, words: Translator, refusal: Refused | None = None
) -> Response:
    complaint = look_at(sent.session, sent.who, sent.code)
    return show_case(
        request,
        sent.session,
        sent.city,
        words,
        sent.who,
        sent.code,
        status=status_of(refusal) if refusal else 200,
        step=STEPS[sent.step],
        form=sent.form,
        mistake=words.sentence(refusal) if refusal else "",
        mistake_field=refusal.field if refusal else None,
        changed=_changed(sent, complaint, words) if isinstance(refusal, ChangedMeanwhile) else [],
        **_choices(sent, complaint, words, refusal is not None),
    )


def _changed(sent: Sent, complaint: Complaint, words: Translator) -> list[Any]:
    """What happened to the case after the person had looked at it."""
    seen = int(sent.form.seen_event) if sent.form.seen_event.isdecimal() else 0
    newer = [event for event in whole_history(sent.session, complaint.id) if event.id > seen]
    return told(sent.session, newer, sent.city, words)


def _choices(sent: Sent, complaint: Complaint, words: Translator, refused: bool) -> dict[str, Any]:
    """What a step's form offers to choose from."""
    owners = [code for code in (complaint.department_code, complaint.office_code) if code]
    return {
        "colleagues": colleagues_of(sent.session, owners),
        "departments": [one for one in sent.city.departments.values() if one.active],
        "outcomes": [(name, words.gettext(OUTCOME_WORDS[name])) for name in OUTCOMES],
        "spans": [(name, words.span(length)) for name, length in SPANS.items()],
        "would_change": _would_change(sent, complaint, words, refused),
        "replies": replies(sent.session, sent.city, complaint, sent.step, words.lang),
        "preview": preview_of(sent, complaint),
    }


def _would_change(
    sent: Sent, complaint: Complaint, words: Translator, refused: bool
) -> list[str] | None:
    """What another kind or place would change, when that is asked for; None when it is not."""
    if sent.step != "sort" or sent.form.button != "preview" or refused:
        return None
    changes = preview(
        sent.session,
        complaint,
        sent.now,
        category=sent.form.category or None,
        place=sent.form.place(sent.session),
    )
    return said_of(vars(changes), sent.city, words)
