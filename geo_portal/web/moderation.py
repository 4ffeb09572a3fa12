"""Objecting to a report or a photo, and the moderators' queue."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.secret import digest
from geo_portal.community import comments
from geo_portal.complaints.find import by_code, photos_of
from geo_portal.errors import Invalid
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep, StaffDep
from geo_portal.moderation import bans, flags
from geo_portal.moderation.acts import WORDS, acts
from geo_portal.web.own_browser import DeviceDep
from geo_portal.web.pages import page
from geo_portal.web.signing_in import Typed, network_of, private

router = APIRouter(include_in_schema=False)


@router.get("/c/{code}/flag")
def flag_page(
    request: Request, code: str, session: SessionDep, city: CityDep, words: ReaderDep
) -> Response:
    """What is wrong with it?"""
    known = by_code(session, code)
    return _flagging(request, session, city, words, code=known.code, done=False)


@router.post("/c/{code}/flag")
def flag(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: PersonDep,
    device: DeviceDep,
    about: Typed = "",
    reason: Typed = "",
    note: Typed = "",
) -> Response:
    """Have a moderator look at it; objecting twice counts once."""
    if person:
        by = f"person:{person.id}"
    elif device:
        by = f"device:{device}"
    else:
        by = f"network:{digest('network', network_of(request))}"
    try:
        # What is objected to: the report as a whole, or one of its photos.
        kind, reference = (flags.PHOTO, about) if about else (flags.COMPLAINT, code)
        flags.flag(session, kind, reference, reason, note, by, clock.now())
    except Invalid as mistake:
        return _flagging(
            request, session, city, words, code=code, done=False, mistake=words.sentence(mistake)
        )
    return _flagging(request, session, city, words, code=code, done=True)


@router.get("/desk/moderation")
def moderation_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, person: StaffDep
) -> Response:
    """What waits for a decision, and what was decided."""
    return private(
        page(
            request,
            "moderation.html",
            lang=words.lang,
            city=city,
            found=flags.queue(session, person),
            acts=acts(session, person),
            act_words=WORDS,
            held=comments.held(session, person),
            appeals=bans.appeals(session, person),
            ban_days=bans.DAYS,
            me=person,
            reasons=flags.REASONS,
        )
    )


@router.post("/desk/moderation")
def decide(
    session: SessionDep,
    person: StaffDep,
    kind: Typed = "",
    reference: Typed = "",
    why: Typed = "",
    step: Annotated[str, Form(pattern="^(hide|keep|show)$")] = "keep",
) -> Response:
    """Hide it, let it stand, or show it again."""
    now = clock.now()
    if step == "show":
        flags.show_again(session, person, reference, why, now)
    else:
        flags.decide(session, person, kind, reference, step == "hide", why, now)
    return RedirectResponse("/desk/moderation", status_code=303)


def _flagging(
    request: Request,
    session: Session,
    city: CityDep,
    words: ReaderDep,
    *,
    code: str,
    done: bool,
    mistake: str = "",
) -> Response:
    known = by_code(session, code)
    return page(
        request,
        "flag.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        code=code,
        done=done,
        mistake=mistake,
        reasons=flags.REASONS,
        photos=[] if known.sensitive else photos_of(session, known.id),
    )
