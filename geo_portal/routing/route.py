"""Which department a complaint goes to, and why: place, words and the city's rules together."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.jurisdictions import Area, NearbyAsset
from geo_portal.city.survey import survey
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat
from geo_portal.routing.classifier import Suggestion, departments_in_use, model_in_use
from geo_portal.routing.rules import Case, Match, first_match

SUGGESTIONS_SHOWN = 3


class UnknownCategory(Invalid):
    """The category asked for is not one that this city takes reports of."""


@dataclass(frozen=True)
class Reason:
    """One step of the way to the department; `facts` are codes and numbers, never sentences."""

    kind: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """Where a complaint goes. Without a category it goes to triage, with the best guesses."""

    city: CityFacts
    areas: tuple[Area, ...]
    edition: str | None
    category: str | None
    category_by: str | None
    confidence: float | None
    department: str | None
    office: str | None
    suggestions: tuple[Suggestion, ...]
    reasons: tuple[Reason, ...]
    needs_triage: bool

    @property
    def is_outside(self) -> bool:
        """Whether the place lies in no area at all."""
        return not self.areas

    def as_facts(self) -> dict[str, Any]:
        """What the event keeps of it: enough to tell the citizen why, years later."""
        return {
            "edition": self.edition,
            "areas": [{"level": a.level, "code": a.code, "name": a.name} for a in self.areas],
            "category": self.category,
            "category_by": self.category_by,
            "confidence": self.confidence,
            "department": self.department,
            "office": self.office,
            "needs_triage": self.needs_triage,
            "reasons": [{"kind": reason.kind, **reason.facts} for reason in self.reasons],
        }


def find_route(
    session: Session,
    place: LonLat,
    accuracy_m: float | None,
    description: str,
    now: datetime,
    category: str | None = None,
) -> Route:
    """Find who should look after `description` at `place`; reads only, stores nothing.

    A `category` given by the citizen is taken as said (`UnknownCategory` when the city has no
    such category); otherwise the words decide, and where they do not say enough the complaint
    goes to triage. A place outside every area goes to triage too: it is never refused here.
    """
    around = survey(session, place)
    city, areas = around.city, around.areas
    local_time = now.astimezone(city.timezone)
    suggestions = suggest(city, description, place, local_time)
    choice = _choose_category(city, category, suggestions)
    case = Case(choice.category, areas, description, around.assets, local_time)
    match = first_match(city, case)
    taken = None if match else taken_before(city, description, place, local_time)
    return _route(city, areas, accuracy_m, suggestions, choice, match, taken)


def suggest(
    city: CityFacts, description: str, place: LonLat | None = None, at: datetime | None = None
) -> tuple[Suggestion, ...]:
    """The likeliest categories for these words, best first; empty without a working model.

    Place and the city's wall clock count where the model learnt from such.
    """
    model = model_in_use(city.classifier)
    if model is None:
        return ()
    return tuple(model.suggest(description, top=SUGGESTIONS_SHOWN, place=place, at=at))


def taken_before(
    city: CityFacts, description: str, place: LonLat | None = None, at: datetime | None = None
) -> Suggestion | None:
    """Who took such reports by the city's history, where that is sure; else None.

    Its `category` is the code of a department.
    """
    model = departments_in_use(city.classifier)
    best = (
        next(iter(model.suggest(description, top=1, place=place, at=at)), None) if model else None
    )
    if model is None or best is None or best.confidence < model.threshold(best.category):
        return None
    known = city.departments.get(best.category)
    return best if known and known.active else None


@dataclass(frozen=True)
class _Choice:
    category: str | None
    by: str | None
    confidence: float | None
    reason: Reason


def _choose_category(
    city: CityFacts, wanted: str | None, suggestions: tuple[Suggestion, ...]
) -> _Choice:
    if wanted is not None:
        if wanted not in city.open_categories:
            raise UnknownCategory(
                "This city has no category “{category}”.", field="category", category=wanted
            )
        return _Choice(wanted, "citizen", None, Reason("chosen", {"category": wanted}))
    known = tuple(s for s in suggestions if s.category in city.open_categories)
    if not known:
        return _Choice(None, None, None, Reason("no_words"))
    best, model = known[0], model_in_use(city.classifier)
    if model is None or best.confidence < model.threshold(best.category):
        guesses = [{"category": s.category, "confidence": s.confidence} for s in known]
        return _Choice(None, None, best.confidence, Reason("unsure", {"guesses": guesses}))
    return _Choice(best.category, "classifier", best.confidence, _words_reason(best))


def _words_reason(best: Suggestion) -> Reason:
    return Reason(
        "words",
        {
            "category": best.category,
            "confidence": best.confidence,
            "words": list(best.words),
            "against": list(best.against),
            "around": list(best.around),
        },
    )


def _route(
    city: CityFacts,
    areas: tuple[Area, ...],
    accuracy_m: float | None,
    suggestions: tuple[Suggestion, ...],
    choice: _Choice,
    match: Match | None,
    taken: Suggestion | None,
) -> Route:
    reasons = [_place_reason(city, areas, accuracy_m), choice.reason]
    department, office = _department(city, areas, choice, match, taken, reasons)
    return Route(
        city=city,
        areas=areas,
        edition=city.edition.name if city.edition else None,
        category=choice.category,
        category_by=choice.by,
        confidence=choice.confidence,
        department=department,
        office=office,
        suggestions=suggestions,
        reasons=tuple(reasons),
        needs_triage=not areas or (choice.category is None and match is None) or not department,
    )


def _place_reason(city: CityFacts, areas: tuple[Area, ...], accuracy_m: float | None) -> Reason:
    if not areas:
        return Reason("outside")
    named = [{"level": area.level, "code": area.code, "name": area.name} for area in areas]
    edition = city.edition.name if city.edition else None
    return Reason("place", {"areas": named, "edition": edition, "accuracy_m": accuracy_m})


def _department(
    city: CityFacts,
    areas: tuple[Area, ...],
    choice: _Choice,
    match: Match | None,
    taken: Suggestion | None,
    reasons: list[Reason],
) -> tuple[str | None, str | None]:
    """Department and office; adds the reasons for both to `reasons`.

    What the history says comes after the rules and the category's owner: it decides where a
    person would have to sort, and is only said where it differs from the owner.
    """
    if not areas:
        department = city.triage_department
        reasons.append(Reason("triage", {"department": department}))
        return department, None
    if match:
        reasons.append(_rule_reason(match.rule.position, match.rule.reason, match.asset))
        department = match.rule.department_code
    elif choice.category:
        department = city.categories[choice.category].department_code
        reasons.append(Reason("owner", {"category": choice.category, "department": department}))
        if taken and taken.category != department:
            reasons.append(_history_reason(taken, decides=False))
    elif taken:
        department = taken.category
        reasons.append(_history_reason(taken, decides=True))
    else:
        department = city.triage_department
        reasons.append(Reason("triage", {"department": department}))
    return _with_office(city, areas, department, reasons)


def _history_reason(taken: Suggestion, *, decides: bool) -> Reason:
    told = {"department": taken.category, "confidence": taken.confidence, "decides": decides}
    return Reason("history", told | {"words": list(taken.words)})


def _rule_reason(position: int, sentence: str, asset: NearbyAsset | None) -> Reason:
    known: dict[str, Any] = {"rule": position, "says": sentence}
    if asset:
        known |= {
            "asset": asset.kind,
            "asset_name": asset.name,
            "distance_m": round(asset.distance_m, 1),
        }
    return Reason("rule", known)


def _with_office(
    city: CityFacts, areas: tuple[Area, ...], department: str | None, reasons: list[Reason]
) -> tuple[str | None, str | None]:
    if department is None:
        return None, None
    known = city.departments.get(department)
    if known and known.parent_code:
        reasons.append(Reason("office", {"office": department}))
        return known.parent_code, department
    office = city.office_for(department, areas)
    if office:
        reasons.append(Reason("office", {"office": office}))
    return department, office
