"""Learns from labelled complaints a classifier that is as sure as it is right."""

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedKFold

from geo_portal.errors import Invalid
from geo_portal.routing.calibration import Blend, fit_blend, thresholds_for
from geo_portal.routing.counted_texts import USUAL, CountedTexts, NgramChoice, WeighedTexts
from geo_portal.routing.learners import LEARNERS, Linear, learn
from geo_portal.routing.linear_classifier import Classifier
from geo_portal.routing.small_weights import rounded
from geo_portal.routing.wording import normalised

Columns = NDArray[np.intp]
Tell = Callable[[str, int, int], None]

# Each choice is tried on texts that it did not learn from; the first of equals wins.
FAMILIES: dict[str, tuple[str, ...]] = {
    "linear SVM": ("svm",),
    "linear SVM, balanced": ("svm-balanced",),
    "logistic regression, balanced": ("logistic-balanced",),
    "complement NB": ("complement-nb",),
    "SVM + SVM balanced": ("svm", "svm-balanced"),
    "SVM balanced + logistic balanced": ("svm-balanced", "logistic-balanced"),
    "all": ("svm", "svm-balanced", "logistic-balanced", "complement-nb"),
}
FOLDS = 5
# Beyond this many texts the slower learner gains nothing that would be worth the minutes.
MANY_TEXTS = 12_000


@dataclass(frozen=True)
class Trained:
    """A classifier, and what cross-validation said of it: one row of `unseen` per text."""

    model: Classifier
    family: str
    tried: dict[str, tuple[float, float]]
    unseen: NDArray[np.float64]
    columns: Columns


def _quiet(step: str, done: int, of: int) -> None:
    """Say nothing."""


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    name: str,
    now: datetime,
    precision: float = 0.95,
    choices: Sequence[NgramChoice] = USUAL,
    abstaining: tuple[str, ...] = (),
    languages: tuple[str, ...] = (),
    trust: NDArray[np.float32] | None = None,
    groups: Sequence[str] | None = None,
    telling: Sequence[str] | None = None,
    families: Sequence[str] | None = None,
    tell: Tell = _quiet,
) -> Trained:
    """Choose a family by cross-validation, fit it on everything, calibrate it, set its bars.

    `trust` weighs texts against each other. Texts of one of the `groups` are never tested by
    what another of them taught (equal texts never are). Of texts that are `telling` the same,
    one is asked how sure to be: its variants would only repeat it. Raises Invalid when there is
    nothing to tell apart.
    """
    categories = _categories(labels)
    columns = np.array([categories.index(label) for label in labels], dtype=np.intp)
    plain = [normalised(text) for text in texts]
    tell("Counting words", 0, 1)
    counted = _counted(plain, choices)
    wanted = _families(len(plain), families)
    scores = _unseen_scores(counted, groups or plain, columns, wanted, trust, tell)
    alone = _first_of_each(telling or groups or plain)
    family, blend, tried = _choose(
        {kind: part[alone] for kind, part in scores.items()},
        columns[alone],
        wanted,
        None if trust is None else trust[alone],
    )
    unseen = blend.probabilities([scores[kind] for kind in FAMILIES[family]])
    tell("Learning from everything", 0, 1)
    weighed = counted.weighed_for(np.arange(len(plain)))
    linear = _together(weighed, columns, len(categories), family, blend, trust)
    bars = thresholds_for(precision, unseen[alone], columns[alone])
    model = Classifier(
        name=name,
        trained_at=now,
        categories=tuple(categories),
        ngrams=weighed.ngrams(),
        # As stored, so that a model behaves the same before and after it was on disk.
        weights=rounded(linear.weights.astype(np.float32)),
        offsets=linear.offsets,
        thresholds=bars,
        abstaining=abstaining,
        languages=languages,
    )
    return Trained(model, family, tried, unseen, columns)


def _categories(labels: Sequence[str]) -> list[str]:
    often = Counter(labels)
    if len(often) < 2:
        raise Invalid(
            "All rows have the same label ({label}); a classifier needs at least two of them.",
            label=next(iter(often), "none"),
        )
    if max(often.values()) < 2 or sum(n > 1 for n in often.values()) < 2:
        raise Invalid("At least two labels must have two rows or more each.")
    return sorted(often)


