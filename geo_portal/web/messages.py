"""The desk's page of messages: given up and why, waiting, sent."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.intake.unread import unread
from geo_portal.notifications.messages import DEAD, STATES, how_many, messages, send_again
from geo_portal.settings import settings
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/desk/messages")
def messages_page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: StaffDep,
    state: Annotated[str, Query(max_length=20)] = DEAD,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Response:
    """Messages about the reader's own cases, newest first."""
    wanted = state if state in STATES else DEAD
    found, more = messages(session, person, wanted, before=before)
    return page(
        request,
        "messages.html",
        lang=words.lang,
        city=city,
        found=found,
        more=more,
        state=wanted,
        number=how_many(session, person),
        no_mail_server=not settings().smtp_host,
        sees_all=person.looks_after_everything,
    )


@router.get("/desk/messages/received")
def received_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, person: StaffDep
) -> Response:
    """Messages that arrived and could not be used, and why."""
    found = unread(session, person)
    return page(request, "messages-received.html", lang=words.lang, city=city, found=found)


@router.post("/desk/messages")
def try_again(
    session: SessionDep,
    person: StaffDep,
    message: Annotated[int, Form(ge=1, lt=2**63)],
) -> Response:
    """Send one that was given up once more."""
    send_again(session, person, message, clock.now())
    return RedirectResponse("/desk/messages", status_code=303)
