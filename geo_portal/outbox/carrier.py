"""What carries a message: a conversation with another machine up to where that takes the text."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Protocol

from geo_portal.outbox.tables import Message


class NotNow(Exception):
    """The other side cannot take it at present; trying again later may work."""


class GivenUp(Exception):
    """The other side will never take it, such as for an address that does not exist."""


class Carrier(Protocol):
    """`with carrier(message) as one: one.hand_over()`; both raise `NotNow` or `GivenUp`.

    `repeatable` says that the other side knows a message again by its number, so that handing it
    over twice, after a worker died, does no harm.
    """

    repeatable: bool

    def __enter__(self) -> "Carrier": ...

    def hand_over(self) -> None:
        """Give the text away; when nothing is raised it is the other side's to keep."""

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None
    ) -> None: ...


# By the name of the channel; one that is not there is not set up, and its messages wait.
Carriers = Mapping[str, Callable[[Message], Carrier]]
