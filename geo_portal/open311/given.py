"""What a call brings along: parameters, forms, files, its key, the language of its words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from geo_portal import clock
from geo_portal.accounts.keys import Key, use_key
from geo_portal.errors import Invalid, TooLarge
from geo_portal.http import database, reader_of
from geo_portal.settings import settings
from geo_portal.translation import LANGUAGES, Translator, translator

MOST_FIELDS = 200
LARGEST_FORM = 1_000_000  # bytes, files apart
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,80})\](?:\[\d{0,3}\])?")


def reader_of_call(request: Request) -> Translator:
    """The catalogue in the language of `locale`, else as for every door."""
    wanted = request.query_params.get("locale", "")[:2].lower()
    return translator(wanted) if wanted in LANGUAGES else reader_of(request)


async def reader(request: Request) -> Translator:
    """`reader_of_call` as a dependency."""
    return reader_of_call(request)


CallerDep = Annotated[Translator, Depends(reader)]


@dataclass(frozen=True)
class Given:
    """Parameters or the fields of a form; an empty one counts as not given."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: tuple[tuple[str, bytes], ...] = ()

    def one(self, name: str) -> str | None:
        """The value, the last one of several; None when it is not there or empty."""
        values = [value.strip() for value in self.fields.get(name, ()) if value.strip()]
        return values[-1] if values else None

    def listed(self, name: str) -> tuple[str, ...]:
        """Values separated by commas, or given several times."""
        parts = (part for value in self.fields.get(name, ()) for part in value.split(","))
        return tuple(part.strip() for part in parts if part.strip())

    def says_yes(self, name: str) -> bool:
        return (self.one(name) or "").lower() in ("true", "1", "yes")

    def attributes(self) -> dict[str, list[str]]:
        """`attribute[code]` and `attribute[code][]` by code."""
        found: dict[str, list[str]] = {}
        for name, values in self.fields.items():
            if match := ATTRIBUTE.fullmatch(name):
                found.setdefault(match[1], []).extend(values)
        return found


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value.replace("\0", ""))
    return found


async def query(request: Request) -> Given:
    """The parameters of a GET."""
    return Given(_gathered(request.query_params.multi_items()))


async def form(request: Request) -> Given:
    """The form of a POST, url-encoded or in parts, with its parameters; within limits.

    Raises `Invalid` for another kind of body or text that is not UTF-8, `TooLarge` for more
    than is taken.
    """
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if "charset=" in parameters.lower() and "utf-8" not in parameters.lower():
        raise Invalid("Please send the form in UTF-8.")
    parameters_given = Given(_gathered(request.query_params.multi_items()))
    match kind.strip().lower():
        case "multipart/form-data":
            sent = await _parts(request)
        case "application/x-www-form-urlencoded" | "":
            sent = Given(_decoded(await _body(request)))
        case _:
            raise Invalid(
                "Please send a form: {kind} or {other}.", kind=URLENCODED, other=MULTIPART
            )
    return Given(parameters_given.fields | sent.fields, sent.files)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise TooLarge("This is more than can be sent at once.")
    return body


def _decoded(body: bytes) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise Invalid("Please send the form in UTF-8.") from None
    except ValueError:
        raise Invalid("The form has more than {limit} fields.", limit=MOST_FIELDS) from None
    return _gathered(pairs)


async def _parts(request: Request) -> Given:
    limits = {"max_fields": MOST_FIELDS, "max_part_size": LARGEST_FORM}
    async with request.form(max_files=settings().max_photos + 1, **limits) as sent:
        pairs = sent.multi_items()
        texts = [(name, value) for name, value in pairs if isinstance(value, str)]
        uploads = [value for _, value in pairs if isinstance(value, UploadFile)]
        files = [(one.filename or "", await one.read()) for one in uploads if one.filename]
    return Given(_gathered(texts), tuple(files))


QueryDep = Annotated[Given, Depends(query)]
FormDep = Annotated[Given, Depends(form)]


def shown_key(request: Request, given: Given, scope: str) -> Key:
    """The key that came with a call; its use is committed at once, whatever becomes of the call.

    Raises `NoSuchKey` or `TooManyAttempts`.
    """
    token = given.one("api_key")
    what = f"{request.method} {request.url.path}"[:200]
    with database(request).transaction() as session:
        return use_key(session, token, scope, what, clock.now())
