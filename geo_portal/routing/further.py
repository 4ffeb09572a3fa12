"""Teaches a classifier further from what people put right, without the texts it first learnt from.

The weights it has stay what they are; what is learnt is a correction on top of them. So a few
corrections mend what they are about and leave the rest alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import logsumexp, softmax

from geo_portal.routing.linear_classifier import Classifier
from geo_portal.routing.ngrams import Ngrams
from geo_portal.routing.small_weights import rounded
from geo_portal.routing.surroundings import NOWHERE, Occasion
from geo_portal.routing.wording import spaced_out, words_of

Numbers = NDArray[np.float64]
# How strongly a correction is held small; at this one text can turn the answer to its own words,
# and hardly the answer to texts that share a word or two with it.
HELD_BY = 0.1
STEPS = 60
# A category that the classifier did not know starts this much less likely than its rarest.
NEWCOMER = 3.0
# And is decided alone only when it is nearly certain: how often it is right nobody knows yet.
NEWCOMERS_BAR = 0.9


def taught_further(
    model: Classifier,
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    name: str,
    now: datetime,
    occasions: Sequence[Occasion] | None = None,
) -> Classifier:
    """A classifier that knows what `model` knows, and these labelled texts beside.

    Words and categories that `model` has not met are added to it. The same texts give the same
    classifier.
    """
    wider = _with_words(_with_categories(model, labels), texts)
    wider = replace(wider, name=name, trained_at=now)
    if not texts:
        return wider
    seen = _matrix(wider, texts)
    known = occasions or [NOWHERE] * len(texts)
    sure = [wider.confidences(text, at) for text, at in zip(texts, known, strict=True)]
    before = np.log(np.maximum(np.stack(sure).astype(np.float64), 1e-12))
    columns = np.array([wider.categories.index(label) for label in labels], dtype=np.intp)
    lifts = _learnt((seen @ seen.T).toarray(), before, columns)
    change = np.asarray(seen.T @ lifts, dtype=np.float32)
    weights = wider.weights.copy()
    weights[: len(change)] += change
    return replace(wider, weights=rounded(weights))


def _with_categories(model: Classifier, labels: Sequence[str]) -> Classifier:
    new = sorted(set(labels) - set(model.categories))
    if not new:
        return model
    rare = np.full(len(new), model.offsets.min() - NEWCOMER, dtype=np.float32)
    bars = np.full(len(new), NEWCOMERS_BAR, dtype=np.float32)
    # What was reported around a place before is counted by category, so there are rows for it.
    around = len(new) if model.surroundings else 0
    return replace(
        model,
        categories=(*model.categories, *new),
        weights=np.pad(model.weights, ((0, around), (0, len(new)))),
        offsets=np.concatenate([model.offsets, rare]),
        thresholds=np.concatenate([model.thresholds, bars]),
        surroundings=model.surroundings and model.surroundings.with_categories(len(new)),
    )


def _with_words(model: Classifier, texts: Sequence[str]) -> Classifier:
    """The same with a row for every word, and run of words, that it has not met."""
    parts: list[Ngrams] = []
    rows: list[NDArray[np.float32]] = []
    first = 0
    for part in model.ngrams:
        own = model.weights[part.first : part.first + len(part.ids)]
        new = _unmet(part, texts) if part.kind == "words" else []
        ids = part.ids | {term: len(part.ids) + at for at, term in enumerate(new)}
        rare = np.full(len(new), part.rarity.max(initial=1.0), dtype=np.float32)
        rarity = np.concatenate([part.rarity, rare])
        parts.append(Ngrams(part.kind, part.shortest, part.longest, ids, rarity, first))
        rows += [own, np.zeros((len(new), len(model.categories)), dtype=np.float32)]
        first += len(ids)
    rows.append(model.weights[sum(len(part.ids) for part in model.ngrams) :])
    return replace(model, ngrams=tuple(parts), weights=np.concatenate(rows))


def _unmet(part: Ngrams, texts: Sequence[str]) -> list[str]:
    new: dict[str, None] = {}
    for text in texts:
        units = [unit for word, _ in words_of(text) for unit in spaced_out(word).split()]
        for length in range(part.shortest, part.longest + 1):
            for start in range(len(units) - length + 1):
                term = " ".join(units[start : start + length])
                if term not in part.ids:
                    new[term] = None
    return list(new)


def _matrix(model: Classifier, texts: Sequence[str]) -> csr_matrix:
    """A row per text, a column per n-gram of the model."""
    values: list[NDArray[np.float32]] = []
    columns: list[NDArray[np.intp]] = []
    ends = [0]
    for text in texts:
        words = [word for word, _ in words_of(text)]
        weighed = [part.weigh(words) for part in model.ngrams]
        values += [part.weights for part in weighed]
        columns += [part.rows for part in weighed]
        ends.append(ends[-1] + sum(len(part.rows) for part in weighed))
    wide = sum(len(part.ids) for part in model.ngrams)
    shape = (len(texts), wide)
    return csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=shape)


def _learnt(alike: Numbers, before: Numbers, columns: NDArray[np.intp]) -> Numbers:
    """How much each text lifts each category: the likeliest small correction of `before`.

    `alike` holds how much the texts share. The correction of the weights is made of the texts
    themselves, so there is a number per text to find and not one per n-gram.
    """
    rows, many = before.shape
    true = np.eye(many)[columns]

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        lifts = flat.reshape(rows, many)
        given = alike @ lifts
        scores = before + given
        unlikely = float((logsumexp(scores, axis=1) - scores[np.arange(rows), columns]).sum())
        held = HELD_BY / 2 * float((lifts * given).sum())
        slope = alike @ (softmax(scores, axis=1) - true + HELD_BY * lifts)
        return unlikely + held, slope.ravel()

    start = np.zeros(rows * many)
    options = {"maxiter": STEPS}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x.reshape(rows, many))
