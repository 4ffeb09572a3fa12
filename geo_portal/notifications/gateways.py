"""Text messages and chats: handed to the gateway that the city has named, through Apprise."""

import warnings
from functools import cache
from types import TracebackType
from typing import Any
from urllib.parse import quote

from geo_portal.accounts.phone_numbers import SMS
from geo_portal.outbox.carrier import GivenUp, NotNow
from geo_portal.outbox.tables import Message
from geo_portal.settings import settings

WHATSAPP, TELEGRAM = "whatsapp", "telegram"
BY_PHONE = frozenset({SMS, WHATSAPP})
# Longer texts are cut into several by the gateway, and paid for several times.
LONGEST_TEXT = 640


class Gateway:
    """One text for one number or chat; a gateway tells neither why it refused nor whether for good.

    So it is tried for four hours like a mail server that is busy.
    """

    # Gateways have no common way to know a message again.
    repeatable = False

    def __init__(self, message: Message) -> None:
        self._message = message

    def __enter__(self) -> "Gateway":
        address = settings().gateways[self._message.channel]
        self._to = _apprise()()
        if not self._to.add(address.replace("{to}", quote(self._message.recipient, safe=""))):
            raise GivenUp(
                f"The address of the gateway for {self._message.channel} cannot be used. "
                "Look at GEO_PORTAL_GATEWAYS."
            )
        return self

    def hand_over(self) -> None:
        """Give the gateway the text."""
        if not self._to.notify(body=self._message.body_text[:LONGEST_TEXT]):
            raise NotNow(f"The gateway for {self._message.channel} did not take it.")

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None
    ) -> None:
        """Apprise closes what it opens."""


@cache
def _apprise() -> type[Any]:
    """Only workers need it, and it takes a second to load."""
    with warnings.catch_warnings():
        # One of its hundred services asks for a module that Python is about to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        from apprise import Apprise

        Apprise.instantiate("json://localhost")
    return Apprise


def sends(channel: str) -> bool:
    """Whether the city has named a gateway for a channel."""
    return channel in settings().gateways
