"""Views of the queue under a name, and the parts of other departments' cases: small pages."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from geo_portal import clock
from geo_portal.complaints.case_tables import Task
from geo_portal.complaints.tables import Complaint
from geo_portal.complaints.tasks import finish
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.inbox.filters import QueueFilter
from geo_portal.inbox.views import forget_view, save_view
from geo_portal.routing.reasons import category_name, department_name
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)

MOST_TASKS = 200
Typed = Annotated[str, Form()]


@router.post("/desk/views")
def save(
    session: SessionDep, who: StaffDep, name: Typed = "", query: Typed = "", share: Typed = ""
) -> Response:
    """Keep the view that was open, and go back to it."""
    kept = save_view(session, who, name, query, clock.now(), share_with=share or None)
    return RedirectResponse(f"/desk?{kept.query}" if kept.query else "/desk", status_code=303)


@router.post("/desk/views/{number}/forget")
def forget(session: SessionDep, who: StaffDep, number: int, query: Typed = "") -> Response:
    """Remove one of the person's own views."""
    forget_view(session, who, number)
    left = QueueFilter.read(dict(parse_qsl(query))).query()
    return RedirectResponse(f"/desk?{left}" if left else "/desk", status_code=303)


@router.get("/desk/tasks")
def tasks(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, who: StaffDep
) -> Response:
    """The parts of other departments' cases that this person's department still has to do."""
    wanted = select(Task, Complaint.code, Complaint.category_code, Complaint.department_code)
    wanted = wanted.join(Complaint, Complaint.id == Task.complaint_id)
    wanted = wanted.where(Task.done_at.is_(None))
    if not who.looks_after_everything:
        wanted = wanted.where(Task.department_code.in_(who.departments))
    rows = session.execute(wanted.order_by(Task.id).limit(MOST_TASKS))
    return page(
        request,
        "desk/task-list.html",
        lang=words.lang,
        city=city,
        tasks=[
            {
                "id": task.id,
                "title": task.title,
                "since": task.created_at,
                "code": code,
                "category": category_name(city, category, words.gettext, words.lang),
                "owner": department_name(city, owner, words.gettext, words.lang),
                "doer": department_name(city, task.department_code, words.gettext, words.lang),
            }
            for task, code, category, owner in rows
        ],
    )


@router.post("/desk/tasks/{number}")
def task_done(session: SessionDep, who: StaffDep, number: int, remark: Typed = "") -> Response:
    """The part is done."""
    finish(session, who, number, remark.replace("\0", ""), clock.now())
    return RedirectResponse("/desk/tasks", status_code=303)
