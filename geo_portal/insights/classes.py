"""Puts numbers into a few classes with round limits, for the colours of a map and its legend."""

from bisect import bisect_right
from collections.abc import Sequence

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
    digits = 10.0 ** (len(str(int(number))) - 2) if number >= 100 else 0.1
    return round(round(number / digits) * digits, 1)
