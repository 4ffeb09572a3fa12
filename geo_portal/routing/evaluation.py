"""How good a classifier is on complaints it did not learn from, in figures that can be compared."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from geo_portal.routing.calibration import calibration_error
from geo_portal.routing.linear_classifier import Classifier
from geo_portal.routing.surroundings import NOWHERE, Occasion

STATED_PRECISION = 0.95


@dataclass(frozen=True)
class Figures:
    """`coverage` is the share of rows at or above their category's threshold, and
    `precision_at_coverage` how many of those were right (null when none was).
    `coverage_at_95` is the most that could be decided with 95 % right, whatever the thresholds.
    """

    accuracy: float
    macro_f1: float
    top3_accuracy: float
    ece: float
    coverage: float
    precision_at_coverage: float | None
    coverage_at_95: float
    rows: int

    def as_dict(self) -> dict[str, float | int | None]:
        return {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in asdict(self).items()
        }


@dataclass(frozen=True)
class Prediction:
    """One row's truth, the three likeliest categories and whether the first would be acted on."""

    label: str
    predicted: str
    confidence: float
    top3: tuple[str, ...]
    accepted: bool


def evaluate(
    model: Classifier,
    texts: Sequence[str],
    labels: Sequence[str],
    occasions: Sequence[Occasion] | None = None,
) -> tuple[Figures, list[Prediction]]:
    """Figures over all rows; labels that the model does not know count as wrong."""
    known = occasions or [NOWHERE] * len(texts)
    predictions = [
        _predict(model, text, label, occasion)
        for text, label, occasion in zip(texts, labels, known, strict=True)
    ]
    return figures_of(predictions), predictions


def predictions_of(
    categories: Sequence[str],
    probabilities: NDArray[np.float64],
    bars: NDArray[np.float32],
    labels: Sequence[str],
) -> list[Prediction]:
    """What these probabilities (one row per label) would have said."""
    made = []
    for row, label in zip(probabilities, labels, strict=True):
        best = np.argsort(-row, kind="stable")[:3]
        first = int(best[0])
        sure = float(row[first])
        top3 = tuple(categories[int(i)] for i in best)
        made.append(Prediction(label, top3[0], sure, top3, sure >= float(bars[first])))
    return made


def figures_of(predictions: Sequence[Prediction]) -> Figures:
    """All figures of one set of predictions; there must be at least one."""
    labels = [p.label for p in predictions]
    guessed = [p.predicted for p in predictions]
    right = np.array([p.label == p.predicted for p in predictions])
    sure = np.array([p.confidence for p in predictions])
    accepted = np.array([p.accepted for p in predictions])
    known = sorted(set(labels))
    macro = f1_score(labels, guessed, labels=known, average="macro", zero_division=0)
    return Figures(
        accuracy=float(accuracy_score(labels, guessed)),
        macro_f1=float(macro),
        top3_accuracy=float(np.mean([p.label in p.top3 for p in predictions])),
        ece=calibration_error(sure, right),
        coverage=float(accepted.mean()),
        precision_at_coverage=float(right[accepted].mean()) if accepted.any() else None,
        coverage_at_95=_coverage_at(STATED_PRECISION, sure, right),
        rows=len(predictions),
    )


def per_category(predictions: Sequence[Prediction]) -> dict[str, dict[str, float | int]]:
    """Precision, recall, F1 and number of rows of each category that occurs."""
    labels = [p.label for p in predictions]
    known = sorted(set(labels))
    table = precision_recall_fscore_support(
        labels, [p.predicted for p in predictions], labels=known, zero_division=0
    )
    return {
        category: {
            "precision": round(float(table[0][i]), 3),
            "recall": round(float(table[1][i]), 3),
            "f1": round(float(table[2][i]), 3),
            "rows": int(table[3][i]),
        }
        for i, category in enumerate(known)
    }


def _predict(model: Classifier, text: str, label: str, occasion: Occasion) -> Prediction:
    """As the portal would, but a model that may abstain is judged on having done so, too.

    A text without a known word is guessed to be of the commonest kind.
    """
    abstains = bool(model.abstaining)
    suggested = model.suggest(text, explained=False)
    if not suggested and abstains:
        return Prediction(label, model.abstaining[0], 1.0, model.abstaining[:1], False)
    sure = model.confidences(text, occasion)
    best = np.argsort(-sure, kind="stable")[:3]
    top3 = tuple(model.categories[int(i)] for i in best)
    confidence = float(sure[best[0]])
    accepted = top3[0] not in model.abstaining and confidence >= model.threshold(top3[0])
    return Prediction(label, top3[0], confidence, top3, accepted)


def _coverage_at(precision: float, sure: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    order = np.argsort(-sure, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= precision)
    return float(good[-1] + 1) / len(order) if len(good) else 0.0
