"""Which department a complaint goes to, and why: place, words and the city's rules together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from geo_portal.city.facts import CityFacts
from geo_portal.city.jurisdictions import Area
from geo_portal.city.survey import Survey, survey_around
from geo_portal.errors import Invalid
from geo_portal.geometry import LonLat
from geo_portal.routing.classifier import Suggestion, departments_in_use, model_in_use
from geo_portal.routing.owners import Reason, department_of, jointly, place_reason, sides_reason
from geo_portal.routing.rules import Case, Match, first_match
from geo_portal.routing.settle import Owner, Settled, settle
from geo_portal.routing.sides import Ground

SUGGESTIONS_SHOWN = 3


class UnknownCategory(Invalid):
    """The category asked for is not one that this city takes reports of."""


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
    place: Settled

    @property
    def place_is_open(self) -> bool:
        """Whether somebody who knows the place should still be asked where exactly it is."""
        return self.place.is_open

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
            "place": {
                "method": self.place.method,
                "border_m": self.place.border_m,
                "confidence": round(self.place.confidence, 3),
            },
            "reasons": [{"kind": reason.kind, **reason.facts} for reason in self.reasons],
        }


def find_route(
    session: Session,
    place: LonLat,
    accuracy_m: float | None,
    description: str,
    now: datetime,
    category: str | None = None,
    side: str | None = None,
) -> Route:
    """Find who should look after `description` at `place`; reads only, stores nothing.

    A `category` given by the citizen is taken as said (`UnknownCategory` when the city has no
    such category); otherwise the words decide, and where they do not say enough the complaint
    goes to triage. A place outside every area goes to triage too: it is never refused here.
    Where the place may belong to several owners, `side` is the answer to who was asked; see
    `settle`, which raises `UnknownSide`.
    """
    around = survey_around(session, place, accuracy_m)
    city, local_time = around.city, now.astimezone(around.city.timezone)
    suggestions = suggest(city, description, place, local_time)
    choice = _choose_category(city, category, suggestions)
    taken = taken_before(city, description, place, local_time)
    finding = _Finding(around, accuracy_m, suggestions, choice, taken, description, local_time)
    return _route(finding, settle(around, finding.owner, side))


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
    """Reasons are public, so a word that may be a phone number or an address is left out."""
    return Reason(
        "words",
        {
            "category": best.category,
            "confidence": best.confidence,
            "words": _tellable(best.words),
            "against": _tellable(best.against),
            "around": list(best.around),
        },
    )


def _tellable(words: tuple[str, ...]) -> list[str]:
    return [word for word in words if "@" not in word and sum(c.isdigit() for c in word) < 3]


@dataclass(frozen=True)
class _Finding:
    """Everything known before it is settled where the place is."""

    seen: Survey
    accuracy_m: float | None
    suggestions: tuple[Suggestion, ...]
    choice: _Choice
    taken: Suggestion | None
    description: str
    local_time: datetime

    def match(self, ground: Ground) -> Match | None:
        case = Case(
            self.choice.category, ground.areas, self.description, ground.assets, self.local_time
        )
        return first_match(self.seen.city, case)

    def owner(self, ground: Ground) -> Owner:
        """Who would look after it if it lay there."""
        match = self.match(ground)
        department, office = department_of(
            self.seen.city, ground.areas, self.choice.category, match, self.taken, []
        )
        return Owner(department, office, match.asset if match and ground.areas else None)


def _route(finding: _Finding, settled: Settled) -> Route:
    city, choice, areas = finding.seen.city, finding.choice, settled.ground.areas
    match = finding.match(settled.ground)
    reasons = [place_reason(city, areas, finding.accuracy_m), *sides_reason(settled)]
    reasons.append(choice.reason)
    department, office = department_of(city, areas, choice.category, match, finding.taken, reasons)
    if settled.is_joint:
        department, office = jointly(city, settled, department, reasons)
    unsorted = choice.category is None and match is None
    undecided = settled.is_joint and not settled.same_department
    return Route(
        city=city,
        areas=areas,
        edition=city.edition.name if city.edition else None,
        category=choice.category,
        category_by=choice.by,
        confidence=choice.confidence,
        department=department,
        office=office,
        suggestions=finding.suggestions,
        reasons=tuple(reasons),
        needs_triage=not areas or unsorted or undecided or not department,
        place=settled,
    )
