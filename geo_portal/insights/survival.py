"""How long a fix takes, when many reports are not fixed yet: after Kaplan and Meier (1958)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sqlalchemy import Float, LargeBinary, case, cast, extract, func, select
from sqlalchemy.orm import Session

from geo_portal.complaints.figures import FEWEST_FOR_A_MEDIAN
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.complaints.tables import Complaint
from geo_portal.insights.day_groups import Group

Numbers = NDArray[np.float64]
_Z = 1.959964  # 95 of 100
LONGEST_S = timedelta(days=36_500).total_seconds()


@dataclass(frozen=True)
class Curve:
    """The share that still waits after `at_s` seconds, with the bounds that hold 95 of 100 times.

    `known` reports were watched, `fixed` of them to the end. It begins with everybody at 0.
    """

    at_s: Numbers
    waiting: Numbers
    low: Numbers
    high: Numbers
    known: int
    fixed: int

    def after(self, share: float) -> timedelta | None:
        """The time within which `share` (0…1) of the reports are fixed.

        None when the watch ended before that, or when too few were fixed to say.
        """
        return self._crossing(self.waiting, share)

    def between(self, share: float) -> tuple[timedelta | None, timedelta | None]:
        """Bounds of `after`; the upper one is often not known yet."""
        return self._crossing(self.low, share), self._crossing(self.high, share)

    def _crossing(self, waiting: Numbers, share: float) -> timedelta | None:
        if self.fixed < FEWEST_FOR_A_MEDIAN:
            return None
        # 0.1 + 0.7 is not 0.8: what is as good as there counts as there.
        reached = np.flatnonzero(waiting <= 1 - share + 1e-9)
        return timedelta(seconds=float(self.at_s[reached[0]])) if reached.size else None


def curve(took_s: ArrayLike, was_fixed: ArrayLike) -> Curve:
    """The curve of reports that were fixed after `took_s` seconds, or watched so long in vain.

    The bounds are Greenwood's on the log-log scale. lifelines says the same, which tests hold it
    to; it takes seconds to import and a hundred times longer per curve.
    """
    took, fixed = np.asarray(took_s, dtype=float), np.asarray(was_fixed, dtype=bool)
    at, index = np.unique(took, return_inverse=True)
    ended: Numbers = np.bincount(index, weights=fixed, minlength=at.size).astype(float)
    left: Numbers = np.bincount(index, minlength=at.size).astype(float)
    return curve_of_steps(at, ended, left)


def curve_of_steps(at_s: Numbers, ended: Numbers, left: Numbers) -> Curve:
    """The same of what is counted: at each of `at_s`, in their order, how many `left` the watch,
    `ended` of them because they were fixed."""
    watched: Numbers = left.sum() - np.cumsum(left) + left
    waiting: Numbers = np.cumprod(1 - ended / watched, dtype=float)
    low, high = _bounds(waiting, ended, watched)
    return Curve(
        np.concatenate(([0.0], at_s)),
        np.concatenate(([1.0], waiting)),
        np.concatenate(([1.0], low)),
        np.concatenate(([1.0], high)),
        int(left.sum()),
        int(ended.sum()),
    )


def _bounds(waiting: Numbers, ended: Numbers, watched: Numbers) -> tuple[Numbers, Numbers]:
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(ended / (watched * (watched - ended)))) / np.log(waiting)
        low, high = waiting ** np.exp(-_Z * spread), waiting ** np.exp(_Z * spread)
    # Before the first fix, and when nobody is left, there is nothing to be unsure about.
    unsure = (waiting > 0) & (waiting < 1)
    return np.where(unsure, low, waiting), np.where(unsure, high, waiting)


@dataclass(frozen=True)
class Watched:
    """Reports received in a span: how long those of each group were watched, in seconds.

    A group is a department, office, kind and its areas; the time of a report that was not fixed
    is negative, be it zero.
    """

    groups: list[Group]
    times: list[Numbers]

    @property
    def curve(self) -> Curve:
        return _curve_of(self.times)

    def by(self, keys: Callable[[Group], Iterable[Any]]) -> dict[Any, Curve]:
        """A curve for each of the `keys` that a report's codes and areas belong to."""
        found: dict[Any, list[Numbers]] = {}
        for group, times in zip(self.groups, self.times, strict=True):
            for key in keys(group):
                found.setdefault(key, []).append(times)
        return {key: _curve_of(times) for key, times in found.items()}


def _curve_of(times: list[Numbers]) -> Curve:
    together = np.concatenate(times) if times else np.empty(0)
    return curve(np.abs(together), ~np.signbit(together))


def watched(session: Session, wanted: ComplaintFilter, now: datetime) -> Watched:
    """The reports of a filter, which must have been `checked`, watched until `now`.

    The time is that of the citizen, on the wall: from report to fix, pauses included. One that
    was closed without a fix is watched until then: it left without having been fixed. A filter
    by light is left aside, for the fixed ones alone would look quick.
    """
    took = func.coalesce(Complaint.closed_at, now) - Complaint.submitted_at
    took_s = cast(func.least(func.greatest(extract("epoch", took), 0), LONGEST_S), Float)
    was_fixed = Complaint.closed_at.is_not(None) & (Complaint.light == "done")
    of_group = (
        Complaint.department_code,
        Complaint.office_code,
        Complaint.category_code,
        Complaint.jurisdiction_ids,
    )
    # A hundred thousand numbers are read in one piece, as the bytes that they are.
    times = func.string_agg(
        func.float8send(case((was_fixed, took_s), else_=-took_s)), cast(b"", LargeBinary)
    )
    rows = session.execute(select(*of_group, times).where(*wanted.conditions()).group_by(*of_group))
    groups, found = [], []
    for department, office, category, areas, sent in rows:
        groups.append((department, office, category, tuple(areas)))
        found.append(np.frombuffer(sent, dtype=">f8").astype(float))
    return Watched(groups, found)
