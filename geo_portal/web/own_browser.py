"""What a browser keeps of its own reports: the tokens by which it may answer, and which it is.

Both are cookies that no script reads. A browser gets them with its first report, not before.
"""

import re
import secrets
from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.complaints.devices import device_hash, remember_staff_device
from geo_portal.complaints.reporters import newest_first
from geo_portal.http import database
from geo_portal.settings import settings

TOKENS, DEVICE = "reporter", "device"
TOKEN = re.compile(r"[0-9a-f]{64}")
DEVICE_ID = re.compile(r"[\w-]{22}")
# Fifty tokens are 3.3 KB: a cookie may have 4.
MOST_TOKENS = 50
TWO_YEARS_S = 2 * 365 * 24 * 3600
# (browser, person) pairs that this process has stored already.
_known: set[tuple[str, int]] = set()


def tokens_of(request: Request) -> tuple[str, ...]:
    """The tokens that this browser holds, newest first."""
    held = request.cookies.get(TOKENS, "").split(".")
    return tuple(token for token in held if TOKEN.fullmatch(token))[:MOST_TOKENS]


def device_of(request: Request) -> str | None:
    """The digest of this browser's cookie; None for one that has reported nothing yet."""
    cookie = request.cookies.get(DEVICE, "")
    return device_hash(cookie) if DEVICE_ID.fullmatch(cookie) else None


def new_device() -> tuple[str, str]:
    """A cookie for a browser that has none, and its digest."""
    cookie = secrets.token_urlsafe(16)
    return cookie, device_hash(cookie)


def keep_token(request: Request, response: Response, token: str) -> None:
    """Have the browser hold one more token."""
    held = newest_first(tokens_of(request), token, MOST_TOKENS)
    _set(response, TOKENS, ".".join(held))


def keep_device(response: Response, cookie: str) -> None:
    """Have the browser be known again."""
    _set(response, DEVICE, cookie)


def _set(response: Response, name: str, value: str) -> None:
    https = settings().public_url.startswith("https:")
    response.set_cookie(
        name, value, max_age=TWO_YEARS_S, httponly=True, samesite="lax", secure=https
    )


async def note_staff_device(request: Request) -> None:
    """Remember a browser in which staff work, once; asked for after `http.sign_in`."""
    person: Person | None = getattr(request.state, "person", None)
    device = device_of(request) if person is not None and person.is_staff else None
    if person is None or device is None or (device, person.id) in _known:
        return
    await run_in_threadpool(_note, request, person, device)
    _known.add((device, person.id))


def _note(request: Request, person: Person, device: str) -> None:
    with database(request).transaction() as session:
        remember_staff_device(session, person, device, clock.now())


async def _tokens(request: Request) -> tuple[str, ...]:
    return tokens_of(request)


async def _device(request: Request) -> str | None:
    return device_of(request)


TokensDep = Annotated[tuple[str, ...], Depends(_tokens)]
DeviceDep = Annotated[str | None, Depends(_device)]
