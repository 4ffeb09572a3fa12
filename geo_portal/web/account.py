"""A person's own page: their name, where they are signed in, password and second factor."""

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts import passwords, register, sessions, totp
from geo_portal.accounts.limits import PASSWORD_ANYWHERE, count_attempt, refuse_if_too_many
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import NotSignedIn
from geo_portal.accounts.sessions import SignIn
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Invalid, NotFound, Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, SignInDep, StaffDep
from geo_portal.translation import N_, Translator
from geo_portal.web.devices import device_name
from geo_portal.web.pages import page
from geo_portal.web.sign_in_staff import recovery_codes, setting_up
from geo_portal.web.signing_in import Typed, private

router = APIRouter(include_in_schema=False, prefix="/account")

ROLE_WORDS = {
    "officer": N_("Officer"),
    "head": N_("Head"),
    "planner": N_("Planner"),
    "moderator": N_("Moderator"),
    "administrator": N_("Administrator"),
    "agent": N_("Call-centre agent"),
}
DIGEST = re.compile(r"[0-9a-f]{64}")


class WrongPassword(Invalid):
    """It is not the password that the person has now."""


@router.get("")
def account_page(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, signed: SignInDep
) -> Response:
    """Everything that the portal knows about the person, and what they may change of it."""
    return _shown(request, session, city, words, _complete(signed))


@router.post("/name")
def rename(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    signed: SignInDep,
    name: Typed = "",
) -> Response:
    """Change one's own name."""
    known = _complete(signed)
    try:
        register.rename(session, known.person.id, name)
    except Invalid as mistake:
        return _shown(request, session, city, words, known, mistake)
    return _back()


@router.post("/devices/end")
def end_device(session: SessionDep, signed: SignInDep, device: Typed = "") -> Response:
    """Sign out one of one's own devices."""
    known = _complete(signed)
    if not DIGEST.fullmatch(device):
        raise NotFound("This device is signed out already.")
    sessions.end_session(session, known.person.id, device, clock.now())
    return _back("#devices")


@router.post("/devices/end-others")
def end_other_devices(session: SessionDep, signed: SignInDep) -> Response:
    """Sign out everywhere but here."""
    known = _complete(signed)
    sessions.end_sessions(session, known.person.id, clock.now(), except_hash=known.token_hash)
    return _back("#devices")


@router.post("/password")
def change_password(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    signed: SignInDep,
    _: StaffDep,
    current: Typed = "",
    password: Typed = "",
) -> Response:
    """Change the password, which signs out all other devices."""
    known = _complete(signed)
    try:
        _check_password(session, known.person, current)
        passwords.set_password(session, known.person.id, password)
    except Invalid as mistake:
        return _shown(request, session, city, words, known, mistake)
    sessions.end_sessions(session, known.person.id, clock.now(), except_hash=known.token_hash)
    return _back("#password")


@router.post("/recovery-codes")
def renew_codes(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    signed: SignInDep,
    _: StaffDep,
    current: Typed = "",
) -> Response:
    """Show ten new recovery codes; the old ones work no more."""
    known = _complete(signed)
    try:
        _check_password(session, known.person, current, field="codes")
    except Invalid as mistake:
        return _shown(request, session, city, words, known, mistake)
    codes = totp.renew_recovery_codes(session, known.person.id)
    return recovery_codes(request, city, words, codes, "/account")


@router.post("/second-factor")
def offer_second_factor(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    signed: SignInDep,
    _: StaffDep,
    current: Typed = "",
) -> Response:
    """Offer a new secret for a new phone; the old one works until the new one has."""
    known = _complete(signed)
    try:
        _check_password(session, known.person, current, field="second_factor")
    except Invalid as mistake:
        return _shown(request, session, city, words, known, mistake)
    offer = totp.offer(known.person.id, known.person.email or "", city.name(words.lang))
    return setting_up(request, city, words, offer, "/account/second-factor/new")


@router.post("/second-factor/new")
def change_second_factor(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    signed: SignInDep,
    _: StaffDep,
    code: Typed = "",
    offered: Typed = "",
) -> Response:
    """Take the new secret once the app has shown a code made with it."""
    person = _complete(signed).person
    try:
        codes = totp.accept(session, person.id, offered, code, clock.now())
    except Invalid as mistake:
        offer = totp.offered_again(person.id, offered, person.email or "", city.name(words.lang))
        action = "/account/second-factor/new"
        return setting_up(request, city, words, offer, action, mistake=mistake)
    return recovery_codes(request, city, words, codes, "/account")


def _complete(signed: SignIn | None) -> SignIn:
    if signed is None or not signed.complete:
        raise NotSignedIn("Please sign in first.")
    return signed


def _back(part: str = "") -> Response:
    return RedirectResponse(f"/account{part}", status_code=303)


def _check_password(
    session: SessionDep, person: Person, current: str, field: str = "current"
) -> None:
    """Whoever sits down at an open browser must not take the account over.

    Raises `WrongPassword`, which the page shows instead of refusing, so that the try counts.
    """
    tried, now = (PASSWORD_ANYWHERE, (person.email or "").lower()), clock.now()
    refuse_if_too_many(session, now, tried)
    if not passwords.is_set(session, person.id) or passwords.is_right(session, person.id, current):
        return
    count_attempt(session, now, tried)
    raise WrongPassword("This is not your present password.", field=field)


def _shown(
    request: Request,
    session: SessionDep,
    city: CityFacts,
    words: Translator,
    known: SignIn,
    mistake: Refused | None = None,
) -> Response:
    response = page(
        request,
        "account.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        me=known.person,
        here=known.token_hash,
        devices=sessions.devices(session, known.person, clock.now()),
        device_name=device_name,
        role_word=lambda role: words.gettext(ROLE_WORDS[role]),
        has_password=passwords.is_set(session, known.person.id),
        has_second_factor=totp.is_set_up(session, known.person.id),
        shortest=passwords.SHORTEST,
        mistakes={mistake.field: words.sentence(mistake)} if mistake else {},
    )
    return private(response)
