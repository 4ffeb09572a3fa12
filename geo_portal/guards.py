"""What every request passes before a door: foreign forms, odd addresses, safe headers."""

from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo_portal.settings import settings

# The door for other software, whose refusals look different.
OPEN311 = "/open311/"


class RefuseZeroBytes:
    """Refuses an address with a zero byte in it: PostgreSQL has no such character."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and b"\0" in _address(scope):
            await _refuse_raw(
                scope, send, 400, "The address of this page holds a character of no text."
            )
            return
        await self.app(scope, receive, send)


def _address(scope: Scope) -> bytes:
    query: bytes = unquote_to_bytes(scope["query_string"])
    path: str = scope["path"]
    return query + path.encode("utf-8", "replace")


async def _refuse_raw(scope: Scope, send: Send, status: int, sentence: str) -> None:
    """A short problem document, for refusals that come before any door is reached.

    Open311 has a form of its own, in JSON or XML; a browser shows the sentence.
    """
    kind, body = (
        "application/problem+json",
        (f'{{"type":"about:blank","title":"{sentence}","status":{status}}}'),
    )
    if scope["path"].startswith(OPEN311) and scope["path"].endswith(".json"):
        kind, body = "application/json", f'[{{"code":{status},"description":"{sentence}"}}]'
    elif scope["path"].startswith(OPEN311):
        kind = "text/xml; charset=utf-8"
        body = (
            f'<?xml version="1.0" encoding="utf-8"?>\n<errors><error><code>{status}</code>'
            f"<description>{sentence}</description></error></errors>"
        )
    elif b"text/html" in dict(scope["headers"]).get(b"accept", b""):
        kind, body = "text/plain; charset=utf-8", sentence
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


class SecurityHeaders:
    """What every reply carries; a route may set its own policy, which then stands."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._always = [(k.encode(), v.encode()) for k, v in _security_headers().items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in self._always if pair[0] not in known),
                ]
            await send(message)

        await self.app(scope, receive, with_headers)


def _security_headers() -> dict[str, str]:
    tiles = _tile_origin()
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' data: blob:{tiles}",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{k} {v}" for k, v in policy.items()),
        "x-content-type-options": "nosniff",
        # Tile providers want to know which site asks; nobody else learns more than the origin.
        "referrer-policy": "strict-origin-when-cross-origin",
        "permissions-policy": "geolocation=(self), camera=(self), microphone=()",
        "cross-origin-opener-policy": "same-origin",
    }


def _tile_origin() -> str:
    url = settings().tile_url
    if not url:
        return ""
    scheme, _, rest = url.partition("://")
    return f" {scheme}://{rest.split('/')[0].replace('{s}', '*')}"


class FromOurOwnPages:
    """Lets a form through only when it was sent by one of our own pages.

    Browsers say where a request comes from in `Sec-Fetch-Site`, and older ones in `Origin`;
    other programs say neither and carry no cookies that could be misused.
    """

    SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in self.SAFE and _is_foreign(scope):
            await _refuse_raw(scope, send, 403, "This form was sent from another site.")
            return
        await self.app(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    if scope["path"].startswith(OPEN311):
        return False  # It takes keys and no cookies, so nothing can be misused.
    headers: dict[bytes, Any] = dict(scope["headers"])
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in (b"same-origin", b"none")
    origin = headers.get(b"origin")
    return origin is not None and origin.partition(b"://")[2] != headers.get(b"host")
