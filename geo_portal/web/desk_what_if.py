"""A case in other words: what the portal would take it for, and on which word that hangs."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from geo_portal import clock
from geo_portal.city.facts import CityFacts
from geo_portal.complaints.sorting import place_of
from geo_portal.complaints.submit import readable
from geo_portal.complaints.tables import LONGEST_DESCRIPTION
from geo_portal.http import CityDep, ReaderDep, SessionDep, StaffDep
from geo_portal.inbox.case import look_at
from geo_portal.routing.classifier import model_in_use
from geo_portal.routing.explanation import Explanation, explain
from geo_portal.routing.reasons import category_name, sentences, sureness
from geo_portal.routing.route import find_route
from geo_portal.routing.surroundings import Occasion
from geo_portal.translation import Translator
from geo_portal.web.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/desk/{code}/what-if")
def what_if(
    request: Request,
    code: str,
    session: SessionDep,
    city: CityDep,
    words: ReaderDep,
    who: StaffDep,
    text: Annotated[str, Query(max_length=LONGEST_DESCRIPTION)] = "",
) -> Response:
    """The case's own words, or others typed over them; nothing is changed by asking."""
    complaint = look_at(session, who, code)
    asked = readable(text) or complaint.description
    place = place_of(session, complaint)
    sent = complaint.submitted_at.astimezone(city.timezone)
    model = model_in_use(city.classifier)
    made = explain(model, asked, Occasion(place, sent)) if model else Explanation((), None)
    route = find_route(session, place, complaint.accuracy_m, asked, clock.now())
    return page(
        request,
        "desk/what-if.html",
        lang=words.lang,
        city=city,
        complaint=complaint,
        asked=asked,
        made=made,
        kinds=[
            category_name(city, s.category, words.gettext, words.lang) for s in made.suggestions
        ],
        sure=[sureness(s.confidence, words.gettext) for s in made.suggestions],
        instead=_instead(made, city, words),
        reasons=sentences(route.as_facts()["reasons"], city, words.gettext, words.lang),
    )


def _instead(made: Explanation, city: CityFacts, words: Translator) -> str:
    if made.instead is None:
        return ""
    if made.instead.category is None:
        told = words.gettext("Without “{word}” nothing known would be left.")
        return told.format(word=made.instead.word)
    kind = category_name(city, made.instead.category, words.gettext, words.lang)
    told = words.gettext("Without “{word}” it would be taken for “{kind}”.")
    return told.format(word=made.instead.word, kind=kind)
