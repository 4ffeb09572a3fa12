"""How good the fixes were, added up from what is packed of their days: see `quality`."""

from dataclasses import dataclass

import numpy as np

from geo_portal.insights.day_records import Record, Some
from geo_portal.insights.intervals import Share
from geo_portal.insights.quality import Quality, Rating

# What is true of a closed report, as `day_entries` writes it.
_FIXED, _PROVEN, _REOPENED, _ASKED_BACK, _ANSWERED, _RATED, _SATISFIED = (1 << n for n in range(7))


@dataclass(frozen=True)
class Closed:
    """The reports closed on some days."""

    record: Record

    @property
    def fixed(self) -> Some:
        return self.has(_FIXED)

    def has(self, fact: int) -> Some:
        """Which of them something is true of."""
        return (self.record.entry & fact) > 0

    @property
    def hops(self) -> np.ndarray:
        return (self.record.entry >> 8) & 255

    def ids(self, which: Some) -> np.ndarray:
        return self.record.entry[which] >> 16


def kept_quality(closed: Closed, reopened: Record) -> Quality:
    """What `quality` gives, of the reports closed and those opened again on the same days."""
    fixed, hops = closed.fixed, closed.hops
    number, fixed_ones = fixed.size, int(fixed.sum())
    rated = closed.has(_RATED)
    at_once = fixed & (hops == 0) & ~closed.has(_REOPENED) & ~closed.has(_ASKED_BACK)
    again = np.unique(reopened.entry)
    fixed_again = np.isin(again, closed.ids(fixed & closed.has(_REOPENED)))
    return Quality(
        verified=_share(fixed & closed.has(_PROVEN), fixed_ones),
        first_contact=_share(at_once, fixed_ones),
        answered=_share(closed.has(_ANSWERED), number),
        satisfied=_share(closed.has(_SATISFIED), int(rated.sum())),
        reopened=Share(again.size, fixed_ones + int((~fixed_again).sum())),
        handed_over=_share(hops > 0, number),
        hops=float(hops.mean()) if number else None,
    )


def _share(which: Some, of: int) -> Share:
    return Share(int(which.sum()), of)


def kept_ratings(closed: Closed) -> list[Rating]:
    """What `ratings` gives, one for each group."""
    counts = (
        closed.record.per_group(which)
        for which in (None, closed.has(_RATED), closed.has(_SATISFIED))
    )
    return [
        Rating(group[0], group[3], *(int(number) for number in of_group))
        for group, of_group in zip(closed.record.groups, np.stack([*counts], axis=1), strict=True)
    ]
