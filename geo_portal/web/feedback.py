"""“Is it fixed?”: the link that lets a browser answer, and the answer."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.complaints.feedback import Answer, answer
from geo_portal.complaints.find import by_code
from geo_portal.complaints.reporters import answering, code_of
from geo_portal.errors import Invalid
from geo_portal.http import PersonDep, SessionDep
from geo_portal.settings import settings
from geo_portal.web.evidence_form import WholeFormDep, read_photos
from geo_portal.web.given_code import given_code
from geo_portal.web.own_browser import DeviceDep, TokensDep, keep_token

router = APIRouter(include_in_schema=False)

SATISFIED = {"yes": True, "no": False}


@router.get("/f/{token}")
def open_link(request: Request, token: str, session: SessionDep) -> Response:
    """From a message to the report's page, in a browser that may now answer for it."""
    code = code_of(session, token)
    response = RedirectResponse(f"/c/{code}#is-it-fixed", status_code=303)
    # The address with the token must not go on to anybody.
    response.headers["Referrer-Policy"] = "no-referrer"
    keep_token(request, response, token)
    return response


@router.post("/c/{code}/feedback")
def take_answer(
    code: str,
    form: WholeFormDep,
    session: SessionDep,
    asking: PersonDep,
    tokens: TokensDep,
    device: DeviceDep,
) -> Response:
    """Keep what the reporter or a follower says, and show the report as it stands then."""
    known = by_code(session, given_code(code))
    who = answering(session, known.id, tokens, asking, device)
    photos = tuple(read_photos(form, "photos"))
    if len(photos) > settings().max_photos:
        raise Invalid(
            "At most {limit} photos can be sent with one report.",
            field="photos",
            limit=settings().max_photos,
        )
    said = Answer(
        verdict=str(form.get("verdict", "")),
        satisfied=SATISFIED.get(str(form.get("satisfied", ""))),
        words=str(form.get("words", "")),
        again=form.get("again") == "yes",
        photos=photos,
    )
    answer(session, known.code, who, said, clock.now())
    return RedirectResponse(f"/c/{known.code}#answered", status_code=303)
