"""Whether the portal lives, whether it can serve, and what it has counted."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from geo_portal.http import database

router = APIRouter(tags=["health"])


@router.get("/health", summary="The process lives")
async def health() -> dict[str, str]:
    """Needs no database and no free connection, so that a full pool is not taken for death."""
    return {"status": "ok"}


@router.get("/ready", summary="The portal can serve")
def ready(request: Request) -> Response:
    """200 when the database answers and a city is loaded, else 503 with the reason."""
    try:
        with database(request).engine.connect() as connection:
            loaded = connection.execute(text("SELECT count(*) FROM city")).scalar_one()
    except SQLAlchemyError:
        return _not_ready("The database does not answer.")
    if not loaded:
        return _not_ready("No city has been loaded yet.")
    return JSONResponse({"status": "ready"})


def _not_ready(reason: str) -> JSONResponse:
    told: dict[str, Any] = {"status": "not ready", "reason": reason}
    return JSONResponse(told, 503, {"Retry-After": "5"})
