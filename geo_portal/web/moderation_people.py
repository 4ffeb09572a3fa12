"""What moderators do about people: comments that wait, names, bans and appeals."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts.bans import newest_ban
from geo_portal.errors import Invalid
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep, StaffDep
from geo_portal.moderation import bans, names
from geo_portal.web.own_browser import DeviceDep
from geo_portal.web.pages import page
from geo_portal.web.signing_in import Typed, private

router = APIRouter(include_in_schema=False)

Whole = Annotated[int, Form()]


@router.post("/desk/moderation/comments/{number}")
def judge_comment(
    number: int,
    session: SessionDep,
    who: StaffDep,
    why: Typed = "",
    step: Annotated[str, Form(pattern="^(show|hide|name|name-back)$")] = "show",
) -> Response:
    """Let a comment through, take it away, or take the name from beside it."""
    now = clock.now()
    if step == "show":
        names.let_through(session, who, number, why, now)
    elif step == "hide":
        names.take_away(session, who, number, why, now)
    else:
        names.hide_name(session, who, number, why, now, hidden=step == "name")
    return _back()


@router.post("/desk/moderation/words/{code}")
def cover_words(
    code: str, session: SessionDep, who: StaffDep, words: Typed = "", why: Typed = ""
) -> Response:
    """Put dots in the place of a name in what everybody reads of a report."""
    names.cover_words(session, who, code, words, why, clock.now())
    return _back()


@router.post("/desk/moderation/bans")
def ban(
    session: SessionDep,
    who: StaffDep,
    days: Whole,
    kind: Typed = "",
    reference: Typed = "",
    why: Typed = "",
) -> Response:
    """Ban whoever something came from."""
    bans.ban(session, who, kind, reference, days, why, clock.now())
    return _back()


@router.post("/desk/moderation/appeals/{number}")
def decide_appeal(
    number: int,
    session: SessionDep,
    who: StaffDep,
    why: Typed = "",
    step: Annotated[str, Form(pattern="^(lift|keep)$")] = "keep",
) -> Response:
    """Lift a colleague's ban or let it stand."""
    bans.decide_appeal(session, who, number, why, clock.now(), lift=step == "lift")
    return _back()


@router.get("/account/ban")
def own_ban(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    asking: PersonDep,
    device: DeviceDep,
) -> Response:
    """Why one may not take part, until when, and the appeal."""
    found = newest_ban(session, asking.id if asking else None, device)
    return private(page(request, "ban.html", lang=words.lang, city=city, ban=found, mistake=""))


@router.post("/account/ban")
def appeal(
    request: Request,
    session: SessionDep,
    city: CityDep,
    translate: ReaderDep,
    asking: PersonDep,
    device: DeviceDep,
    words: Typed = "",
) -> Response:
    """Ask for another judgement."""
    person_id = asking.id if asking else None
    try:
        bans.appeal(session, person_id, device, words, clock.now())
    except Invalid as wrong:
        return private(
            page(
                request,
                "ban.html",
                lang=translate.lang,
                city=city,
                status=422,
                ban=newest_ban(session, person_id, device),
                mistake=translate.sentence(wrong),
            )
        )
    return RedirectResponse("/account/ban", status_code=303)


def _back() -> Response:
    return RedirectResponse("/desk/moderation", status_code=303)
