"""The OpenAPI document as it is kept: every operation may also answer with a problem document."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from geo_portal.api.problems import MEDIA_TYPE

PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "Why it was refused, in words (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": ["string", "null"]},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
# What the guards and the doors may say to any request.
REFUSALS = {
    "400": "The request cannot be read.",
    "403": "This may not be done.",
    "404": "There is no such thing.",
    "413": "More was sent than is taken at once.",
    "422": "Something in the request cannot be used.",
    "503": "The portal is very busy; try again in a moment.",
}


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The document of `app`, made once: FastAPI's own, with our refusals in place of its own."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        for path in document["paths"].values():
            for operation in path.values():
                operation["responses"] |= _refusals()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        schemas["Problem"] = PROBLEM
        app.openapi_schema = document
    return app.openapi_schema


def _refusals() -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": sentence, "content": content}
        for status, sentence in REFUSALS.items()
    }
