"""Does one thing with many cases: each by its own operation, and what is refused stops no other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from geo_portal.complaints.codes import read_code
from geo_portal.errors import Invalid, Refused

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Chosen:
    """A case that was ticked, as it stood when the person saw it."""

    code: str
    version: int


@dataclass(frozen=True)
class BulkOutcome:
    """The codes with which it was done, and those with which it was refused, with the reason."""

    done: list[str]
    refused: list[tuple[str, Refused]]


def read_chosen(ticked: Iterable[str]) -> list[Chosen]:
    """The ticked boxes (`code.version`), each case once; raises `Invalid` for none or too many."""
    found: dict[str, Chosen] = {}
    for one in ticked:
        code, _, version = one.partition(".")
        known = read_code(code)
        if known and version.isascii() and version.isdigit() and len(version) < 10:
            found[known] = Chosen(known, int(version))
    if not found:
        raise Invalid("Tick at least one report in the list first.", field="chosen")
    if len(found) > MOST_AT_ONCE:
        raise Invalid(
            "At most {limit} reports can be changed at once.", field="chosen", limit=MOST_AT_ONCE
        )
    return list(found.values())


def do_each(session: Session, chosen: list[Chosen], do: Callable[[Chosen], object]) -> BulkOutcome:
    """Call `do` for each case; a refusal takes back what was done with that case only.

    In the order of their codes, so that two people who choose the same cases do not wait for
    each other for ever.
    """
    outcome = BulkOutcome([], [])
    for one in sorted(chosen, key=lambda case: case.code):
        try:
            with session.begin_nested():
                do(one)
        except Refused as refusal:
            outcome.refused.append((one.code, refusal))
        else:
            outcome.done.append(one.code)
    return outcome
