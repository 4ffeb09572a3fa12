"""What every HTTP door needs: a transaction, the reader's language, and refusals as statuses."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts, facts
from geo_portal.database import Database
from geo_portal.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    TooMuch,
    Unavailable,
)
from geo_portal.translation import LANGUAGES, Translator, negotiated, translator

LANGUAGE_COOKIE = "lang"

# The only place that knows which refusal is which status.
STATUS: dict[type[Refused], int] = {
    Invalid: 422,
    NotFound: 404,
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


def session(request: Request) -> Iterator[Session]:
    """One transaction for the request; committed before the reply leaves, see `SessionDep`."""
    with database(request).transaction() as opened:
        yield opened


# With FastAPI's default scope the reply would leave before the commit, and a client would read
# 201 although the commit then fails.
SessionDep = Annotated[Session, Depends(session, scope="function")]


def city_facts(opened: SessionDep) -> CityFacts:
    """The city's facts as they stand."""
    return facts(opened)


CityDep = Annotated[CityFacts, Depends(city_facts, scope="function")]


def language(request: Request) -> str:
    """The reader's language: `?lang=`, else the cookie, else the browser's wishes, else English."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    if asked in LANGUAGES:
        return asked
    return negotiated(request.headers.get("accept-language", ""))


def reader(request: Request) -> Translator:
    """The catalogue in the reader's language."""
    return translator(language(request))


LanguageDep = Annotated[str, Depends(language)]
ReaderDep = Annotated[Translator, Depends(reader)]
