"""The one question that is asked where a position may belong to several offices."""

from dataclasses import dataclass

from geo_portal.city.facts import CityFacts
from geo_portal.routing.place_words import question, side_option
from geo_portal.routing.reasons import department_name
from geo_portal.routing.route import Route
from geo_portal.translation import Translator


@dataclass(frozen=True)
class Choice:
    """A side to choose, and who would get the report then."""

    answer: str
    name: str
    office: str
    chosen: bool


@dataclass(frozen=True)
class PlaceQuestion:
    """The question as a sentence, with its choices; likeliest first."""

    text: str
    choices: tuple[Choice, ...]


def place_question(
    route: Route, answer: str, city: CityFacts, words: Translator
) -> PlaceQuestion | None:
    """None where the place is clear; stays when it was answered, so that it can be changed."""
    answered = route.place.method == "answered" and bool(answer)
    if not (route.place_is_open or answered):
        return None
    sides = [side.as_facts() for side in route.place.sides]
    choices = [
        Choice(
            side["answer"],
            side_option(side, city, words.gettext, words.lang),
            department_name(city, side["office"] or side["department"], words.gettext, words.lang),
            answered and side["answer"] == answer,
        )
        for side in sides
    ]
    return PlaceQuestion(question(sides, words.gettext), tuple(choices))
