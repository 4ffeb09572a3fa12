"""The kinds of problem that can be reported, and what is asked about each."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from geo_portal.city.facts import TRIAGE_CATEGORY, CategoryFacts, CityFacts
from geo_portal.city.jurisdictions import containing
from geo_portal.city.question_tables import LISTS
from geo_portal.city.questions import Question
from geo_portal.errors import NotFound
from geo_portal.http import CityDep, SessionDep
from geo_portal.open311.discovery import READING
from geo_portal.open311.forms import read_format, reply
from geo_portal.open311.given import CallerDep, Given, QueryDep
from geo_portal.open311.parameters import place_of
from geo_portal.translation import Translator

router = APIRouter(prefix="/open311/v2", include_in_schema=False)


class UnknownService(NotFound):
    """There is no service of this code."""


@router.api_route("/services.{suffix}", methods=READING)
def services(
    suffix: str, given: QueryDep, session: SessionDep, city: CityDep, words: CallerDep
) -> Response:
    """All services; with `lat` and `long` those of that place, none outside the city."""
    form = read_format(suffix)
    known = _serving_at(session, given, city)
    return reply(form, "services", [service_form(one, city, words) for one in known])


def _serving_at(session: Session, given: Given, city: CityFacts) -> list[CategoryFacts]:
    everywhere = list(city.open_categories.values())
    place = place_of(session, given)
    return everywhere if place is None or containing(session, place) else []


def is_batch(category: CategoryFacts) -> bool:
    """Whether a person looks at it first, so that its public number comes later if at all."""
    return category.sensitive or category.code == TRIAGE_CATEGORY


def service_form(category: CategoryFacts, city: CityFacts, words: Translator) -> dict[str, Any]:
    """One entry of the list."""
    lang = words.lang
    return {
        "service_code": category.code,
        "service_name": category.name(lang),
        "description": category.note(lang) or category.name(lang),
        "metadata": bool(city.questions.get(category.code)),
        "type": "batch" if is_batch(category) else "realtime",
        "keywords": ",".join(category.keywords),
        "group": category.group_name(lang),
    }


def known_service(city: CityFacts, code: str) -> CategoryFacts:
    """The service of this code; raises `UnknownService`."""
    found = city.open_categories.get(code)
    if found is None:
        raise UnknownService("There is no service “{code}” here.", code=code[:80])
    return found


@router.api_route("/services/{service_code}.{suffix}", methods=READING)
def definition(service_code: str, suffix: str, city: CityDep, words: CallerDep) -> Response:
    """What is asked about one kind of problem; an empty list where nothing is."""
    form = read_format(suffix)
    category = known_service(city, service_code)
    asked = city.questions.get(category.code, ())
    told = {
        "service_code": category.code,
        "attributes": [
            attribute_form(question, order, words.lang) for order, question in enumerate(asked, 1)
        ],
    }
    return reply(form, "service_definition", told)


def attribute_form(question: Question, order: int, lang: str) -> dict[str, Any]:
    """One attribute; what depends on an earlier answer is never required of everybody."""
    told: dict[str, Any] = {
        "variable": question.variable,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.required and question.variable and not question.shown_when,
        "datatype_description": question.hint(lang) or None,
        "order": order,
        "description": question.text(lang),
    }
    if question.datatype in LISTS:
        told["values"] = [{"key": one.key, "name": one.name(lang)} for one in question.options]
    return told
