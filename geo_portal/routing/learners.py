"""The kinds of linear model that training tries, each brought to the same form."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

Scores = NDArray[np.floating[Any]]
# What a category that was not in the training part scores: less than any that was.
UNSEEN = -5.0


@dataclass(frozen=True)
class Linear:
    """Scores are `matrix @ weights + offsets`, centred over the categories."""

    weights: Scores
    offsets: Scores

    def scores(self, matrix: sparse.csr_matrix) -> Scores:
        return np.asarray(matrix @ self.weights + self.offsets, dtype=np.float32)


def _svm(balance: str | None) -> Callable[[], Any]:
    return lambda: LinearSVC(C=0.3, class_weight=balance, tol=1e-3, random_state=0)


def _logistic(balance: str | None) -> Callable[[], Any]:
    return lambda: LogisticRegression(
        C=5.0, class_weight=balance, max_iter=120, tol=2e-3, random_state=0
    )


LEARNERS: dict[str, Callable[[], Any]] = {
    "svm": _svm(None),
    "svm-balanced": _svm("balanced"),
    "logistic": _logistic(None),
    "logistic-balanced": _logistic("balanced"),
    "complement-nb": lambda: ComplementNB(alpha=0.3),
}


def learn(
    learner: str,
    matrix: sparse.csr_matrix,
    columns: NDArray[np.intp],
    many: int,
    trust: NDArray[np.float32] | None = None,
) -> Linear:
    """Fit one learner; `columns` gives each row's category as a number below `many`.

    `trust` weighs rows against each other.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = LEARNERS[learner]().fit(matrix, columns, sample_weight=trust)
    weights, offsets = _as_linear(fitted)
    weights = weights - weights.mean(axis=1, keepdims=True)
    offsets = offsets - offsets.mean()
    return _widened(weights, offsets, fitted.classes_, many)


def _as_linear(fitted: Any) -> tuple[Scores, Scores]:
    if isinstance(fitted, ComplementNB):
        # The mean over a text is the same for all categories and only costs precision.
        return np.asarray(fitted.feature_log_prob_.T), np.zeros(len(fitted.classes_))
    weights, offsets = np.asarray(fitted.coef_.T), np.atleast_1d(fitted.intercept_)
    if len(fitted.classes_) == 2:
        return np.hstack([-weights, weights]) / 2, np.concatenate([-offsets, offsets]) / 2
    return weights, offsets


def _widened(weights: Scores, offsets: Scores, known: NDArray[np.intp], many: int) -> Linear:
    wide = np.zeros((weights.shape[0], many), dtype=np.float32)
    wide[:, known] = weights
    wide_offsets = np.full(many, UNSEEN, dtype=np.float32)
    wide_offsets[known] = offsets
    return Linear(wide, wide_offsets)
