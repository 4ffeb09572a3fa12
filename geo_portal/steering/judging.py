"""Whether a classifier that learnt from corrections is better: on some it did not learn from."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo_portal.routing.evaluation import Figures, Prediction, evaluate, figures_of
from geo_portal.routing.further import taught_further
from geo_portal.routing.linear_classifier import Classifier
from geo_portal.routing.wording import normalised
from geo_portal.steering.lesson_rows import Taught

FOLDS = 3
# Fewer corrections than this prove nothing.
FEWEST_JUDGED = 8
# What went right before may go wrong in one report of a hundred, no more.
MOST_LOST = 0.01


@dataclass(frozen=True)
class Side:
    """What one classifier made of the corrections, and of what had gone right before."""

    corrections: Figures
    steady: Figures | None


@dataclass(frozen=True)
class Verdict:
    """The classifier in use beside the candidate, on texts that neither learnt from.

    `mended` corrections only the candidate got right, `broken` only the one in use.
    """

    active: Side
    candidate: Side
    mended: int
    broken: int

    @property
    def better(self) -> bool:
        """Right more often where people had to correct, and not wrong where they had not."""
        lost = 0.0
        if self.active.steady and self.candidate.steady:
            lost = self.active.steady.accuracy - self.candidate.steady.accuracy
        enough = self.active.corrections.rows >= FEWEST_JUDGED
        return enough and self.mended > self.broken and lost <= MOST_LOST

    def as_dict(self) -> dict[str, Any]:
        """For the candidate's card."""
        told: dict[str, Any] = {
            "active": self.active.corrections.as_dict(),
            "candidate": self.candidate.corrections.as_dict(),
            "mended": self.mended,
            "broken": self.broken,
            "better": self.better,
        }
        if self.active.steady and self.candidate.steady:
            told["steady"] = {
                "active": self.active.steady.as_dict(),
                "candidate": self.candidate.steady.as_dict(),
            }
        return told


def judge(
    foundation: Classifier,
    active: Classifier,
    taught: Sequence[Taught],
    now: datetime,
    *,
    learnt_until: datetime | None,
) -> Verdict | None:
    """Teach `foundation` without a third of the texts, ask about that third; three times.

    Corrections until `learnt_until`, from which `active` may have learnt, are taught but not asked
    about. Copies of a text share a third. None when nothing is left to ask.
    """
    asked = [one for one in taught if one.steady or not learnt_until or one.at > learnt_until]
    if not any(not one.steady for one in asked):
        return None
    new: dict[int, Prediction] = {}
    for fold in range(FOLDS):
        known = [one for one in taught if _fold(one) != fold]
        held_out = [at for at, one in enumerate(asked) if _fold(one) == fold]
        if known and held_out:
            pupil = _pupil(foundation, known, now)
            said = _said(pupil, [asked[at] for at in held_out])
            new |= dict(zip(held_out, said, strict=True))
    old = _said(active, [asked[at] for at in sorted(new)])
    return _verdict([asked[at] for at in sorted(new)], old, [new[at] for at in sorted(new)])


def _pupil(foundation: Classifier, known: Sequence[Taught], now: datetime) -> Classifier:
    return taught_further(
        foundation,
        [one.text for one in known],
        [one.label for one in known],
        name="fold",
        now=now,
        occasions=[one.occasion for one in known],
    )


def _said(model: Classifier, asked: Sequence[Taught]) -> list[Prediction]:
    texts, labels = [one.text for one in asked], [one.label for one in asked]
    return evaluate(model, texts, labels, [one.occasion for one in asked])[1] if asked else []


def _fold(one: Taught) -> int:
    return zlib.crc32(normalised(one.text).encode()) % FOLDS


def _verdict(
    asked: Sequence[Taught], old: list[Prediction], new: list[Prediction]
) -> Verdict | None:
    corrected = [at for at, one in enumerate(asked) if not one.steady]
    if not corrected:
        return None
    steady = [at for at, one in enumerate(asked) if one.steady]
    pairs = [(_right(old[at]), _right(new[at])) for at in corrected]
    return Verdict(
        active=_side(old, corrected, steady),
        candidate=_side(new, corrected, steady),
        mended=sum(now and not before for before, now in pairs),
        broken=sum(before and not now for before, now in pairs),
    )


def _side(said: list[Prediction], corrected: list[int], steady: list[int]) -> Side:
    unbroken = figures_of([said[at] for at in steady]) if steady else None
    return Side(figures_of([said[at] for at in corrected]), unbroken)


def _right(one: Prediction) -> bool:
    return one.label == one.predicted
