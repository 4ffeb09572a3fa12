"""Talks to another Open311 server, as strict as need be and as lenient as real servers ask for."""

import json
import re
from collections.abc import Mapping as Fields
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from geo_portal.errors import Unavailable
from geo_portal.exchange.mapping import Mapping
from geo_portal.outbox.safe_http import NoAnswer, ask

LARGEST_ANSWER = 30_000_000  # bytes
PATIENCE_S = 60.0
FORM = "application/x-www-form-urlencoded; charset=utf-8"
# Some servers put a byte order mark or a comment about their framework before the answer.
_LEADING = re.compile(rb"^[\xef\xbb\xbf\s]+")


class BadAnswer(Unavailable):
    """The other server cannot be reached, refused, or said something that is no Open311."""


def get(server: Mapping, path: str, **query: str) -> list[dict[str, Any]]:
    """The members of a list, as dictionaries of texts; raises `BadAnswer`."""
    if server.jurisdiction:
        query["jurisdiction_id"] = server.jurisdiction
    address = f"{server.url}/{path}.{server.form}"
    return _asked(server, "GET", f"{address}?{urlencode(query)}" if query else address)


def post(
    server: Mapping, path: str, fields: Fields[str, Any], *, once: str = ""
) -> list[dict[str, Any]]:
    """The same for a form; `once` is sent as the key that makes a second send harmless."""
    sent = dict(fields)
    if server.key:
        sent["api_key"] = server.key
    if server.jurisdiction:
        sent["jurisdiction_id"] = server.jurisdiction
    body = urlencode({name: v for name, v in sent.items() if v is not None}, doseq=True).encode()
    headers = {"Content-Type": FORM} | ({"Idempotency-Key": once} if once else {})
    return _asked(server, "POST", f"{server.url}/{path}.{server.form}", body, headers)


def _asked(
    server: Mapping, method: str, url: str, body: bytes | None = None, headers: Any = None
) -> list[dict[str, Any]]:
    try:
        answer = ask(
            *(method, url),
            body=body,
            headers=headers,
            patience_s=PATIENCE_S,
            most_bytes=LARGEST_ANSWER,
        )
    except NoAnswer as problem:
        raise BadAnswer(
            "{server} does not answer: {problem}", server=server.name, problem=problem
        ) from None
    if not 200 <= answer.status < 300 or answer.cut_off:
        said = answer.body[:300].decode("utf-8", "replace")
        raise BadAnswer(
            "{server} answered {status}: {said}",
            server=server.name,
            status=answer.status,
            said=said,
        )
    return read_answer(server.name, answer.body, server.form)


def read_answer(name: str, body: bytes, form: str) -> list[dict[str, Any]]:
    """The members of a list in either format; also where the list is wrapped or a single thing.

    Entities and document types in XML are refused. Raises `BadAnswer`.
    """
    content = _LEADING.sub(b"", body)
    try:
        found = _from_json(json.loads(content)) if form == "json" else _from_xml(content)
    except (ValueError, ParseError, DefusedXmlException, RecursionError) as problem:
        raise BadAnswer(
            "{server} did not answer in {form}: {problem}", server=name, form=form, problem=problem
        ) from None
    return [one for one in found if isinstance(one, dict)]


def _from_json(told: Any) -> list[Any]:
    if isinstance(told, dict):
        lists = [value for value in told.values() if isinstance(value, list)]
        # {"requests": […]} of some servers, or one request that lost its brackets.
        is_wrapped = len(lists) == 1 and "service_request_id" not in told and "token" not in told
        return list(lists[0]) if is_wrapped else [told]
    return told if isinstance(told, list) else []


def _from_xml(content: bytes) -> list[Any]:
    return [_value(member) for member in fromstring(content)]


def _value(element: Element) -> Any:
    if len(element):
        return {child.tag.rpartition("}")[2]: _value(child) for child in element}
    return (element.text or "").strip() or None
