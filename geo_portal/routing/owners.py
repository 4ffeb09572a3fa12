"""Who looks after what lies at a place, and the reasons that are told for it."""

from dataclasses import dataclass, field
from typing import Any

from geo_portal.city.facts import CityFacts
from geo_portal.city.jurisdictions import Area, NearbyAsset
from geo_portal.routing.classifier import Suggestion
from geo_portal.routing.rules import Match
from geo_portal.routing.settle import Settled


@dataclass(frozen=True)
class Reason:
    """One step of the way to the department; `facts` are codes and numbers, never sentences."""

    kind: str
    facts: dict[str, Any] = field(default_factory=dict)


def place_reason(city: CityFacts, areas: tuple[Area, ...], accuracy_m: float | None) -> Reason:
    if not areas:
        return Reason("outside")
    named = [{"level": area.level, "code": area.code, "name": area.name} for area in areas]
    edition = city.edition.name if city.edition else None
    return Reason("place", {"areas": named, "edition": edition, "accuracy_m": accuracy_m})


def sides_reason(settled: Settled) -> list[Reason]:
    """Said only where it made, or could have made, a difference."""
    if not settled.sides:
        return []
    told = {
        "method": settled.method,
        "border_m": settled.border_m,
        "sides": [side.as_facts() for side in settled.sides],
    }
    return [Reason("sides", told)]


def jointly(
    city: CityFacts, settled: Settled, department: str | None, reasons: list[Reason]
) -> tuple[str | None, str | None]:
    """The department over all offices in question, else who sorts by hand."""
    while reasons[-1].kind in ("rule", "owner", "office", "triage"):
        reasons.pop()
    if settled.same_department:
        reasons.append(Reason("joint", {"department": department}))
        return department, None
    reasons.append(Reason("triage", {"department": city.triage_department}))
    return city.triage_department, None


def department_of(
    city: CityFacts,
    areas: tuple[Area, ...],
    category: str | None,
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
    elif category:
        department = city.categories[category].department_code
        reasons.append(Reason("owner", {"category": category, "department": department}))
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
