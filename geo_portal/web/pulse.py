"""Tells an open page whether it is worth asking for again."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from geo_portal.complaints.pulse import latest
from geo_portal.http import SessionDep

router = APIRouter(include_in_schema=False)


@router.get("/pulse")
def pulse(session: SessionDep) -> JSONResponse:
    """A number that changes when anything has happened to any complaint."""
    return JSONResponse({"latest": latest(session)}, headers={"Cache-Control": "no-store"})
