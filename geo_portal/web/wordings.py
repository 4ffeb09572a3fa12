"""The city's own words for messages, with a preview of what a citizen would read."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.city.facts import CityFacts
from geo_portal.errors import Invalid, Refused
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.notifications import wordings
from geo_portal.notifications.samples import sample
from geo_portal.notifications.wordings import Shown
from geo_portal.translation import LANGUAGES, N_, Translator
from geo_portal.web.pages import page
from geo_portal.web.signing_in import Typed

router = APIRouter(include_in_schema=False, prefix="/desk/wordings")

ROLE_WORDS = {
    "reporter": N_("Who reported it"),
    "follower": N_("Who follows it"),
    "subscriber": N_("Who follows the place or the kind"),
    "staff": N_("Staff"),
}
In = Annotated[str, Query(max_length=5)]


@router.get("")
def wordings_page(
    request: Request,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: StaffDep,
    language: In = "",
) -> Response:
    """All messages in one language as they are said now."""
    chosen = language if language in LANGUAGES else words.lang
    return page(
        request,
        "wordings.html",
        lang=words.lang,
        city=city,
        found=wordings.shown(session, person, chosen),
        language=chosen,
        role_words=ROLE_WORDS,
    )


@router.get("/{role}/{kind}/{language}")
def wording_page(
    request: Request,
    role: str,
    kind: str,
    language: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: StaffDep,
) -> Response:
    """One message: its words, and how it would be read."""
    one = wordings.one_shown(session, person, role, kind, language)
    return _shown(request, city, words, one)


@router.post("/{role}/{kind}/{language}")
def reword(
    request: Request,
    role: str,
    kind: str,
    language: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    person: StaffDep,
    subject: Typed = "",
    sentence: Typed = "",
    step: Typed = "preview",
) -> Response:
    """Show how it would be read, keep it, or go back to the portal's own words."""
    new = Shown(role, kind, language, subject, sentence, own=True)
    if step == "take_back":
        wordings.take_back(session, person, role, kind, language)
        return RedirectResponse(f"/desk/wordings?language={language}", status_code=303)
    before = wordings.one_shown(session, person, role, kind, language)
    try:
        wordings.checked(subject, sentence)
        if step == "keep":
            wordings.reword(session, person, new, clock.now())
            return RedirectResponse(f"/desk/wordings?language={language}", status_code=303)
    except Invalid as mistake:
        return _shown(request, city, words, new, before, mistake)
    return _shown(request, city, words, new)


def _shown(
    request: Request,
    city: CityFacts,
    words: Translator,
    one: Shown,
    readable: Shown | None = None,
    mistake: Refused | None = None,
) -> Response:
    return page(
        request,
        "wording.html",
        lang=words.lang,
        city=city,
        status=422 if mistake else 200,
        one=one,
        preview=sample(city, readable or one, clock.now()),
        names=wordings.NAMES,
        role_words=ROLE_WORDS,
        mistakes={mistake.field: words.sentence(mistake)} if mistake else {},
    )
