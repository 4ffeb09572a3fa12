"""What all ways of signing in share: who sends the form, where it leads, the cookies it leaves."""

import re
import secrets
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_portal.accounts.limits import network
from geo_portal.accounts.sessions import CITIZEN, end_token, find_sign_in
from geo_portal.http import session_cookie, sign_in_cookie

HERE_ONLY = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
LONGEST_ADDRESS = 2_000
ASKED_FOR_S = 3600
# Where a sign-in leads when no page was asked for.
OF_STAFF, OF_CITIZENS = "/desk", "/account"
TOKEN_BYTES = 32

Typed = Annotated[str, Form()]


def leads_to(wanted: str, otherwise: str) -> str:
    """The page to go on to: the one asked for if it is our own."""
    if len(wanted) <= LONGEST_ADDRESS and HERE_ONLY.fullmatch(wanted):
        return wanted
    return otherwise


def browser_of(request: Request) -> str:
    """What the browser calls itself."""
    return request.headers.get("user-agent", "")


def network_of(request: Request) -> str:
    """Where the request comes from, as limits count it."""
    return network(request.client.host) if request.client else ""


def asking_cookie() -> str:
    """The cookie that binds a link to the browser in which it was asked for."""
    return session_cookie().replace("session", "asking")


def asking_token(request: Request) -> str:
    """The token of this browser, new if it has none."""
    return request.cookies.get(asking_cookie()) or secrets.token_urlsafe(TOKEN_BYTES)


def remember_asking(response: Response, token: str) -> None:
    """Let this browser open the link that was asked for."""
    sign_in_cookie(response, asking_cookie(), token, for_s=ASKED_FOR_S)


def remember(response: Response, token: str | None) -> None:
    """Let this browser be signed in with the token, or with None signed out."""
    for_s = int(CITIZEN.absolute.total_seconds())
    sign_in_cookie(response, session_cookie(), token, for_s=for_s)
    sign_in_cookie(response, asking_cookie(), None, for_s=0)


def signed_in(
    request: Request, session: Session, token: str, now: datetime, lead_to: str
) -> Response:
    """On to where somebody wanted to go, by way of the second step if it is still missing.

    Whoever was signed in on this browser before is not any more.
    """
    if before := request.cookies.get(session_cookie()):
        end_token(session, before, now)
    found = find_sign_in(session, token, now)
    complete = found is not None and found.complete
    response = RedirectResponse(lead_to if complete else second_step(lead_to), status_code=303)
    remember(response, token)
    return response


def second_step(lead_to: str) -> str:
    """The address of the second step, which goes on to `lead_to`."""
    if lead_to == "/sign-in/password":
        return lead_to
    return f"/sign-in/second-step?{urlencode({'next': lead_to})}"


def private(response: Response) -> Response:
    """Keep a page out of every cache: it shows what is one person's own."""
    response.headers["Cache-Control"] = "no-store"
    return response
