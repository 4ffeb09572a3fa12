"""“This is not right” on a routing receipt: one tap, and a person looks at it again."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from geo_portal import clock
from geo_portal.accounts.limits import network
from geo_portal.complaints.contest import contest
from geo_portal.complaints.find import by_code
from geo_portal.complaints.reporters import answering
from geo_portal.http import CityDep, PersonDep, ReaderDep, SessionDep
from geo_portal.web.given_code import given_code
from geo_portal.web.own_browser import DeviceDep, TokensDep
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)


@router.post("/c/{code}/contest")
def not_right(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    reader: ReaderDep,
    asking: PersonDep,
    tokens: TokensDep,
    device: DeviceDep,
    words: Annotated[str, Form()] = "",
    category: Annotated[str, Form()] = "",
) -> Response:
    """Say that it went the wrong way; the reply says honestly what happens now."""
    known = by_code(session, given_code(code))
    who = answering(session, known.id, tokens, asking, device)
    here = network(request.client.host) if request.client else ""
    event = contest(
        session,
        known.code,
        who,
        # Who has no cookie yet is counted by the network.
        device or here,
        clock.now(),
        network=here,
        words=words,
        category=category or None,
    )
    back = event.facts["from"] in ("submitted", "triaged", "assigned")
    return page(
        request, "contested.html", lang=reader.lang, city=city, code=known.code, sorted_anew=back
    )
