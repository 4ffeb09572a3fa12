"""What every HTTP door needs: a transaction, who asks, in which language, refusals as statuses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Annotated

from anyio import CapacityLimiter, fail_after, to_thread
from fastapi import Depends, Request, Response
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Person
from geo_portal.accounts.permissions import NotSignedIn
from geo_portal.accounts.sessions import SignIn, find_sign_in
from geo_portal.city.facts import CityFacts, facts
from geo_portal.database import Database
from geo_portal.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotUnderstood,
    Refused,
    TooLarge,
    TooMuch,
    Unavailable,
)
from geo_portal.settings import settings
from geo_portal.translation import LANGUAGES, Translator, negotiated, translator

LANGUAGE_COOKIE = "lang"

# What these ask for changes nothing, so their queries need no transaction around them.
READING = frozenset({"GET", "HEAD", "OPTIONS"})

# The only place that knows which refusal is which status.
STATUS: dict[type[Refused], int] = {
    TooLarge: 413,
    NotUnderstood: 400,
    Invalid: 422,
    NotFound: 404,
    NotSignedIn: 401,
    NotAllowed: 403,
    Conflict: 409,
    TooMuch: 429,
    Unavailable: 503,
}


def status_of(refusal: Refused) -> int:
    """The HTTP status of a refusal, by the nearest class in `STATUS`."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def database(request: Request) -> Database:
    """The database of the running app."""
    found: Database = request.app.state.database
    return found


async def session(request: Request) -> AsyncIterator[Session]:
    """One transaction for the request; committed before the reply leaves, see `SessionDep`.

    Written as a coroutine because opening a session touches no database: only the commit is
    worth a thread. Those threads are counted apart from the routes', of which each may be
    waiting for the very connection that a commit is about to give back.
    """
    reading = request.method in READING
    async with _turn(request):
        opened = database(request).session(reading=reading)
        try:
            yield opened
            if not reading:
                await to_thread.run_sync(opened.commit, limiter=_committing())
        except BaseException:
            await to_thread.run_sync(opened.rollback, limiter=_committing())
            raise
        finally:
            opened.close()


def turns() -> CapacityLimiter:
    """How many requests of a process may hold a connection: not quite as many as there are.

    Two are left for what opens a transaction of its own meanwhile, such as a sign-in.
    """
    return CapacityLimiter(max(settings().pool_size - 2, 1))


@asynccontextmanager
async def _turn(request: Request) -> AsyncIterator[None]:
    """Wait, without a thread, until a connection is free for this request.

    Who waited for one in a thread would keep that thread from those who have one and must go on:
    a crowd would wait for itself. Raises `NoFreeConnection` after `pool_wait_s`.
    """
    waiting: CapacityLimiter = request.app.state.turns
    holder = object()
    try:
        with fail_after(settings().pool_wait_s):
            await waiting.acquire_on_behalf_of(holder)
    except TimeoutError:
        raise NoFreeConnection("No connection became free.") from None
    try:
        yield
    finally:
        waiting.release_on_behalf_of(holder)


@cache
def _committing() -> CapacityLimiter:
    return CapacityLimiter(settings().pool_size)


# With FastAPI's default scope the reply would leave before the commit, and a client would read
# 201 although the commit then fails.
SessionDep = Annotated[Session, Depends(session, scope="function")]


async def looking(request: Request) -> AsyncIterator[Session]:
    """A transaction in which nothing is written, for answers that must be of one moment."""
    async with _turn(request):
        opened = database(request).session()
        try:
            yield opened
        finally:
            await to_thread.run_sync(opened.rollback, limiter=_committing())
            opened.close()


LookingDep = Annotated[Session, Depends(looking, scope="function")]


def city_facts(opened: SessionDep) -> CityFacts:
    """The city's facts as they stand."""
    return facts(opened)


CityDep = Annotated[CityFacts, Depends(city_facts, scope="function")]


def session_cookie() -> str:
    """The name of the cookie that holds a sign-in.

    With `__Host-` in front browsers take it over https only and from no neighbouring host.
    """
    return "__Host-session" if settings().public_url.startswith("https:") else "session"


def sign_in_cookie(response: Response, name: str, token: str | None, *, for_s: int) -> None:
    """Keep a token in this browser, out of reach of scripts and of other sites; None forgets it."""
    over_https = settings().public_url.startswith("https:")
    response.set_cookie(
        name,
        token or "",
        max_age=for_s if token else 0,
        path="/",
        secure=over_https,
        httponly=True,
        samesite="lax",
    )


async def sign_in(request: Request) -> SignIn | None:
    """The sign-in behind the request's cookie, also one that still lacks its second factor.

    Asked for by every router before anything else, and with a connection of its own that goes
    back at once: a request that held one while waiting for another could wait for itself.
    Without a cookie it costs nothing.
    """
    token = request.cookies.get(session_cookie())
    found = await to_thread.run_sync(_find_sign_in, database(request), token) if token else None
    request.state.person = found.person if found and found.complete else None
    return found


def _find_sign_in(known: Database, token: str) -> SignIn | None:
    with known.session(reading=True) as opened:
        return find_sign_in(opened, token, clock.now())


SignInDep = Annotated[SignIn | None, Depends(sign_in)]


async def person(found: SignInDep) -> Person | None:
    """Who asks; None when nobody is signed in."""
    return found.person if found and found.complete else None


PersonDep = Annotated[Person | None, Depends(person)]


async def staff(asking: PersonDep) -> Person:
    """The member of staff who asks.

    Raises `NotSignedIn`, which pages answer by leading to the sign-in, or `NotAllowed`.
    """
    if asking is None:
        raise NotSignedIn("Please sign in with your staff account first.", staff=True)
    if not asking.is_staff:
        raise NotAllowed("This page is for the city's staff.")
    return asking


StaffDep = Annotated[Person, Depends(staff)]


def language_of(request: Request) -> str:
    """The reader's language: `?lang=`, else the cookie, else the browser's wishes, else English."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    if asked in LANGUAGES:
        return asked
    return negotiated(request.headers.get("accept-language", ""))


async def language(request: Request) -> str:
    """`language_of` as a dependency; a coroutine, because a thread would cost more than it does."""
    return language_of(request)


def reader_of(request: Request) -> Translator:
    """The catalogue in the reader's language."""
    return translator(language_of(request))


async def reader(request: Request) -> Translator:
    """`reader_of` as a dependency."""
    return reader_of(request)


LanguageDep = Annotated[str, Depends(language)]
ReaderDep = Annotated[Translator, Depends(reader)]
