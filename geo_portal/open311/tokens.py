"""Tokens for requests that a person looks at first: exchanged for a number once it is public."""

from fastapi import APIRouter, Response
from sqlalchemy import select

from geo_portal.accounts.secret import sealed, unsealed
from geo_portal.city.facts import CategoryFacts
from geo_portal.complaints.submit import Submitted
from geo_portal.complaints.tables import Complaint
from geo_portal.errors import NotFound
from geo_portal.http import CityDep, SessionDep
from geo_portal.open311.discovery import READING
from geo_portal.open311.forms import read_format, reply
from geo_portal.open311.services import is_batch

router = APIRouter(prefix="/open311/v2", include_in_schema=False)
MARK = "open311:"


class UnknownToken(NotFound):
    """A token that was not given out here."""


def token_for(category: CategoryFacts, done: Submitted) -> str | None:
    """The token of a new request; None where the number is told at once.

    It is the number, sealed with the portal's key: nothing has to be stored to know it again.
    """
    waits = is_batch(category) or done.status == "submitted"
    return sealed(f"{MARK}{done.code}") if waits else None


@router.api_route("/tokens/{token}.{suffix}", methods=READING)
def read_token(token: str, suffix: str, session: SessionDep, city: CityDep) -> Response:
    """The number is empty until a person has sorted the request, and for ever for private ones."""
    form = read_format(suffix)
    told = unsealed(token) or ""
    found = session.execute(
        select(Complaint.code, Complaint.sensitive, Complaint.category_code).where(
            Complaint.code == told.removeprefix(MARK)
        )
    ).one_or_none()
    if not told.startswith(MARK) or found is None:
        raise UnknownToken("This token is not known here.")
    category = city.categories.get(found.category_code or "")
    waits = found.sensitive or category is None or is_batch(category)
    number = None if waits else found.code
    return reply(form, "service_requests", [{"service_request_id": number, "token": token}])
