"""How long each of many groups of reports waits for a fix, from what is packed of their days."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo_portal.insights.day_groups import Group
from geo_portal.insights.day_records import Record
from geo_portal.insights.survival import LONGEST_S, Curve, Numbers, curve_of_steps

# So many reports and fewer are told to the second, more to the hundredth part of the time.
EXACT_UP_TO = 1_500
# Between a power of two and the next lie so many steps.
_STEPS = 64
# From here on an entry is the moment of a report that is still open: see `day_entries`.
_OPEN = 1 << 40

Steps = NDArray[np.int64]


@dataclass(frozen=True)
class WatchedDays:
    """Reports received on some days: the `step` at which the watch of each ended, `fixed` or not.

    `at_s` are the seconds from report to each step.
    """

    record: Record
    at_s: Numbers
    step: Steps
    fixed: NDArray[np.bool_]

    @property
    def curve(self) -> Curve:
        """The one of all of them."""
        return self._drawn(self._counted(np.zeros_like(self.step), 1)[0])

    def by(self, keys: Callable[[Group], Iterable[Any]]) -> dict[Any, Curve]:
        """A curve for each of the `keys` that a report's group belongs to, each of them once."""
        of_groups = [list(keys(group)) for group in self.record.groups]
        number = {key: nth for nth, key in enumerate(dict.fromkeys(chain(*of_groups)))}
        counts = np.zeros((len(number), 2, self.at_s.size), dtype=np.int64)
        # A report may belong to several: first all reports with their first key, then the second.
        for nth in range(max(map(len, of_groups), default=0)):
            of = [number[keys[nth]] if nth < len(keys) else -1 for keys in of_groups]
            counts += self._counted(np.array(of, dtype=np.int64)[self.record.group], len(number))
        return {key: self._drawn(count) for key, count in zip(number, counts, strict=True)}

    def _counted(self, key: Steps, keys: int) -> Steps:
        """For each key how many left the watch at each step, unfixed and fixed."""
        size = self.at_s.size
        place = ((key * 2 + self.fixed) * size + self.step)[key >= 0]
        return np.bincount(place, minlength=keys * 2 * size).reshape(keys, 2, size)

    def _drawn(self, counts: Steps) -> Curve:
        left = counts.sum(axis=0)
        seen = left > 0
        return curve_of_steps(
            self.at_s[seen], counts[1][seen].astype(float), left[seen].astype(float)
        )


def watched_days(record: Record, now: datetime) -> WatchedDays:
    """The reports of a record of `received`, watched until `now`: see `survival.watched`."""
    entry = record.entry
    fixed = (entry >= 0) & (entry < _OPEN)
    took_s = np.where(entry < 0, -1 - entry, entry)
    took_s = np.where(entry >= _OPEN, int(now.timestamp()) + _OPEN - entry, took_s)
    at_s, step = _steps(np.clip(took_s, 0, LONGEST_S).astype(float))
    return WatchedDays(record, at_s, step, fixed)


def _steps(took_s: Numbers) -> tuple[Numbers, Steps]:
    """The moments that are told apart, and the one of each report."""
    if took_s.size <= EXACT_UP_TO:
        at_s, step = np.unique(took_s, return_inverse=True)
        return at_s, step
    part, power = np.frexp(took_s)
    number = power.astype(np.int64) * _STEPS + (part * 2 * _STEPS).astype(np.int64)
    used = np.flatnonzero(np.bincount(number))
    place = np.zeros(used[-1] + 1, dtype=np.int64)
    place[used] = np.arange(used.size)
    middle = (used % _STEPS + _STEPS + 0.5) / (2 * _STEPS)
    # Less than a second is step 0; the next one is that of one second.
    at_s = np.where(used == 0, 0.0, np.ldexp(middle, used // _STEPS - 1))
    return at_s, place[number]
