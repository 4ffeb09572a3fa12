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


class LogCountRatios:
    """A linear SVM per category over words weighed by how much oftener they occur in it.

    As Wang and Manning's NB-SVM (2012); its scores are linear in the words all the same.
    """

    def __init__(self, cost: float) -> None:
        self.cost = cost

    def fit(
        self, matrix: sparse.csr_matrix, columns: NDArray[np.intp], sample_weight: Any = None
    ) -> "LogCountRatios":
        self.classes_ = np.unique(columns)
        weights, offsets = [], []
        for category in self.classes_:
            ours = columns == category
            ratio = _log_ratio(matrix[ours]) - _log_ratio(matrix[~ours])
            scaled = (matrix @ sparse.diags(ratio)).tocsr()
            fitted = LinearSVC(C=self.cost, tol=1e-2, random_state=0)
            fitted.fit(scaled, ours, sample_weight=sample_weight)
            weights.append(fitted.coef_[0] * ratio)
            offsets.append(fitted.intercept_[0])
        self.coef_, self.intercept_ = np.stack(weights), np.array(offsets)
        return self


def _log_ratio(part: sparse.csr_matrix) -> NDArray[np.float32]:
    often = np.asarray(part.sum(axis=0)).ravel() + 1
    return np.asarray(np.log(often / often.sum()), dtype=np.float32)


LEARNERS: dict[str, Callable[[], Any]] = {
    "svm": _svm(None),
    "svm-balanced": _svm("balanced"),
    "logistic": _logistic(None),
    "logistic-balanced": _logistic("balanced"),
    "complement-nb": lambda: ComplementNB(alpha=0.3),
    "nb-svm": lambda: LogCountRatios(0.3),
}
# These count, so they take no number that may be below zero: they learn from the words alone.
OF_WORDS_ONLY = ("complement-nb", "nb-svm")


def learn(
    learner: str,
    matrix: sparse.csr_matrix,
    columns: NDArray[np.intp],
    many: int,
    trust: NDArray[np.float32] | None = None,
    words: int | None = None,
) -> Linear:
    """Fit one learner; `columns` gives each row's category as a number below `many`.

    `trust` weighs rows against each other. The first `words` columns of the matrix are of
    n-grams, what follows is of anything else; all are n-grams when it is not given.
    """
    width = matrix.shape[1]
    if learner in OF_WORDS_ONLY and words is not None and words < width:
        matrix = matrix[:, :words]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = LEARNERS[learner]().fit(matrix, columns, sample_weight=trust)
    weights, offsets = _as_linear(fitted)
    weights = np.pad(weights, ((0, width - len(weights)), (0, 0)))
    weights = weights - weights.mean(axis=1, keepdims=True)
    offsets = offsets - offsets.mean()
    return _widened(weights, offsets, fitted.classes_, many)


def _as_linear(fitted: Any) -> tuple[Scores, Scores]:
    if isinstance(fitted, ComplementNB):
        # The mean over a text is the same for all categories and only costs precision.
        return np.asarray(fitted.feature_log_prob_.T), np.zeros(len(fitted.classes_))
    weights, offsets = np.asarray(fitted.coef_.T), np.atleast_1d(fitted.intercept_)
    if weights.shape[1] == 1:
        return np.hstack([-weights, weights]) / 2, np.concatenate([-offsets, offsets]) / 2
    return weights, offsets


def _widened(weights: Scores, offsets: Scores, known: NDArray[np.intp], many: int) -> Linear:
    wide = np.zeros((weights.shape[0], many), dtype=np.float32)
    wide[:, known] = weights
    wide_offsets = np.full(many, UNSEEN, dtype=np.float32)
    wide_offsets[known] = offsets
    return Linear(wide, wide_offsets)
