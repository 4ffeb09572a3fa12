"""What a person sees when something is refused: what happened, and a way on."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from geo_portal.city.facts import CityFacts, facts
from geo_portal.errors import ManyInvalid, NotFound, Refused, Unavailable
from geo_portal.http import database, reader_of, status_of
from geo_portal.web.pages import page


def refused(request: Request, refusal: Refused) -> HTMLResponse:
    """The refusal as a page in the design of all others; without a database a plainer one."""
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
    if status in (429, 503):
        response.headers["Retry-After"] = "5"
    return response


def _city(request: Request) -> CityFacts | None:
    """The city for the header of the page, where it can still be read."""
    try:
        with database(request).transaction() as session:
            return facts(session)
    except Refused:
        return None
