"""The legend of a heat map: its classes with their numbers, and the colours of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo_portal.insights.classes import (
    class_of,
    class_words,
    colours,
    colours_on_dark,
    limits,
)
from geo_portal.insights.heatmap import HeatMap
from geo_portal.translation import N_, Translator

_HEADINGS = {
    "density": N_("Reports per km²"),
    "per_capita": N_("Reports per 1,000 residents"),
    "per_km": N_("Reports per km of street"),
    "change": N_("Reports more or fewer than a year before"),
    "hotspots": N_("Hot and cold spots"),
    "days": N_("Days until half are fixed"),
    "satisfaction": N_("Of those who answered, satisfied"),
    "adjusted": N_("Estimated problems per cell"),
}
_HATCHED = {
    "per_capita": N_("fewer than five reports"),
    "per_km": N_("fewer than five reports"),
    "change": N_("may be chance"),
    "days": N_("too few fixes, or half not fixed yet"),
    "satisfaction": N_("too few answers to be sure"),
    "adjusted": N_("the estimate may be wrong by half or more"),
}
_GRADES = (
    N_("Cold, nearly certain (1 %)"),
    N_("Cold (5 %)"),
    N_("Hot (5 %)"),
    N_("Hot, nearly certain (1 %)"),
)
# From blue over paper to red-brown; told apart also by who does not see red and green.
_TWO_SIDED = ("#2166ac", "#92c5de", "#eceae6", "#f4a582", "#b2182b")
_SPOTS = ("#2166ac", "#92c5de", "#f4a582", "#b2182b")
_TWO_SIDED_ON_DARK = ("#4393c3", "#2b6a94", "#59605e", "#b5603f", "#f4866a")
_SPOTS_ON_DARK = ("#4393c3", "#2b6a94", "#b5603f", "#f4866a")
# Measures around a middle that is no zero of an amount.
TWO_SIDED = frozenset({"change", "hotspots"})
_SHARES = [0.0, 40.0, 60.0, 75.0, 90.0]


@dataclass(frozen=True)
class HeatLegend:
    """Classes by ascending `limits`, a label and a colour each; `hatched` says what hatching means.

    A map without uncertain cells has no `hatched`; `graded` classes have words, not numbers.
    """

    heading: str
    limits: list[float]
    labels: list[str]
    colours: list[str]
    colours_on_dark: list[str]
    hatched: str | None = None
    graded: bool = False

    def class_of(self, value: float) -> int:
        return max(0, class_of(value, self.limits))

    def colour_of(self, value: float) -> str:
        return self.colours[self.class_of(value)]


def heat_legend(found: HeatMap, words: Translator) -> HeatLegend:
    """Light to dark for amounts; two-sided for changes and for hot and cold spots."""
    values = [cell.shown for cell in found.cells]
    lower, labels, light, dark = _CLASSES.get(found.measure, _amounts)(values, words)
    hatched = None
    if any(cell.unsure for cell in found.cells):
        hatched = words.gettext(_HATCHED[found.measure])
    return HeatLegend(
        _heading(found, words),
        lower,
        labels,
        list(light),
        list(dark),
        hatched,
        graded=found.measure == "hotspots",
    )


_Classes = tuple[list[float], list[str], Sequence[str], Sequence[str]]


def _amounts(values: list[float], words: Translator) -> _Classes:
    lower = limits(values)
    labels = class_words(lower, max(values, default=0), words)
    return lower, labels, colours(len(lower)), colours_on_dark(len(lower))


def _grades(values: list[float], words: Translator) -> _Classes:
    if not values:
        return [], [], (), ()
    return [-2, -1, 1, 2], [words.gettext(grade) for grade in _GRADES], _SPOTS, _SPOTS_ON_DARK


def _shares(values: list[float], words: Translator) -> _Classes:
    """Fixed classes: the same share looks the same on every map."""
    spans = list(zip(_SHARES, [*_SHARES[1:], 101.0], strict=True))
    there = [
        nth for nth, (low, high) in enumerate(spans) if any(low <= one < high for one in values)
    ]
    labels = [
        f"{words.percent(spans[nth][0] / 100)}–{words.percent((spans[nth][1] - 1) / 100)}"
        for nth in there
    ]
    light, dark = colours(len(_SHARES)), colours_on_dark(len(_SHARES))
    return (
        [_SHARES[nth] for nth in there],
        labels,
        [light[nth] for nth in there],
        [dark[nth] for nth in there],
    )


def _heading(found: HeatMap, words: Translator) -> str:
    if found.measure != "count":
        return words.gettext(_HEADINGS[found.measure])
    if found.shape == "hexagon":
        return words.gettext("Reports per hexagon")
    return words.gettext("Reports per square")


def _two_sided(values: list[float], words: Translator) -> _Classes:
    """Five classes, as wide on both sides of "about the same"."""
    if not values:
        return [], [], (), ()
    sizes = np.abs(values)
    small = max(1.0, float(np.ceil(np.quantile(sizes, 0.5))))
    large = max(small + 1, float(np.ceil(np.quantile(sizes, 0.85))))
    lower = [min(-large, *values), 1 - large, 1 - small, small, large]

    def said(least: float, most: float) -> str:
        sign = "+" if least > 0 else "−"
        ends = [words.number(abs(end)) for end in (least, most)]
        return f"{sign}{ends[0]}" if least == most else f"{sign}{ends[0]} … {sign}{ends[1]}"

    labels = [
        f"≤ {said(-large, -large)}",
        said(1 - large, -small),
        "±0" if small == 1 else f"±{words.number(small - 1)}",
        said(small, large - 1),
        f"≥ {said(large, large)}",
    ]
    return lower, labels, _TWO_SIDED, _TWO_SIDED_ON_DARK


_CLASSES = {"hotspots": _grades, "change": _two_sided, "satisfaction": _shares}
