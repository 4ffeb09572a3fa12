"""What a person sees when something is refused: what happened, and a way on."""

from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from geo_portal.accounts.permissions import NotSignedIn
from geo_portal.city.facts import CityFacts, facts
from geo_portal.errors import ManyInvalid, NotFound, Refused, TooMuch, Unavailable
from geo_portal.http import database, reader_of, status_of
from geo_portal.web.pages import page


def refused(request: Request, refusal: Refused) -> Response:
    """The refusal as a page in the design of all others; without a database a plainer one.

    Who only has to sign in is led there, and back again afterwards.
    """
    if isinstance(refusal, NotSignedIn) and request.method == "GET":
        return RedirectResponse(_sign_in_address(request, refusal), status_code=303)
    words = reader_of(request)
    status = status_of(refusal)
    mistakes = refusal.mistakes if isinstance(refusal, ManyInvalid) else [refusal]
    response = page(
        request,
        "refused.html",
        lang=words.lang,
        city=None if isinstance(refusal, Unavailable) else _city(request),
        status=status,
        refusal_kind="missing" if isinstance(refusal, NotFound) else "other",
        sentences=[words.sentence(mistake) for mistake in mistakes],
    )
    if isinstance(refusal, (TooMuch, Unavailable)):
        response.headers["Retry-After"] = str(refusal.retry_after_s)
    return response


def _sign_in_address(request: Request, refusal: NotSignedIn) -> str:
    page = "/sign-in/staff" if refusal.staff else "/sign-in"
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{page}?{urlencode({'next': here})}"


def _city(request: Request) -> CityFacts | None:
    """The city for the header of the page, where it can still be read."""
    try:
        with database(request).transaction() as session:
            return facts(session)
    except Refused:
        return None
