"""Staff sign in with a password, and then with a second factor that they set up the first time."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts import passwords, sign_in, totp
from geo_portal.accounts.oidc import provider_is_set
from geo_portal.accounts.permissions import NotSignedIn
from geo_portal.accounts.sessions import SignIn
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Invalid, NotAllowed, Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, SignInDep
from geo_portal.translation import N_, Translator
from geo_portal.web.pages import page
from geo_portal.web.signing_in import (
    OF_STAFF,
    Typed,
    browser_of,
    leads_to,
    network_of,
    private,
    remember,
    second_step,
    signed_in,
)

router = APIRouter(include_in_schema=False)

Address = Annotated[str, Query(max_length=2_000)]
WRONG_PAIR = N_("This address and this password do not belong together. Please look at both again.")
WRONG_CODE = N_("This code is not right, or was used already. Wait for the next one and try again.")


@router.get("/sign-in/staff")
def staff_page(
    request: Request,
    city: CityDep,
    words: ReaderDep,
    signed: SignInDep,
    next: Address = "",  # noqa: A002
) -> Response:
    """Address and password; who has given both already is led to the second step."""
    if signed and not signed.complete:
        return RedirectResponse(second_step(leads_to(next, OF_STAFF)), status_code=303)
    return _asking(request, city, words, lead_to=next)


@router.post("/sign-in/staff")
def give_password(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    email: Typed = "",
    password: Typed = "",
    next: Typed = "",  # noqa: A002
) -> Response:
    """Go on to the second step; a wrong pair is answered the same whether the address is known."""
    now = clock.now()
    token = sign_in.with_password(
        session, email, password, now, network=network_of(request), browser=browser_of(request)
    )
    if token is None:
        return _asking(request, city, words, lead_to=next, email=email, wrong=True)
    return signed_in(request, session, token, now, leads_to(next, OF_STAFF))


def _asking(
    request: Request,
    city: CityFacts,
    words: Translator,
    *,
    lead_to: str,
    email: str = "",
    wrong: bool = False,
) -> Response:
    response = page(
        request,
        "sign-in-staff.html",
        lang=words.lang,
        city=city,
        status=422 if wrong else 200,
        lead_to=lead_to,
        email=email,
        mistake=words.gettext(WRONG_PAIR) if wrong else "",
        provider=provider_is_set(),
    )
    return private(response)


@router.get("/sign-in/password")
def password_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, signed: SignInDep
) -> Response:
    """Choose the first password."""
    _who_has_no_password(session, signed)
    return _choosing(request, city, words)


@router.post("/sign-in/password")
def choose_password(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    signed: SignInDep,
    password: Typed = "",
) -> Response:
    """Keep the first password and go on to the second step."""
    known = _who_has_no_password(session, signed)
    try:
        passwords.set_password(session, known.person.id, password)
    except Invalid as mistake:
        return _choosing(request, city, words, mistake)
    lead_to = leads_to("", OF_STAFF)
    return RedirectResponse(lead_to if known.complete else second_step(lead_to), status_code=303)


def _who_has_no_password(session: SessionDep, signed: SignIn | None) -> SignIn:
    known = _somebody(signed)
    if passwords.is_set(session, known.person.id):
        raise NotAllowed("You have a password already. You can change it on your own page.")
    return known


def _somebody(signed: SignIn | None) -> SignIn:
    if signed is None:
        raise NotSignedIn("Please sign in first.", staff=True)
    return signed


def _choosing(
    request: Request, city: CityFacts, words: Translator, mistake: Refused | None = None
) -> Response:
    response = page(
        request,
        "sign-in-password.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        shortest=passwords.SHORTEST,
        mistake=words.sentence(mistake) if mistake else "",
    )
    return private(response)


@router.get("/sign-in/second-step")
def second_step_page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    signed: SignInDep,
    next: Address = "",  # noqa: A002
) -> Response:
    """Ask for the app's code, or have the app set up where there is none yet."""
    known = _somebody(signed)
    if known.complete:
        return RedirectResponse(leads_to(next, OF_STAFF), status_code=303)
    if totp.is_set_up(session, known.person.id):
        return _asking_code(request, city, words, lead_to=next)
    offer = totp.offer(known.person.id, known.person.email or "", city.name(words.lang))
    return setting_up(request, city, words, offer, action="/sign-in/second-step", lead_to=next)


@router.post("/sign-in/second-step")
def give_code(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    signed: SignInDep,
    code: Typed = "",
    offered: Typed = "",
    next: Typed = "",  # noqa: A002
) -> Response:
    """Complete the sign-in, under a new cookie."""
    known, now, browser = _somebody(signed), clock.now(), browser_of(request)
    if known.complete:
        return RedirectResponse(leads_to(next, OF_STAFF), status_code=303)
    if not totp.is_set_up(session, known.person.id):
        return _first_code(request, session, city, words, known, code, offered, next)
    token = sign_in.with_second_factor(session, known, code, now, browser=browser)
    if token is None:
        return _asking_code(request, city, words, lead_to=next, wrong=True)
    return signed_in(request, session, token, now, leads_to(next, OF_STAFF))


def _first_code(
    request: Request,
    session: SessionDep,
    city: CityFacts,
    words: Translator,
    known: SignIn,
    code: str,
    offered: str,
    lead_to: str,
) -> Response:
    now, account = clock.now(), known.person.email or ""
    try:
        codes = totp.accept(session, known.person.id, offered, code, now)
    except Invalid as mistake:
        offer = totp.offered_again(known.person.id, offered, account, city.name(words.lang))
        return setting_up(
            request, city, words, offer, "/sign-in/second-step", lead_to=lead_to, mistake=mistake
        )
    token = sign_in.complete(session, known, now, browser=browser_of(request))
    response = recovery_codes(request, city, words, codes, leads_to(lead_to, OF_STAFF))
    remember(response, token)
    return response


def _asking_code(
    request: Request, city: CityFacts, words: Translator, *, lead_to: str, wrong: bool = False
) -> Response:
    response = page(
        request,
        "second-step.html",
        lang=words.lang,
        city=city,
        status=422 if wrong else 200,
        lead_to=lead_to,
        mistake=words.gettext(WRONG_CODE) if wrong else "",
    )
    return private(response)


def setting_up(
    request: Request,
    city: CityFacts,
    words: Translator,
    offer: totp.Offer,
    action: str,
    *,
    lead_to: str = "",
    mistake: Refused | None = None,
) -> Response:
    """The page with the picture to scan; its form goes to `action`."""
    response = page(
        request,
        "second-factor.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        offer=offer,
        action=action,
        lead_to=lead_to,
        mistake=words.sentence(mistake) if mistake else "",
    )
    return private(response)


def recovery_codes(
    request: Request, city: CityFacts, words: Translator, codes: tuple[str, ...], lead_to: str
) -> Response:
    """The page that shows recovery codes, the only time they can be seen."""
    response = page(
        request, "recovery-codes.html", lang=words.lang, city=city, codes=codes, lead_to=lead_to
    )
    return private(response)
