"""Tells unusual weeks from the ups and downs of chance, however many are looked at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """For each series: the number expected, how often so many come by chance, and the verdict."""

    expected: Numbers
    chance: Numbers
    unusual: NDArray[np.bool_]


def judge(earlier: ArrayLike, seen: ArrayLike, *, false_alarms: float) -> Judged:
    """Hold `seen` (one number per series) against `earlier` weeks (series × weeks, at least two).

    A number of reports is taken as Poisson about its mean, or as negative binomial where the
    weeks differ more than that allows; how unsure the mean of few weeks is comes on top. Of the
    verdicts at most the share `false_alarms` is expected to be wrong (Benjamini and Hochberg,
    1995).
    """
    weeks = np.asarray(earlier, dtype=float)
    now = np.asarray(seen, dtype=float)
    if not now.size:
        return Judged(now, now, now.astype(bool))
    number = weeks.shape[1]
    # Half a report more, so that what has never been reported is not thought impossible.
    mean = (weeks.sum(axis=1) + 0.5) / number
    spread = _spread(weeks, mean)
    variance = mean * spread + mean * spread / number
    chance = _chance(now, mean, variance)
    return Judged(mean, chance, benjamini_hochberg(chance, false_alarms))


def _spread(weeks: Numbers, mean: Numbers) -> Numbers:
    """How much more the weeks differ than by chance alone, at least 1.

    What a few weeks of one series say is drawn half-way towards what all series say together.
    """
    each = weeks.var(axis=1, ddof=1) / mean
    together = max(1.0, float(np.average(each, weights=mean)))
    found: Numbers = np.maximum(1.0, np.maximum(each, together) / 2 + together / 2)
    return found


def _chance(now: Numbers, mean: Numbers, variance: Numbers) -> Numbers:
    """The chance of at least so many."""
    share = mean / variance
    size = mean * share / np.maximum(1 - share, 1e-12)
    found: Numbers = stats.nbinom.sf(now - 1, size, share)
    return found


def benjamini_hochberg(chances: Numbers, share: float) -> NDArray[np.bool_]:
    """Which of the findings stand when at most `share` of those that do may be false."""
    order = np.argsort(chances)
    limits = share * np.arange(1, chances.size + 1) / chances.size
    passed = np.flatnonzero(chances[order] <= limits)
    found = np.zeros(chances.size, dtype=bool)
    if passed.size:
        found[order[: passed[-1] + 1]] = True
    return found
