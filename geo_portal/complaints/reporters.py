"""Who reported a complaint and who follows it, known by a token that the staff never see.

A token is derived from the portal's key whenever it is needed; the database keeps its digest
only. Whoever holds it may answer for the report, and learns nothing about the person.
"""

from geo_portal.accounts.secret import digest
from geo_portal.errors import NotFound
from geo_portal.settings import settings


class ForeignLink(NotFound):
    """A link that belongs to no report."""


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
