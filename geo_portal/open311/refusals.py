"""Refusals as Open311 wants them: always a list of errors, in the format that was asked for."""

from fastapi import Request, Response

from geo_portal.errors import (
    Conflict,
    Invalid,
    ManyInvalid,
    Refused,
    TooLarge,
    TooMuch,
    Unavailable,
)
from geo_portal.http import status_of
from geo_portal.open311.forms import format_of, reply
from geo_portal.open311.given import reader_of_call

HERE = "/open311/"


def is_here(path: str) -> bool:
    """Whether an address belongs to this door."""
    return path.startswith(HERE)


def refused(request: Request, refusal: Refused) -> Response:
    """One error for each mistake; the status is that of the specification."""
    words = reader_of_call(request)
    mistakes = refusal.mistakes if isinstance(refusal, ManyInvalid) else [refusal]
    errors = [{"code": _status(one), "description": words.sentence(one)} for one in mistakes]
    waits = isinstance(refusal, (TooMuch, Unavailable))
    headers = {"Retry-After": str(refusal.retry_after_s)} if waits else {}  # type: ignore[attr-defined]
    status = _status(refusal)
    return reply(format_of(request.url.path), "errors", errors, status=status, headers=headers)


def refused_plainly(request: Request, status: int, sentence: str) -> Response:
    """For what never reached a door, such as a method that an address does not have."""
    errors = [{"code": status, "description": sentence}]
    return reply(format_of(request.url.path), "errors", errors, status=status)


def _status(refusal: Refused) -> int:
    """As for all doors, but what cannot be used or comes too late is a general error: 400.

    Whoever is not signed in elsewhere lacks a key here: 403.
    """
    if isinstance(refusal, (Invalid, Conflict)) and not isinstance(refusal, TooLarge):
        return 400
    status = status_of(refusal)
    return 403 if status == 401 else status
