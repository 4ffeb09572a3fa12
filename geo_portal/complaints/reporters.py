"""Who reported a complaint and who follows it, known by a token that the staff never see.

A token is derived from the portal's key whenever it is needed; the database keeps its digest
only. Whoever holds it may answer for the report, and learns nothing about the person.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from geo_portal.accounts.people import Person
from geo_portal.accounts.secret import digest
from geo_portal.accounts.sessions import token_hash
from geo_portal.complaints.case_tables import Follower
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import NotFound
from geo_portal.settings import settings

REPORTER, FOLLOWER = "reporter", "follower"


class ForeignLink(NotFound):
    """A link that belongs to no report."""


@dataclass(frozen=True)
class Answering:
    """Somebody who may say whether a report is fixed, and as what: reporter or follower."""

    role: str
    follower_id: int | None = None
    person: Person | None = None
    device_hash: str | None = None


def reporter_token(code: str) -> str:
    """The token of who sent the report with this code."""
    return digest("reporter", code)


def reporter_link(code: str) -> str:
    """The address by which the reporter answers, for messages to the reporter alone."""
    return answer_link(reporter_token(code))


def follower_token(complaint_id: int, who: str) -> str:
    """The token of a follower; `who` is an e-mail address, or `person:` and a number."""
    return digest("follower", f"{complaint_id}:{who.lower()}")


def answer_link(token: str) -> str:
    """The address that makes a browser the holder of a token."""
    return f"{settings().public_url.rstrip('/')}/f/{token}"


def code_of(session: Session, token: str) -> str:
    """The report that a token answers for; raises `ForeignLink`."""
    key = token_hash(token)
    by_reporter = select(Complaint.code).where(Complaint.reporter_token_hash == key)
    by_follower = (
        select(Complaint.code)
        .join(Follower, Follower.complaint_id == Complaint.id)
        .where(Follower.token_hash == key, *_follows())
    )
    code = session.scalar(by_reporter) or session.scalar(by_follower)
    if code is None:
        raise ForeignLink(
            "This link belongs to no report. Open the newest message about your report, or look "
            "it up by its tracking code."
        )
    return code


def answering(
    session: Session,
    complaint_id: int,
    tokens: tuple[str, ...],
    person: Person | None = None,
    device_hash: str | None = None,
) -> Answering | None:
    """As what a browser that holds `tokens` may answer for a complaint; None for a stranger.

    Who reported it is the reporter, also when signed in on another device.
    """
    keys = {token_hash(token) for token in tokens}
    owner = session.execute(
        select(Complaint.reporter_token_hash, Complaint.reporter_id).where(
            Complaint.id == complaint_id
        )
    ).one()
    signed_in = person is not None and person.id == owner.reporter_id
    if signed_in or owner.reporter_token_hash in keys:
        return Answering(REPORTER, None, person, device_hash)
    follower = _follower(session, complaint_id, keys, person)
    return Answering(FOLLOWER, follower, person, device_hash) if follower else None


def _follower(
    session: Session, complaint_id: int, keys: set[str], person: Person | None
) -> int | None:
    mine: ColumnElement[bool] = Follower.token_hash.in_(keys)
    if person is not None:
        mine = mine | (Follower.person_id == person.id)
    asked = select(Follower.id).where(Follower.complaint_id == complaint_id, mine, *_follows())
    return session.scalar(asked.limit(1))


def _follows() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Follower.confirmed_at.is_not(None), Follower.left_at.is_(None)


def newest_first(tokens: tuple[str, ...], new: str, most: int) -> tuple[str, ...]:
    """The tokens that a browser keeps when it gets one more."""
    return (new, *(token for token in tokens if token != new))[:most]
