"""The desk's page of incidents: what the portal suggests, what is confirmed, one answer for all."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from geo_portal import clock
from geo_portal.accounts.permissions import Operation, may
from geo_portal.city.facts import CityFacts
from geo_portal.community.incidents import answer_all, decide, going_on, warn
from geo_portal.complaints.states import OUTCOME_WORDS
from geo_portal.errors import Invalid
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.translation import Translator
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False, prefix="/desk/incidents")

Typed = Annotated[str, Form()]
HOURS = (3, 6, 12, 24, 48)
# What needs no further fact to be said of many reports at once.
OUTCOMES = ("fixed", "made_safe", "partly", "not_found", "cannot")


@router.get("")
def incident_list(
    request: Request, session: SessionDep, city: CityDep, words: ReaderDep, me: StaffDep
) -> Response:
    """Everything that goes on."""
    return _shown(request, session, city, words, me, ())


@router.post("/{number}/decide")
def decide_incident(number: int, session: SessionDep, me: StaffDep, state: Typed = "") -> Response:
    """Confirm, dismiss or end it."""
    decide(session, me, number, state, clock.now())
    return RedirectResponse("/desk/incidents", status_code=303)


@router.post("/{number}/warn")
def warn_of_incident(
    number: int, session: SessionDep, me: StaffDep, message: Typed = "", hours: Typed = ""
) -> Response:
    """Emergency mode: the message stands on the public pages for some hours."""
    if not hours.isdecimal():
        raise Invalid("Please say until when it holds, three days at most.", field="ends_at")
    now = clock.now()
    warn(session, me, number, message, now + timedelta(hours=min(int(hours), 1000)), now)
    return RedirectResponse("/desk/incidents", status_code=303)


@router.post("/{number}/answer")
def answer_incident(
    request: Request,
    number: int,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    me: StaffDep,
    remark: Typed = "",
    outcome: Typed = "",
) -> Response:
    """One answer for all of its reports; which could not be closed is said at once."""
    if outcome and outcome not in OUTCOMES:
        raise Invalid("Please choose what came of it; “closed” alone says nothing.")
    done = answer_all(session, me, number, remark, outcome or None, clock.now())
    said = [
        words.ngettext("%(num)s report was answered.", "%(num)s reports were answered.",
                       len(done.codes)) % {"num": len(done.codes)}
    ]  # fmt: skip
    said += [f"{code}: {words.sentence(refusal)}" for code, refusal in done.refused]
    return _shown(request, session, city, words, me, tuple(said))


def _shown(
    request: Request,
    session: SessionDep,
    city: CityFacts,
    words: Translator,
    me: StaffDep,
    said: tuple[str, ...],
) -> Response:
    return page(
        request,
        "desk/incidents.html",
        lang=words.lang,
        city=city,
        incidents=going_on(session),
        outcomes={code: words.gettext(OUTCOME_WORDS[code]) for code in OUTCOMES},
        hours=HOURS,
        can_warn=may(me, Operation.ARBITRATE),
        said=said,
    )
