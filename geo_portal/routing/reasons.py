"""The reasons of a route as sentences for the citizen, in the citizen's language."""

from collections.abc import Callable
from typing import Any

from geo_portal.city.facts import CityFacts

Translate = Callable[[str], str]

# How sure, in words: nobody should have to judge whether 0.62 is a lot.
SURENESS = ((0.9, "very sure"), (0.75, "quite sure"), (0.5, "fairly sure"), (0.0, "not sure"))


def sentence(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    """One stored reason (`{"kind": …, …}`, see `routing.route`) as a sentence in `lang`."""
    writer = _WRITERS.get(reason["kind"])
    return writer(reason, city, translate, lang) if writer else ""


def sentences(
    reasons: list[dict[str, Any]], city: CityFacts, translate: Translate, lang: str
) -> list[str]:
    """All reasons that have something to say, in the order of the way."""
    said = (sentence(reason, city, translate, lang) for reason in reasons)
    return [words for words in said if words]


def sureness(confidence: float, translate: Translate) -> str:
    """A probability in words."""
    return next(translate(words) for least, words in SURENESS if confidence >= least)


def category_name(city: CityFacts, code: str | None, translate: Translate, lang: str) -> str:
    """The name people know; a category that is no longer kept shows its code."""
    if code is None:
        return translate("Not sorted yet")
    known = city.categories.get(code)
    return known.name(lang) if known else code


def department_name(city: CityFacts, code: str | None, translate: Translate, lang: str) -> str:
    """The department's or office's name; without one, who sorts complaints by hand."""
    if code is None:
        return translate("the city's sorting desk")
    known = city.departments.get(code)
    return known.name(lang) if known else code


def _place(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    areas = ", ".join(
        f"{city.level_name(area['level'], lang)} {area['name']}"
        for area in reversed(reason["areas"])
    )
    return translate("This point lies in {areas} (borders of {edition}).").format(
        areas=areas, edition=reason["edition"]
    )


def _outside(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    return translate(
        "This point lies outside every area that {city} looks after, so a person will read it "
        "and pass it on or tell you who can help."
    ).format(city=city.name(lang))


def _chosen(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    name = category_name(city, reason["category"], translate, lang)
    return translate("You chose “{category}”.").format(category=name)


def _words(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    name = category_name(city, reason["category"], translate, lang)
    sure = sureness(reason["confidence"], translate)
    if not reason["words"]:
        return translate("Your text sounds like “{category}” ({sure}).").format(
            category=name, sure=sure
        )
    words = ", ".join(f"“{word}”" for word in reason["words"])
    return translate("Your words {words} point to “{category}” ({sure}).").format(
        words=words, category=name, sure=sure
    )


def _unsure(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    names = [category_name(city, g["category"], translate, lang) for g in reason["guesses"]]
    return translate(
        "The words alone do not say enough; it could be {guesses}. A person will sort it."
    ).format(guesses=", ".join(f"“{name}”" for name in names))


def _no_words(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    return translate("We could not tell from the words what this is about. A person will sort it.")


def _rule(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    told = translate("The city's rule {number} decides: {says}").format(
        number=reason["rule"], says=reason["says"]
    )
    if not reason.get("asset_name"):
        return told
    near = translate("({asset}, {distance} m away)").format(
        asset=reason["asset_name"], distance=round(reason["distance_m"])
    )
    return f"{told} {near}"


def _owner(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    return translate("“{category}” is looked after by {department}.").format(
        category=category_name(city, reason["category"], translate, lang),
        department=department_name(city, reason["department"], translate, lang),
    )


def _office(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    office = department_name(city, reason["office"], translate, lang)
    return translate("The office for this place is {office}.").format(office=office)


def _triage(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    department = department_name(city, reason["department"], translate, lang)
    return translate("{department} reads it first and passes it on.").format(department=department)


_WRITERS = {
    "place": _place,
    "outside": _outside,
    "chosen": _chosen,
    "words": _words,
    "unsure": _unsure,
    "no_words": _no_words,
    "rule": _rule,
    "owner": _owner,
    "office": _office,
    "triage": _triage,
}
