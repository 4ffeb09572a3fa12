"""Refusals as RFC 9457 problem documents, in the reader's language."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

from geo_portal.errors import ManyInvalid, Refused, TooMuch, Unavailable
from geo_portal.http import status_of
from geo_portal.translation import N_, Translator

MEDIA_TYPE = "application/problem+json"

# Pydantic's kinds of mistake, in words for whoever wrote the request.
SENTENCES = {
    "missing": N_("This is needed."),
    "extra_forbidden": N_("There is no such field; check its spelling."),
    "json_invalid": N_("The body is not valid JSON."),
    "finite_number": N_("This must be a finite number."),
    "float_type": N_("This must be a number, not a text."),
    "float_parsing": N_("This must be a number."),
    "int_type": N_("This must be a whole number."),
    "int_parsing": N_("This must be a whole number."),
    "string_type": N_("This must be a text."),
    "string_too_long": N_("This text is too long."),
    "string_too_short": N_("This text is too short."),
    "string_unicode": N_("This text holds characters that are no text."),
    "list_type": N_("This must be a list."),
    "too_long": N_("These are too many."),
    "greater_than_equal": N_("This is too small."),
    "less_than_equal": N_("This is too large."),
    "greater_than": N_("This is too small."),
    "less_than": N_("This is too large."),
    "model_attributes_type": N_("The body must be a JSON object."),
    "dict_type": N_("The body must be a JSON object."),
    "datetime_from_date_parsing": N_("This must be a moment such as 2026-01-31T12:00:00Z."),
    "datetime_parsing": N_("This must be a moment such as 2026-01-31T12:00:00Z."),
    "timezone_aware": N_("This moment needs a time zone, such as the Z in 2026-01-31T12:00:00Z."),
}
OTHERWISE = N_("This cannot be used as it is.")


def refused(refusal: Refused, words: Translator) -> JSONResponse:
    """Any refusal as a problem; several mistakes are listed one by one."""
    mistakes = refusal.mistakes if isinstance(refusal, ManyInvalid) else [refusal]
    errors = [
        {"field": mistake.field, "detail": words.sentence(mistake)}
        for mistake in mistakes
        if mistake.field
    ]
    answer = problem(status_of(refusal), words.sentence(refusal), errors)
    if isinstance(refusal, (TooMuch, Unavailable)):
        answer.headers["Retry-After"] = str(refusal.retry_after_s)
    return answer


def malformed(mistakes: Sequence[Any], words: Translator) -> JSONResponse:
    """What Pydantic found, without the input itself: NaN cannot be sent back, and nobody's
    contact details belong in an error.
    """
    errors = [
        {
            "field": ".".join(str(part) for part in mistake["loc"][1:]) or None,
            "detail": words.gettext(SENTENCES.get(mistake["type"], OTHERWISE)),
        }
        for mistake in mistakes
    ]
    return problem(422, words.gettext("Something in the request cannot be used."), errors)


def problem(status: int, detail: str, errors: list[dict[str, Any]] | None = None) -> JSONResponse:
    """The document itself."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return JSONResponse(body, status, media_type=MEDIA_TYPE)
