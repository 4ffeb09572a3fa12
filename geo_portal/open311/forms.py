"""What Open311 answers look like: one shape, written as XML or as JSON."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from xml.sax.saxutils import escape

from fastapi import Response
from fastapi.responses import JSONResponse

from geo_portal.errors import NotFound


class Format(StrEnum):
    """The suffix of an address decides."""

    XML = "xml"
    JSON = "json"


MEDIA_TYPES = {
    Format.XML: "text/xml; charset=utf-8",
    Format.JSON: "application/json; charset=utf-8",
}
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
# The elements of a list, by the name of the list.
MEMBERS = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
    "photos": "photo",
    "areas": "area",
    "categories": "category",
    "facilities": "facility",
    "web_faqs": "web_faq",
    "web_actions": "web_action",
    "hours": "day",
}
# What no XML document may hold, not even escaped; and what has to be escaped.
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOT_PLAIN = re.compile(f"[&<>]|{NO_XML.pattern}")
# Everybody may read these from a page of their own: no cookie counts here.
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "X-Result-Count, X-Page-Count, X-Next-Page-URL, Link",
    "Vary": "Accept-Language",
}


class JsonReply(JSONResponse):
    """JSON that says its encoding, as the specification wants it."""

    media_type = MEDIA_TYPES[Format.JSON]


def read_format(suffix: str) -> Format:
    """The format behind a suffix; raises `NotFound` for others than xml and json."""
    try:
        return Format(suffix)
    except ValueError:
        raise NotFound("There is nothing at this address. It ends in .xml or .json.") from None


def format_of(path: str) -> Format:
    """The format in which even a refusal of this address is answered; XML where it names none."""
    return Format.JSON if path.endswith(".json") else Format.XML


def reply(
    form: Format,
    root: str,
    value: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer; JSON has no root element, as the specification's convention is."""
    every = OPEN_TO_ALL | dict(headers or {})
    if form is Format.JSON:
        return JsonReply(value, status, every)
    body = f"{DECLARATION}{element(root, value)}"
    return Response(body.encode(), status, every, media_type=MEDIA_TYPES[Format.XML])


def element(name: str, value: Any) -> str:
    """One element with all that is in it; None is an empty one."""
    # A list of a thousand has some twenty thousand of these: most are texts or nothing.
    if value is None or value == "":
        return f"<{name}/>"
    if type(value) is str:
        return f"<{name}>{_escaped(value)}</{name}>"
    if isinstance(value, Mapping):
        inner = "".join([element(key, one) for key, one in value.items()])
    elif isinstance(value, (list, tuple)):
        member = MEMBERS.get(name, "value")
        inner = "".join([element(member, one) for one in value])
    elif isinstance(value, bool):
        inner = "true" if value else "false"
    else:
        inner = _escaped(str(value))
    return f"<{name}>{inner}</{name}>"


def _escaped(text: str) -> str:
    return escape(NO_XML.sub("", text)) if NOT_PLAIN.search(text) else text


def moment(at: datetime | None) -> str | None:
    """UTC with its zone, to the second."""
    return f"{at.astimezone(UTC).isoformat()[:19]}Z" if at else None