def _counted(plain: Sequence[str], choices: Sequence[NgramChoice]) -> CountedTexts:
    try:
        return CountedTexts(plain, choices)
    except ValueError as error:
        raise Invalid(
            "The texts have no words in common, so there is nothing to learn from."
        ) from error


def _families(texts: int, families: Sequence[str] | None) -> list[str]:
    if families is not None:
        return list(families)
    slow = "logistic-balanced" if texts > MANY_TEXTS else ""
    return [family for family, kinds in FAMILIES.items() if slow not in kinds]


def folds_of(
    groups: Sequence[str], columns: Columns, folds: int, seed: int = 7
) -> NDArray[np.intp]:
    """The fold of each text; a group shares one, so no text is tested on its own copy."""
    alone = _first_of_each(groups)
    place = {groups[int(row)]: at for at, row in enumerate(alone)}
    fold = np.zeros(len(alone), dtype=np.intp)
    common = columns[alone]
    if np.bincount(common).max() < folds:
        common = np.zeros_like(common)
    splits = StratifiedKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # Categories rarer than there are folds are spread over some of them.
        warnings.simplefilter("ignore", UserWarning)
        for number, (_, held_out) in enumerate(splits.split(alone, common)):
            fold[held_out] = number
    return np.array([fold[place[group]] for group in groups], dtype=np.intp)


def _first_of_each(groups: Sequence[str]) -> Columns:
    first: dict[str, int] = {}
    for row, group in enumerate(groups):
        first.setdefault(group, row)
    return np.array(sorted(first.values()), dtype=np.intp)


def _unseen_scores(
    counted: CountedTexts,
    groups: Sequence[str],
    columns: Columns,
    families: Sequence[str],
    trust: NDArray[np.float32] | None,
    tell: Tell,
) -> dict[str, NDArray[np.float32]]:
    """Each learner's scores of every text, by models that did not learn from it."""
    many = int(columns.max()) + 1
    kinds = [kind for kind in LEARNERS if any(kind in FAMILIES[family] for family in families)]
    folds = min(FOLDS, len(set(groups)))
    fold = folds_of(groups, columns, folds)
    scores = {kind: np.zeros((len(columns), many), dtype=np.float32) for kind in kinds}
    for number in range(folds):
        out, taught = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        if len(np.unique(columns[taught])) < 2:
            continue
        matrix = counted.weighed_for(taught).matrix
        for step, kind in enumerate(kinds):
            tell("Trying model families", number * len(kinds) + step, folds * len(kinds))
            worth = None if trust is None else trust[taught]
            linear = learn(kind, matrix[taught], columns[taught], many, worth)
            scores[kind][out] = linear.scores(matrix[out])
    return scores


def _choose(
    scores: dict[str, NDArray[np.float32]],
    columns: Columns,
    families: Sequence[str],
    trust: NDArray[np.float32] | None,
) -> tuple[str, Blend, dict[str, tuple[float, float]]]:
    """The family with the best accuracy and macro-F1 together, its blend, and all figures."""
    blends = {f: fit_blend([scores[k] for k in FAMILIES[f]], columns, trust) for f in families}
    tried = {}
    for family, blend in blends.items():
        guessed = blend.blended([scores[kind] for kind in FAMILIES[family]]).argmax(axis=1)
        macro = f1_score(columns, guessed, average="macro", zero_division=0)
        tried[family] = (float(accuracy_score(columns, guessed)), float(macro))
    best = max(families, key=lambda family: 2 * tried[family][0] + tried[family][1])
    return best, blends[best], tried


def _together(
    weighed: WeighedTexts,
    columns: Columns,
    many: int,
    family: str,
    blend: Blend,
    trust: NDArray[np.float32] | None,
) -> Linear:
    """The blend of linear models is itself one linear model."""
    weights = np.zeros((weighed.matrix.shape[1], many), dtype=np.float32)
    offsets = blend.offsets.astype(np.float32)
    for share, kind in zip(blend.shares, FAMILIES[family], strict=True):
        linear = learn(kind, weighed.matrix, columns, many, trust)
        weights += np.float32(share) * linear.weights
        offsets += np.float32(share) * linear.offsets
    return Linear(weights, offsets)
