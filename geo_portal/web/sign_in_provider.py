"""Signing in at the city's own identity provider: there, and back again."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts import oidc
from geo_portal.accounts.identities import let_in
from geo_portal.city.facts import facts
from geo_portal.errors import NotFound
from geo_portal.http import database, session_cookie, sign_in_cookie
from geo_portal.settings import settings
from geo_portal.web.signing_in import OF_STAFF, browser_of, leads_to, private, signed_in

router = APIRouter(include_in_schema=False)


@router.get("/sign-in/provider")
def to_the_provider(
    next: Annotated[str, Query(max_length=2_000)] = "",  # noqa: A002
) -> Response:
    """Send the browser to the provider."""
    _only_with_provider()
    started = oidc.start(_back_here(), leads_to(next, OF_STAFF))
    response = RedirectResponse(started.address, status_code=303)
    sign_in_cookie(response, _cookie(), started.kept, for_s=oidc.LASTS_S)
    return private(response)


@router.get("/sign-in/provider/back")
def back_from_the_provider(request: Request) -> Response:
    """Take the provider's answer; a refusal is shown as a page with a way on.

    The provider sends browsers here with GET, whose sessions have no transaction: this opens one,
    and only after the provider was asked, so that no connection waits for it.
    """
    _only_with_provider()
    cookie = request.cookies.get(_cookie(), "")
    told = oidc.finish(cookie, str(request.url), _back_here())
    now = clock.now()
    with database(request).transaction() as session:
        token = let_in(session, facts(session), told, now, browser=browser_of(request))
        response = signed_in(request, session, token, now, told.lead_to)
    sign_in_cookie(response, _cookie(), None, for_s=0)
    return private(response)


def _only_with_provider() -> None:
    if not oidc.provider_is_set():
        raise NotFound("There is nothing at this address.")


def _back_here() -> str:
    return f"{settings().public_url.rstrip('/')}/sign-in/provider/back"


def _cookie() -> str:
    return session_cookie().replace("session", "provider")
