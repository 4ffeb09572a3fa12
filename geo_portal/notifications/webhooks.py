"""Messages to other people's programs: signed as Standard Webhooks writes it, never to neighbours.

The receiver checks `webhook-signature`: v1, and the base64 of HMAC-SHA256 over
`webhook-id.webhook-timestamp.body` with the secret that was shown when the address was added. A
message that is tried again carries the same `webhook-id`.
"""

import base64
import hashlib
import hmac
import json
import time
from types import TracebackType

from geo_portal.accounts.secret import digest
from geo_portal.notifications.push import judge
from geo_portal.outbox.carrier import GivenUp, NotNow
from geo_portal.outbox.safe_http import ForeignAddressRefused, NoAnswer, ask
from geo_portal.outbox.tables import Message

WEBHOOK = "webhook"
ENDED = "Nobody takes messages at this address any more."


class Webhook:
    """One message for one address."""

    repeatable = True

    def __init__(self, message: Message) -> None:
        self._message = message

    def __enter__(self) -> "Webhook":
        return self

    def hand_over(self) -> None:
        """Send it; anything but 2xx is a failure, a redirect too."""
        body = told(self._message)
        name, at = f"msg_{self._message.id}", int(time.time())
        secret = secret_of(self._message.recipient)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(secret, name, at, body),
        }
        try:
            reply = ask("POST", self._message.recipient, body=body, headers=headers)
        except ForeignAddressRefused as refused:
            raise GivenUp(str(refused)) from refused
        except NoAnswer as problem:
            raise NotNow(str(problem)) from problem
        judge(reply.status, reply.body, gone=ENDED)

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None
    ) -> None:
        """Nothing is held open."""


def told(message: Message) -> bytes:
    """The body: what happened, in the reader's words and as codes."""
    facts = message.facts or {}
    return json.dumps(
        {
            "type": f"complaint.{message.kind}",
            "timestamp": message.created_at.isoformat(),
            "data": {
                "code": facts.get("code"),
                "url": facts.get("url"),
                "title": message.subject,
                "text": message.body_text,
                "language": message.language,
            },
        },
        ensure_ascii=False,
    ).encode()


def secret_of(url: str) -> str:
    """The secret of an address, as its owner is shown it; made from the portal's own key."""
    drawn = hashlib.sha256(digest("webhook", url).encode()).digest()
    return f"whsec_{base64.b64encode(drawn).decode()}"


def signature(secret: str, name: str, at: int, body: bytes) -> str:
    """What stands in `webhook-signature`; `at` are seconds since 1970."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"
