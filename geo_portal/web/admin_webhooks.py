"""The administrators' page of webhooks: where events are sent, how that fares, and what to do."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Invalid, NotUnderstood, Refused
from geo_portal.exchange import kept_webhooks
from geo_portal.exchange.events import KINDS
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep, database
from geo_portal.translation import N_, Translator
from geo_portal.web.pages import page
from geo_portal.web.signing_in import private
from geo_portal.web.story import TITLES

router = APIRouter(include_in_schema=False)

# How a webhook stands, with its sign.
STATES = {
    "sending": (N_("Events are sent"), "circle-check"),
    "failing": (N_("The last delivery did not arrive; it is tried again"), "circle-alert"),
    "paused": (N_("Paused; what happens meanwhile is sent later"), "pause"),
    "cut_off": (N_("Its key was taken back: nothing is sent"), "circle-slash"),
}
OFFICE, HIGHER_UP = N_("the office"), N_("somebody higher up")
STEPS = {
    "pause": kept_webhooks.pause_webhook,
    "resume": kept_webhooks.resume_webhook,
    "remove": kept_webhooks.remove_webhook,
}


@router.get("/admin/webhooks")
def webhooks_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, who: StaffDep
) -> Response:
    """All webhooks, and the form for a new one."""
    return _shown(request, session, city, words, who)


@router.post("/admin/webhooks")
def add(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    url: Annotated[str, Form(max_length=3000)] = "",
    key: Annotated[str, Form(max_length=20)] = "",
    kinds: Annotated[list[str], Form(max_length=100)] = [],  # noqa: B006  FastAPI copies it.
) -> Response:
    """The page again with the new webhook's secret on it, this once."""
    address, number = url.strip(), int(key) if key.isascii() and key.isdigit() else None
    try:
        kept_webhooks.check_address_as(who, address)
        secret = kept_webhooks.add_webhook_as(
            session, who, number, address, tuple(kinds), clock.now()
        )
    except Invalid as mistake:
        given = {"url": url[:2000], "key": number, "kinds": kinds}
        return _shown(request, session, city, words, who, mistake=mistake, given=given)
    return _shown(request, session, city, words, who, secret=secret, named=address)


@router.post("/admin/webhooks/{number}")
def change(
    request: Request,
    number: Annotated[int, Path(ge=1, lt=2**31)],
    session: SessionDep,
    who: StaffDep,
    step: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Try it once, pause it, go on, or remove it."""
    if step == "try":
        # In transactions of its own: the other side may take its time.
        kept_webhooks.try_webhook(database(request), who, number)
    elif step in STEPS:
        STEPS[step](session, who, number, clock.now())
    else:
        raise NotUnderstood("Choose what is to be done with the webhook.")
    place = "" if step == "remove" else f"#webhook-{number}"
    return RedirectResponse(f"/admin/webhooks{place}", status_code=303)


def _shown(
    request: Request,
    session: Session,
    city: CityFacts,
    words: Translator,
    who: Person,
    *,
    secret: str = "",
    named: str = "",
    mistake: Refused | None = None,
    given: dict[str, Any] | None = None,
) -> Response:
    response = page(
        request,
        "admin/webhooks.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        found=kept_webhooks.every_webhook(session, who),
        states=STATES,
        keys=kept_webhooks.keys_for_events(session),
        kind_words={kind: _said(kind, words) for kind in KINDS},
        secret=secret,
        named=named,
        mistake=words.sentence(mistake) if mistake else "",
        given=given or {"url": "", "key": None, "kinds": []},
    )
    return private(response)


def _said(kind: str, words: Translator) -> str:
    """What a kind of event is, as the story of a report has it."""
    office, told = words.gettext(OFFICE), words.gettext(HIGHER_UP)
    said = words.gettext(TITLES[kind]).format(office=office, told=told)
    return said[:1].upper() + said[1:]
