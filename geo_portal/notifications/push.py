"""Messages to browsers (Web Push, RFC 8030): encrypted for one browser, signed by the portal."""

import base64
import hashlib
import json
import time
from email.utils import parseaddr
from functools import cache
from types import TracebackType
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from geo_portal.accounts.secret import digest
from geo_portal.outbox.carrier import GivenUp, NotNow
from geo_portal.outbox.safe_http import ForeignAddressRefused, NoAnswer, ask
from geo_portal.outbox.tables import Message
from geo_portal.settings import settings
from geo_portal.translation import direction

PUSH = "push"
# Services keep a message for a browser that is asleep, up to this long.
KEPT_FOR_S = 3 * 24 * 3600
SIGNED_FOR_S = 12 * 3600
# Services take 4 KB, encrypted.
LONGEST_TEXT = 600
GONE = (404, 410)
ENDED = "This browser does not take messages any more."
# The order of the curve P-256 (FIPS 186-4).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Push:
    """One message for one browser; its service replaces a message that it has by the same topic."""

    repeatable = True

    def __init__(self, message: Message) -> None:
        self._message = message
        self._body = b""

    def __enter__(self) -> "Push":
        keys = (self._message.facts or {}).get("keys")
        known = {"endpoint": self._message.recipient, "keys": keys}
        try:
            self._body = WebPusher(known).encode(_told(self._message))["body"]
        except (WebPushException, ValueError, TypeError, AttributeError, IndexError) as problem:
            raise GivenUp(f"The browser's keys cannot be used: {problem}") from problem
        return self

    def hand_over(self) -> None:
        """Give the browser's service the encrypted text."""
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_FOR_S),
            "Topic": f"m{self._message.id}",
        } | _signature(self._message.recipient)
        try:
            reply = ask("POST", self._message.recipient, body=self._body, headers=headers)
        except ForeignAddressRefused as refused:
            raise GivenUp(str(refused)) from refused
        except NoAnswer as problem:
            raise NotNow(str(problem)) from problem
        judge(reply.status, reply.body, gone=ENDED)

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None
    ) -> None:
        """Nothing is held open."""


def judge(status: int, said: bytes, *, gone: str) -> None:
    """What an answer means: fine, `NotNow` for what may pass, `GivenUp` for what stays."""
    if 200 <= status < 300:
        return
    words = f"{status} {said[:200].decode('utf-8', 'replace')}"
    if status in GONE:
        raise GivenUp(f"{gone} {words}")
    if status in (408, 425, 429) or status >= 500:
        raise NotNow(words)
    raise GivenUp(words)


def public_key() -> str:
    """The portal's key as browsers want it: the uncompressed point, base64url without padding."""
    point = _private_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def _told(message: Message) -> bytes:
    text = message.body_text
    told = {
        "title": message.subject,
        "body": text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…",
        "url": (message.facts or {}).get("url", "/"),
        "tag": f"message-{message.id}",
        "lang": message.language,
        "dir": direction(message.language),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _signature(endpoint: str) -> dict[str, str]:
    service = urlsplit(endpoint)
    claims = {
        "aud": f"{service.scheme}://{service.netloc}",
        "exp": int(time.time()) + SIGNED_FOR_S,
        # Whom a service writes to when something is wrong with our messages.
        "sub": f"mailto:{parseaddr(settings().mail_from)[1]}",
    }
    signer = Vapid02(private_key=_private_key(), conf={"no-strict": True})
    signed: dict[str, str] = signer.sign(claims)
    return {"Authorization": signed["Authorization"]}


@cache
def _private_key() -> ec.EllipticCurvePrivateKey:
    """Made from the portal's own secret, so every machine of a portal has the same."""
    drawn = hashlib.sha512(digest("web push", "key of the portal").encode()).digest()
    return ec.derive_private_key(int.from_bytes(drawn) % (_ORDER - 1) + 1, ec.SECP256R1())
