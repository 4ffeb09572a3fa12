"""The web application: its doors, its guards, and what it says when something is refused."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from starlette.exceptions import HTTPException

from geo_portal import api, local_postgres, open311, web
from geo_portal.api import problems
from geo_portal.api.contract import openapi_of
from geo_portal.database import Database, database_at
from geo_portal.errors import Invalid, NotFound, Refused, TooLarge, Unavailable
from geo_portal.guards import FromOurOwnPages, RefuseZeroBytes, SecurityHeaders
from geo_portal.http import reader_of, sign_in, turns
from geo_portal.settings import settings
from geo_portal.translation import N_

ABOUT = """
File a complaint, see where it goes and why, and follow what becomes of it.
All times are UTC; all coordinates are EPSG:4326 degrees, longitude first.
Refusals are problem documents (RFC 9457).
"""


def create() -> FastAPI:
    """The app on the database of the settings; what uvicorn's workers call."""
    return create_app(database_at(local_postgres.database_url()))


def create_app(database: Database) -> FastAPI:
    """The app on a given database."""
    app = FastAPI(
        title="geo_portal",
        description=ABOUT,
        version="1.0.0",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        max_body_size=_largest_body(),
    )
    app.state.database = database
    app.state.turns = turns()
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]
    for router in api.routers:
        app.include_router(router, dependencies=[Depends(sign_in)])
    # No cookies count at that door, so nobody is looked for by one.
    for router in open311.routers:
        app.include_router(router)
    for router in web.routers:
        app.include_router(router, dependencies=[Depends(sign_in), Depends(web.note_staff_device)])
    web.mount_static(app)
    _add_guards(app)
    _add_refusals(app)
    return app


def _largest_body() -> int:
    """Bytes: all the photos that may come with one report, and some room for its words."""
    wanted = settings()
    return int((wanted.max_photos * wanted.max_photo_mb + 1) * 1_000_000)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # More threads than connections would only queue for one, and the tail would grow.
    anyio.to_thread.current_default_thread_limiter().total_tokens = settings().pool_size
    # What is loaded by now stays: to look through all of it for garbage takes as long as fifty
    # pages, and whoever asks meanwhile waits.
    gc.freeze()
    yield
    app.state.database.engine.dispose()


def _add_guards(app: FastAPI) -> None:
    """The last one added is the first to see a request."""
    app.add_middleware(FromOurOwnPages)
    app.add_middleware(RefuseZeroBytes)
    app.add_middleware(SecurityHeaders)


def _add_refusals(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    def refused(request: Request, refusal: Refused) -> Response:
        return _answer(request, refusal)

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Response:
        if _wants_json(request):
            return problems.malformed(error.errors(), reader_of(request))
        return _answer(request, Invalid("Something in the address of this page cannot be used."))

    @app.exception_handler(HTTPException)
    def not_routed(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return _answer(request, NotFound("There is nothing at this address."))
        if error.status_code == 413:
            return _answer(request, TooLarge("This is more than can be sent at once."))
        said = str(error.detail)
        if error.status_code == 405:
            said = reader_of(request).gettext(N_("What is at this address is not done this way."))
        if open311.is_here(request.url.path):
            return open311.refused_plainly(request, error.status_code, said)
        return problems.problem(error.status_code, said)

    @app.exception_handler(NoFreeConnection)
    @app.exception_handler(OperationalError)
    def busy(request: Request, _: Exception) -> Response:
        return _answer(
            request, Unavailable("The portal is very busy just now. Please try again in a moment.")
        )


def _answer(request: Request, refusal: Refused) -> Response:
    """The refusal in the form of the door that was knocked at."""
    if open311.is_here(request.url.path):
        return open311.refused(request, refusal)
    if _wants_json(request):
        return problems.refused(refusal, reader_of(request))
    return web.refused(request, refusal)


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/health", "/ready", "/tiles/", "/ogc"))
