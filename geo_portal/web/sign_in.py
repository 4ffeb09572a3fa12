"""Signing in without a password: ask for a link or code, open or type it, sign out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts import links, sign_in
from geo_portal.accounts.oidc import provider_is_set
from geo_portal.accounts.phone_numbers import sends_texts
from geo_portal.accounts.sessions import end_session
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Invalid, Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, SignInDep
from geo_portal.translation import N_, Translator
from geo_portal.web.pages import page
from geo_portal.web.signing_in import (
    OF_CITIZENS,
    OF_STAFF,
    Typed,
    asking_cookie,
    asking_token,
    browser_of,
    leads_to,
    network_of,
    private,
    remember,
    remember_asking,
    signed_in,
)

router = APIRouter(include_in_schema=False)

Address = Annotated[str, Query(max_length=2_000)]
WRONG_CODE = N_("This code is not right, or no longer good. Look again, or ask for a new one.")


@router.get("/sign-in")
def sign_in_page(
    request: Request,
    city: CityDep,
    words: ReaderDep,
    next: Address = "",  # noqa: A002
) -> Response:
    """Where citizens give their address."""
    return _asking(request, city, words, lead_to=next)


@router.post("/sign-in")
def ask(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    contact: Typed = "",
    next: Typed = "",  # noqa: A002
) -> Response:
    """Send a link and a code; the answer is the same for every address."""
    browser = asking_token(request)
    try:
        address = links.read_contact(contact, city.country)
    except Invalid as mistake:
        return _asking(request, city, words, lead_to=next, contact=contact, mistake=mistake)
    asking = {"browser": browser, "network": network_of(request), "language": words.lang}
    if "@" in address:
        lead_to = leads_to(next, OF_CITIZENS) if next else "/"
        links.send_link(session, address, clock.now(), **asking, lead_to=lead_to)
    else:
        links.send_code(session, address, clock.now(), **asking, portal=city.name(words.lang))
    response = _sent(request, city, words, lead_to=next, contact=address)
    remember_asking(response, browser)
    return response


@router.post("/sign-in/code")
def enter_code(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    code: Typed = "",
    contact: Typed = "",
    next: Typed = "",  # noqa: A002
) -> Response:
    """Sign in with the six digits of the message."""
    now = clock.now()
    opened = links.enter_code(
        session,
        code,
        now,
        browser=request.cookies.get(asking_cookie()),
        network=network_of(request),
    )
    if opened is None:
        return _sent(request, city, words, lead_to=next, contact=contact, wrong=True)
    return _welcome(request, session, words, opened, next)


@router.get("/sign-in/link")
def link_page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    token: Annotated[str, Query(max_length=200)] = "",
    next: Address = "",  # noqa: A002
) -> Response:
    """Ask once more: programs that look through mail open links, but press no buttons."""
    try:
        opened = links.look_at_link(
            session, token, clock.now(), browser=request.cookies.get(asking_cookie())
        )
    except links.LinkRefused as refusal:
        return _refused_link(request, city, words, refusal)
    return private(
        page(
            request,
            "sign-in-link.html",
            lang=words.lang,
            city=city,
            token=token,
            contact=opened.contact,
            lead_to=next,
        )
    )


@router.post("/sign-in/link")
def open_link(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    token: Typed = "",
    next: Typed = "",  # noqa: A002
) -> Response:
    """Use the link up and sign in."""
    browser = request.cookies.get(asking_cookie())
    try:
        opened = links.open_link(session, token, clock.now(), browser=browser)
    except links.LinkRefused as refusal:
        return _refused_link(request, city, words, refusal)
    return _welcome(request, session, words, opened, next)


def _welcome(
    request: Request, session: SessionDep, words: Translator, opened: links.Opened, lead_to: str
) -> Response:
    now = clock.now()
    token = sign_in.with_link(
        session, opened, now, language=words.lang, browser=browser_of(request)
    )
    otherwise = OF_STAFF if opened.purpose == "demo" else OF_CITIZENS
    wanted = "/sign-in/password" if opened.purpose == "set_up" else leads_to(lead_to, otherwise)
    return signed_in(request, session, token, now, wanted)


@router.post("/sign-out")
def sign_out(session: SessionDep, signed: SignInDep) -> Response:
    """End the sign-in of this browser, complete or half-way."""
    if signed:
        end_session(session, signed.person.id, signed.token_hash, clock.now())
    response = RedirectResponse("/", status_code=303)
    remember(response, None)
    return response


def _asking(
    request: Request,
    city: CityFacts,
    words: Translator,
    *,
    lead_to: str,
    contact: str = "",
    mistake: Refused | None = None,
) -> Response:
    response = page(
        request,
        "sign-in.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        lead_to=lead_to,
        contact=contact,
        mistake=words.sentence(mistake) if mistake else "",
        provider=provider_is_set(),
        by_phone=sends_texts(),
    )
    return private(response)


def _sent(
    request: Request,
    city: CityFacts,
    words: Translator,
    *,
    lead_to: str,
    contact: str,
    wrong: bool = False,
) -> Response:
    response = page(
        request,
        "sign-in-sent.html",
        lang=words.lang,
        city=city,
        status=422 if wrong else 200,
        lead_to=lead_to,
        contact=contact,
        mistake=words.gettext(WRONG_CODE) if wrong else "",
    )
    return private(response)


def _refused_link(
    request: Request, city: CityFacts, words: Translator, refusal: links.LinkRefused
) -> Response:
    response = page(
        request,
        "sign-in-refused.html",
        lang=words.lang,
        city=city,
        status=409,
        sentence=words.sentence(refusal),
    )
    return private(response)
