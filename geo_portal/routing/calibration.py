"""Turns scores into probabilities that can be believed, and says from which one to act alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

Numbers = NDArray[np.float64]
# A category's own record counts as much as everybody's once it has this many cases.
EVERYBODYS_CASES = 20
# However right the guesses were: below this a person decides, as at Amsterdam's Signalen.
LEAST_SURE = 0.4
NEVER = 2.0


@dataclass(frozen=True)
class Blend:
    """How much each learner's scores count (`shares`), and what each category gets on top."""

    shares: Numbers
    offsets: Numbers

    def blended(self, scores: Sequence[NDArray[np.float32]]) -> Numbers:
        together = self.offsets.copy()
        return sum((s * z for s, z in zip(self.shares, scores, strict=True)), start=together)

    def probabilities(self, scores: Sequence[NDArray[np.float32]]) -> Numbers:
        return np.asarray(softmax(self.blended(scores), axis=1))


def fit_blend(
    scores: Sequence[NDArray[np.float32]],
    columns: NDArray[np.intp],
    trust: NDArray[np.float32] | None = None,
) -> Blend:
    """The blend under which the true categories of unseen texts were likeliest.

    `scores` must come from texts that the learners were not trained on. Offsets are held small,
    so rare categories are not argued away by a handful of texts.
    """
    stacked = np.stack(scores).astype(np.float64)
    kinds, rows, many = stacked.shape
    weight = np.ones(rows) if trust is None else trust / trust.mean()
    true = np.eye(many)[columns]
    spread = stacked.std(axis=(1, 2), keepdims=True) + 1e-9
    stacked /= spread

    def loss(unknown: Numbers) -> tuple[float, Numbers]:
        shares, offsets = unknown[:kinds], unknown[kinds:]
        z = np.tensordot(shares, stacked, axes=1) + offsets
        total = logsumexp(z, axis=1)
        wrong = (np.exp(z - total[:, None]) - true) * weight[:, None] / rows
        held = 0.5 * float(offsets @ offsets) / rows
        value = float(weight @ (total - z[np.arange(rows), columns])) / rows + held
        by_share = np.einsum("krc,rc->k", stacked, wrong)
        return value, np.concatenate([by_share, wrong.sum(axis=0) + offsets / rows])

    start = np.concatenate([np.full(kinds, 1.0 / kinds), np.zeros(many)])
    bounds = [(0.0, None)] * kinds + [(None, None)] * many
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return Blend(found.x[:kinds] / spread.ravel(), found.x[kinds:])


def thresholds_for(
    precision: float, probabilities: Numbers, columns: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Per category the least confidence from which it was right at least `precision` of the time.

    A category with few cases leans on how right all categories were at that confidence. One that
    never was right often enough, or that has only one case, gets `NEVER`.
    """
    guessed, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    right = guessed == columns
    everybody = _Record.of(sure, right)
    bars = np.full(probabilities.shape[1], NEVER, dtype=np.float32)
    for category in range(probabilities.shape[1]):
        own = guessed == category
        if (columns == category).sum() > 1 and own.any():
            record = _Record.of(sure[own], right[own])
            bars[category] = record.least_sure(precision, everybody)
    return bars


def calibration_error(sure: Numbers, right: NDArray[np.bool_], bins: int = 15) -> float:
    """Expected calibration error: how far confidence and truth lie apart, on average."""
    place = np.minimum((sure * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        inside = place == number
        if inside.any():
            gap = abs(float(sure[inside].mean()) - float(right[inside].mean()))
            error += gap * float(inside.mean())
    return error


@dataclass(frozen=True)
class _Record:
    """Guesses from the surest down, and how many of them were right so far."""

    sure: Numbers
    right: NDArray[np.int_]

    @classmethod
    def of(cls, sure: Numbers, right: NDArray[np.bool_]) -> "_Record":
        order = np.argsort(-sure, kind="stable")
        return cls(sure[order], np.cumsum(right[order]))

    def precision_from(self, sure: Numbers) -> Numbers:
        """The share that was right among guesses at least as sure as each of `sure`."""
        many = np.maximum(np.searchsorted(-self.sure, -sure, side="right"), 1)
        return np.asarray(self.right[many - 1] / many)

    def least_sure(self, precision: float, everybody: "_Record") -> float:
        many = np.arange(1, len(self.sure) + 1)
        lent = EVERYBODYS_CASES * everybody.precision_from(self.sure)
        shares = (self.right + lent) / (many + EVERYBODYS_CASES)
        good = np.flatnonzero(shares >= precision)
        return max(float(self.sure[good[-1]]), LEAST_SURE) if len(good) else NEVER
