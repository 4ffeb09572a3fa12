"""Puts numbers into a few classes with round limits, for the colours of a map and its legend."""

import math
from bisect import bisect_right
from collections.abc import Sequence

from geo_portal.translation import Translator

MOST_CLASSES = 5
# Light to dark of one hue that neither water, parks nor the lights of complaints use.
COLOURS = ("#fbd3dc", "#f79fba", "#e3649c", "#b02a83", "#6d0f6b")


def limits(numbers: Sequence[float]) -> list[float]:
    """The lower limit of each class, ascending; at most `MOST_CLASSES`, none for no numbers.

    About as many numbers fall into each class; limits are rounded, so that a legend can be read.
    """
    ranked = sorted(number for number in numbers if number > 0)
    if not ranked:
        return []
    whole = all(float(number).is_integer() for number in ranked)
    found = [ranked[0]]
    for step in range(1, MOST_CLASSES):
        limit = _rounded(ranked[len(ranked) * step // MOST_CLASSES], whole)
        if found[-1] < limit <= ranked[-1]:
            found.append(limit)
    return found


def class_of(number: float, lower_limits: Sequence[float]) -> int:
    """Which class a number is in, from 0; -1 below the first."""
    return bisect_right(lower_limits, number) - 1


def colours(classes: int) -> list[str]:
    """As many colours as there are classes, always up to the darkest."""
    return list(COLOURS[len(COLOURS) - classes :])


def colours_on_dark(classes: int) -> list[str]:
    """The same for a dark map: there the most must be the brightest to stand out."""
    return list(COLOURS[::-1][len(COLOURS) - classes :])


def _rounded(number: float, whole: bool) -> float:
    """To two leading digits: 1234 → 1200; counts stay whole."""
    if number <= 0:
        return number
    if whole and number < 100:
        return round(number)
    digits = 10.0 ** (math.floor(math.log10(number)) - 1)
    return round(round(number / digits) * digits, 6)


def class_words(lower: list[float], most: float, speaker: Translator) -> list[str]:
    """ "1–4", "5–11", "12–30": what each class holds; the last one ends at `most`.

    Amounts that are no whole numbers meet without a gap: "0.4–1.2", "1.2–3".
    """
    if not lower:
        return []
    whole = float(most).is_integer() and all(float(limit).is_integer() for limit in lower)
    ends = [*(limit - whole for limit in lower[1:]), most]
    return [_from_to(low, high, speaker) for low, high in zip(lower, ends, strict=True)]


def _from_to(low: float, high: float, speaker: Translator) -> str:
    first, last = (speaker.number(readable(end)) for end in (low, high))
    return first if low >= high or first == last else f"{first}–{last}"


def readable(number: float) -> float:
    """Two digits say enough, three of a hundred: 1234.5 → 1234, 12.34 → 12, 0.1234 → 0.12."""
    return float(f"{number:.2g}") if abs(number) < 100 else float(round(number))
