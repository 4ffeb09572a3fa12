"""A foreign client of Open311: knows the public specification and nothing of this portal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from fastapi.testclient import TestClient
from httpx2 import Response

# The lists of the specification, by the name of the element around them.
LISTS = {
    *("services", "service_requests", "errors", "attributes", "values", "endpoints", "formats"),
    *("service_request_updates", "notes", "photos", "categories", "web_actions", "facilities"),
    "web_faqs",
}
MEDIA = {"xml": "text/xml", "json": "application/json"}


@dataclass
class Client:
    """Asks in one format; `read` gives the same Python values for both."""

    portal: TestClient
    form: str
    key: str = ""
    # Where the server is, until its discovery says so itself.
    home: str = "/open311/v2"

    def get(self, path: str, **query: Any) -> Response:
        return self.portal.get(f"{self.home}/{path}.{self.form}", params=query)

    def post(self, path: str, fields: Mapping[str, Any], **more: Any) -> Response:
        data = {"api_key": self.key, **fields} if self.key else dict(fields)
        return self.portal.post(f"{self.home}/{path}.{self.form}", data=data, **more)

    def read(self, answer: Response) -> Any:
        kind, _, parameters = answer.headers["content-type"].partition(";")
        assert (kind, parameters.strip()) == (MEDIA[self.form], "charset=utf-8")
        if self.form == "json":
            return json.loads(answer.content)
        assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
        return _value(fromstring(answer.content))

    def one(self, answer: Response) -> Any:
        """The only member of a list."""
        [found] = self.read(answer)
        return found


def answers_to(attributes: list[dict[str, Any]]) -> dict[str, Any]:
    """An answer to all that a service definition asks and that takes no words of one's own."""
    asked = [one for one in attributes if str(one["variable"]).lower() == "true"]
    return dict(_answer(one) for one in asked if one["datatype"] not in ("string", "text"))


def _answer(attribute: dict[str, Any]) -> tuple[str, Any]:
    name, keys = (
        f"attribute[{attribute['code']}]",
        [one["key"] for one in attribute.get("values", ())],
    )
    if attribute["datatype"] == "multivaluelist":
        return f"{name}[]", keys
    typed = {"number": "12.5", "datetime": "2026-01-31T12:00:00Z"}
    return name, keys[-1] if keys else typed[attribute["datatype"]]


def _value(element: Element) -> Any:
    if element.tag in LISTS and not (element.tag == "attributes" and _is_map(element)):
        return [_value(child) for child in element]
    if len(element):
        return {child.tag: _value(child) for child in element}
    return element.text


def _is_map(element: Element) -> bool:
    return any(child.tag != "attribute" for child in element)
