"""What the OGC API – Features door says of itself: its conformance and its OpenAPI definition."""

from typing import Any

_PART_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CONFORMANCE = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    f"{_PART_1}/core",
    f"{_PART_1}/geojson",
    f"{_PART_1}/oas30",
]


def openapi(here: str, names: tuple[str, ...]) -> dict[str, Any]:
    """OpenAPI 3.0, as this standard's clients read it."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "geo_portal: OGC API – Features", "version": "1.0.0"},
        "servers": [{"url": here}],
        "paths": {
            "/": _get("Landing page", "application/json"),
            "/conformance": _get("Conformance classes", "application/json"),
            "/collections": _get("Collections", "application/json"),
            "/collections/{name}": _get("A collection", "application/json", _name(names)),
            "/collections/{name}/items": _get(
                "Features", "application/geo+json", _name(names), *_SELECTION
            ),
            "/collections/{name}/items/{key}": _get(
                "A feature", "application/geo+json", _name(names), _text("key", "path")
            ),
        },
    }


def _get(summary: str, kind: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    answers = {
        "200": {"description": summary, "content": {kind: {"schema": {"type": "object"}}}},
        "400": {"description": "The question cannot be read."},
        "404": {"description": "There is no such thing."},
    }
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": answers}}


def _text(name: str, where: str) -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": {"type": "string"}}


def _name(names: tuple[str, ...]) -> dict[str, Any]:
    return _text("name", "path") | {"schema": {"type": "string", "enum": list(names)}}


_SELECTION = (
    {
        "name": "bbox",
        "in": "query",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
    },
    _text("datetime", "query"),
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    },
)
