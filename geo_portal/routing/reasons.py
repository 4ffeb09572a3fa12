"""The reasons of a route as sentences for the citizen, in the citizen's language."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from geo_portal.city.facts import CityFacts
from geo_portal.routing.place_words import receipt
from geo_portal.translation import N_

Translate = Callable[[str], str]

# How sure, in words: nobody should have to judge whether 0.62 is a lot.
SURENESS = (
    (0.9, N_("very sure")),
    (0.75, N_("quite sure")),
    (0.5, N_("fairly sure")),
    (0.0, N_("not sure")),
)
AGAINST = N_("{words} alone would point elsewhere.")
# What the place and the time said beside the words.
AROUND = {
    "place": N_("Much of this kind was reported around this place before."),
    "not place": N_("Little of this kind was reported around this place before."),
    "time": N_("It is often reported at this time of day or year."),
    "not time": N_("It is seldom reported at this time of day or year."),
}


def sentence(reason: dict[str, Any], city: CityFacts, translate: Translate, lang: str) -> str:
    """One stored reason (`{"kind": …, …}`, see `routing.route`) as a sentence in `lang`.

    Empty for a kind that nobody knows how to say.
    """
    return _Teller(city, translate, lang).tell(reason)


def sentences(
    reasons: list[dict[str, Any]], city: CityFacts, translate: Translate, lang: str
) -> list[str]:
    """All reasons that have something to say, in the order of the way."""
    teller = _Teller(city, translate, lang)
    return [words for words in map(teller.tell, reasons) if words]


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


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


@dataclass(frozen=True)
class _Teller:
    """Tells reasons to one reader; a method per kind of reason."""

    city: CityFacts
    translate: Translate
    lang: str

    def tell(self, reason: dict[str, Any]) -> str:
        teller: Callable[[dict[str, Any]], str] | None = getattr(self, f"_{reason['kind']}", None)
        return teller(reason) if teller else ""

    def _category(self, code: str | None) -> str:
        return category_name(self.city, code, self.translate, self.lang)

    def _department(self, code: str | None) -> str:
        return department_name(self.city, code, self.translate, self.lang)

    def _place(self, reason: dict[str, Any]) -> str:
        areas = ", ".join(
            f"{self.city.level_name(area['level'], self.lang)} {area['name']}"
            for area in reversed(reason["areas"])
        )
        return self.translate("This point lies in {areas} (borders of {edition}).").format(
            areas=areas, edition=reason["edition"]
        )

    def _sides(self, reason: dict[str, Any]) -> str:
        return receipt(reason, self.city, self.translate, self.lang)

    def _joint(self, reason: dict[str, Any]) -> str:
        return self.translate(
            "{department} gets it as a whole and gives it to the office whose ground it is."
        ).format(department=self._department(reason["department"]))

    def _outside(self, _: dict[str, Any]) -> str:
        return self.translate(
            "This point lies outside every area that {city} looks after, so a person will read it "
            "and pass it on or tell you who can help."
        ).format(city=self.city.name(self.lang))

    def _chosen(self, reason: dict[str, Any]) -> str:
        name = self._category(reason["category"])
        return self.translate("You chose “{category}”.").format(category=name)

    def _words(self, reason: dict[str, Any]) -> str:
        name = self._category(reason["category"])
        sure = sureness(reason["confidence"], self.translate)
        if not reason["words"]:
            return self.translate("Your text sounds like “{category}” ({sure}).").format(
                category=name, sure=sure
            )
        told = self.translate("Your words {words} point to “{category}” ({sure}).").format(
            words=_quoted(reason["words"]), category=name, sure=sure
        )
        return " ".join([told, *self._beside_words(reason)])

    def _beside_words(self, reason: dict[str, Any]) -> Iterator[str]:
        """What else was weighed; a reason stored by an earlier version says nothing of it."""
        against = reason.get("against") or []
        if against:
            yield self.translate(AGAINST).format(words=_quoted(against))
        for kind in reason.get("around") or []:
            if kind in AROUND:
                yield self.translate(AROUND[kind])

    def _unsure(self, reason: dict[str, Any]) -> str:
        names = [self._category(g["category"]) for g in reason["guesses"]]
        return self.translate(
            "The words alone do not say enough; it could be {guesses}. A person will sort it."
        ).format(guesses=", ".join(f"“{name}”" for name in names))

    def _no_words(self, _: dict[str, Any]) -> str:
        return self.translate(
            "We could not tell from the words what this is about. A person will sort it."
        )

    def _rule(self, reason: dict[str, Any]) -> str:
        told = self.translate("The city's rule {number} decides: {says}").format(
            number=reason["rule"], says=reason["says"]
        )
        if not reason.get("asset_name"):
            return told
        near = self.translate("({asset}, {distance} m away)").format(
            asset=reason["asset_name"], distance=round(reason["distance_m"])
        )
        return f"{told} {near}"

    def _owner(self, reason: dict[str, Any]) -> str:
        return self.translate("“{category}” is looked after by {department}.").format(
            category=self._category(reason["category"]),
            department=self._department(reason["department"]),
        )

    def _history(self, reason: dict[str, Any]) -> str:
        department = self._department(reason["department"])
        if reason["decides"]:
            return self.translate(
                "By the city's history {department} took reports with such words, so it reads "
                "this one first."
            ).format(department=department)
        return self.translate(
            "By the city's history it was mostly {department} that took reports with such words."
        ).format(department=department)

    def _office(self, reason: dict[str, Any]) -> str:
        office = self._department(reason["office"])
        return self.translate("The office for this place is {office}.").format(office=office)

    def _triage(self, reason: dict[str, Any]) -> str:
        department = self._department(reason["department"])
        return self.translate("{department} reads it first and passes it on.").format(
            department=department
        )
