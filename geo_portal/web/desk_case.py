"""A case on the desk: everything known about it, and a button for everything that can be done."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import Operation, may
from geo_portal.city.facts import CityFacts
from geo_portal.city.gazetteer import nearest
from geo_portal.city.said_answers import said_answers
from geo_portal.complaints.cases import scope_of
from geo_portal.complaints.duplicates import similar_nearby
from geo_portal.complaints.find import areas_of, photos_of
from geo_portal.complaints.tables import Complaint
from geo_portal.complaints.tasks import tasks_of
from geo_portal.geometry import LonLat
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.inbox.case import look_at, whole_history
from geo_portal.inbox.queue import case_columns
from geo_portal.inbox.reporter import reporter_of
from geo_portal.routing.reasons import category_name, department_name, sentence
from geo_portal.translation import Translator
from geo_portal.web.desk import queue_context
from geo_portal.web.desk_shown import shown_cases
from geo_portal.web.desk_steps import FOREMOST, steps_for
from geo_portal.web.desk_story import told
from geo_portal.web.pages import page
from geo_portal.web.shown import photo_url

router = APIRouter(include_in_schema=False)


@router.get("/desk/{code}")
def case_page(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
) -> Response:
    """The case beside the queue it was opened from."""
    return show_case(request, session, city, words, who, code)


@router.get("/desk/{code}/print")
def printed(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
) -> Response:
    """The case on paper, or as a PDF by way of the browser's own print dialog."""
    complaint = look_at(session, who, code)
    context = case_context(session, city, words, who, complaint)
    return page(request, "desk/print.html", lang=words.lang, city=city, **context)


def show_case(
    request: Request,
    session: Session,
    city: CityFacts,
    words: Translator,
    who: Person,
    code: str,
    *,
    status: int = 200,
    **more: Any,
) -> Response:
    """The page of a case; `more` is what a form adds to it."""
    complaint = look_at(session, who, code)
    context = {"step": None, "form": None, "mistake": "", **more}
    return page(
        request,
        "desk/desk.html",
        lang=words.lang,
        city=city,
        status=status,
        **queue_context(request, session, city, words, who),
        **case_context(session, city, words, who, complaint),
        **context,
    )


def case_context(
    session: Session, city: CityFacts, words: Translator, who: Person, complaint: Complaint
) -> dict[str, Any]:
    """What the pane of a case, and the page for printing, show."""
    now = clock.now()
    row = session.execute(case_columns().where(Complaint.id == complaint.id)).one()
    [case] = shown_cases(session, [row], city, who, words, now)
    events = whole_history(session, complaint.id)
    routed = next((event.facts for event in events if event.kind == "submitted"), {})
    said = (
        (r["kind"], sentence(r, city, words.gettext, words.lang)) for r in routed.get("reasons", [])
    )
    place = LonLat(row.lon, row.lat)
    steps = steps_for(session, who, complaint)
    return {
        "case": case,
        "complaint": complaint,
        "answers": said_answers(city, complaint.category_code, complaint.answers, words),
        "case_areas": areas_of(session, complaint.jurisdiction_ids),
        "nearest": nearest(session, place),
        "reasons": [(kind, words_) for kind, words_ in said if words_],
        "story": told(session, events, city, words),
        "last_event": events[-1].id if events else 0,
        "photos": [
            {
                "small": photo_url(photo.key, "small"),
                "large": photo_url(photo.key, "large"),
                "id": photo.id,
                "hidden": photo.hidden,
                "alt": photo.alt,
                "kind": photo.kind,
            }
            for photo in photos_of(session, complaint.id, hidden=True)
        ],
        "tasks": [
            (task, department_name(city, task.department_code, words.gettext, words.lang))
            for task in tasks_of(session, complaint.id)
        ],
        "steps": steps,
        **_reporter(session, city, words, who, complaint),
        "foremost": sum(step.name in FOREMOST for step in steps),
        "can_take": any(step.name == "assign" for step in steps)
        and complaint.assignee_id != who.id,
        "similar": [
            (one, category_name(city, one.category, words.gettext, words.lang))
            for one in similar_nearby(
                session, place, complaint.category_code, complaint.description, now
            )
            if one.code != complaint.code
        ],
        "joined": list(
            session.scalars(select(Complaint.code).where(Complaint.merged_into_id == complaint.id))
        ),
    }


def _reporter(
    session: Session, city: CityFacts, words: Translator, who: Person, complaint: Complaint
) -> dict[str, Any]:
    """Who reported it, for those who work on the case; not for those who do a part of it."""
    if not may(who, Operation.SEE_CASE_DETAILS, scope_of(session, complaint)):
        return {"reporter": None, "contact": None, "reports_before": []}
    reporter = reporter_of(session, who, complaint)
    before = [
        (one, category_name(city, one.category_code, words.gettext, words.lang))
        for one in (reporter.others if reporter else [])
    ]
    return {"reporter": reporter, "contact": complaint.contact, "reports_before": before}
