"""Tries model families on complaints they did not learn from; copies of a text stay together."""

import warnings
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import StratifiedKFold

from geo_portal.routing.calibration import Blend, fit_blend
from geo_portal.routing.examples import Examples
from geo_portal.routing.learners import LEARNERS, learn

Columns = NDArray[np.intp]
Tell = Callable[[str, int, int], None]
Scores = dict[str, NDArray[np.float32]]

# Each choice is tried on texts that it did not learn from; the first of equals wins.
FAMILIES: dict[str, tuple[str, ...]] = {
    "linear SVM": ("svm",),
    "linear SVM, balanced": ("svm-balanced",),
    "logistic regression, balanced": ("logistic-balanced",),
    "complement NB": ("complement-nb",),
    "NB-SVM": ("nb-svm",),
    "SVM + SVM balanced": ("svm", "svm-balanced"),
    "SVM balanced + logistic balanced": ("svm-balanced", "logistic-balanced"),
    "SVM + SVM balanced + complement NB": ("svm", "svm-balanced", "complement-nb"),
    "SVM + SVM balanced + complement NB + NB-SVM": (
        "svm",
        "svm-balanced",
        "complement-nb",
        "nb-svm",
    ),
    "all": ("svm", "svm-balanced", "logistic-balanced", "complement-nb", "nb-svm"),
}
FOLDS = 5
# Of the rows, for the learning curve.
SHARES = (0.1, 0.25, 0.5, 1.0)
# Beyond this many texts or categories the slower learners gain nothing worth the minutes.
MANY_TEXTS = 12_000
MANY_CATEGORIES = 25


def families_for(texts: int, categories: int) -> list[str]:
    """The families worth trying on so many texts of so many categories."""
    slow = set()
    if texts > MANY_TEXTS:
        slow.add("logistic-balanced")
    if texts > 2 * MANY_TEXTS or categories > MANY_CATEGORIES:
        slow.add("nb-svm")
    return [family for family, kinds in FAMILIES.items() if slow.isdisjoint(kinds)]


def folds_of(
    groups: Sequence[str], columns: Columns, folds: int, seed: int = 7
) -> NDArray[np.intp]:
    """The fold of each text; a group shares one, so no text is tested on its own copy."""
    alone = first_of_each(groups)
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


def first_of_each(groups: Sequence[str]) -> Columns:
    """The rows at which a group is met for the first time."""
    first: dict[str, int] = {}
    for row, group in enumerate(groups):
        first.setdefault(group, row)
    return np.array(sorted(first.values()), dtype=np.intp)


def unseen_scores(
    examples: Examples,
    groups: Sequence[str],
    families: Sequence[str],
    trust: NDArray[np.float32] | None,
    folds: int,
    tell: Tell,
) -> Scores:
    """Each learner's scores of every text, by models that did not learn from it."""
    columns, many = examples.columns, examples.many
    kinds = [kind for kind in LEARNERS if any(kind in FAMILIES[family] for family in families)]
    folds = min(folds, len(set(groups)))
    fold = folds_of(groups, columns, folds)
    scores = {kind: np.zeros((len(columns), many), dtype=np.float32) for kind in kinds}
    for number in range(folds):
        out, taught = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        if len(np.unique(columns[taught])) < 2:
            continue
        features = examples.features(taught)
        learnt_from, asked = features.matrix[taught], features.matrix[out]
        for step, kind in enumerate(kinds):
            tell("Trying model families", number * len(kinds) + step, folds * len(kinds))
            worth = None if trust is None else trust[taught]
            linear = learn(kind, learnt_from, columns[taught], many, worth, features.words)
            scores[kind][out] = linear.scores(asked)
    return scores


def choose(
    scores: Scores,
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


class Step(NamedTuple):
    """What a model of so many rows made of rows that were held out."""

    rows: int
    accuracy: float
    macro_f1: float


def learning_curve(
    examples: Examples, groups: Sequence[str], kind: str, tell: Tell
) -> tuple[Step, ...]:
    """One learner on growing shares of the rows, each time asked the same held-out rows."""
    fold = folds_of(groups, examples.columns, min(FOLDS, len(set(groups))))
    out, rest = np.flatnonzero(fold == 0), np.flatnonzero(fold != 0)
    mixed = np.random.default_rng(0).permutation(rest)
    steps = []
    for number, share in enumerate(SHARES):
        tell("Drawing the learning curve", number, len(SHARES))
        taught = np.sort(mixed[: max(int(len(rest) * share), 1)])
        if len(np.unique(examples.columns[taught])) < 2:
            continue
        features = examples.features(taught)
        known = examples.columns[taught]
        linear = learn(kind, features.matrix[taught], known, examples.many, words=features.words)
        guessed = linear.scores(features.matrix[out]).argmax(axis=1)
        true = examples.columns[out]
        macro = f1_score(true, guessed, average="macro", zero_division=0)
        steps.append(Step(len(taught), float(accuracy_score(true, guessed)), float(macro)))
    return tuple(steps)
