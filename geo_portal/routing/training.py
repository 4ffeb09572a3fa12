"""Learns from labelled complaints a classifier that is as sure as it is right."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from geo_portal.errors import Invalid
from geo_portal.routing.calibration import Blend, thresholds_for
from geo_portal.routing.counted_texts import USUAL, NgramChoice
from geo_portal.routing.cross_validation import (
    FAMILIES,
    FOLDS,
    Columns,
    Step,
    Tell,
    choose,
    families_for,
    first_of_each,
    learning_curve,
    unseen_scores,
)
from geo_portal.routing.examples import Examples, Features
from geo_portal.routing.learners import Linear, learn
from geo_portal.routing.lent_words import LentWords
from geo_portal.routing.linear_classifier import Classifier
from geo_portal.routing.meaning import Meaning
from geo_portal.routing.small_weights import rounded
from geo_portal.routing.surroundings import Occasion
from geo_portal.routing.wording import MOST_CHARACTERS, normalised

# A city with more texts than this knows its own words better than our phrases do.
FEW_TEXTS = 4_000


@dataclass(frozen=True)
class Trained:
    """A classifier, and what cross-validation said of it: one row of `unseen` per text."""

    model: Classifier
    family: str
    tried: dict[str, tuple[float, float]]
    unseen: NDArray[np.float64]
    columns: Columns
    curve: tuple[Step, ...] = ()


def _quiet(step: str, done: int, of: int) -> None:
    """Say nothing."""


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    name: str,
    now: datetime,
    occasions: Sequence[Occasion] | None = None,
    lent: LentWords | None = None,
    meaning: Meaning | None = None,
    precision: float = 0.95,
    choices: Sequence[NgramChoice] = USUAL,
    abstaining: tuple[str, ...] = (),
    languages: tuple[str, ...] = (),
    trust: NDArray[np.float32] | None = None,
    groups: Sequence[str] | None = None,
    telling: Sequence[str] | None = None,
    families: Sequence[str] | None = None,
    folds: int = FOLDS,
    curve: bool = False,
    tell: Tell = _quiet,
) -> Trained:
    """Choose a family by cross-validation, fit it on everything, calibrate it, set its bars.

    `occasions` are where and when each text was written, `lent` our own phrases, which a city
    with few texts leans on, `meaning` a sentence model that is asked beside the words. `trust`
    weighs texts against each other. Texts of one of the `groups` are never tested by what another
    of them taught (equal texts never are). Of texts that are `telling` the same, one is asked how
    sure to be: its variants would only repeat it. The `curve` takes a fit more. Raises Invalid
    when there is nothing to tell apart.
    """
    categories = _categories(labels)
    columns = np.array([categories.index(label) for label in labels], dtype=np.intp)
    plain = [normalised(text) for text in texts]
    meant = (
        None
        if meaning is None
        else meaning.vectors([text[:MOST_CHARACTERS] for text in texts], tell)
    )
    tell("Counting words", 0, 1)
    examples = _examples(
        plain, columns, len(categories), choices, _any_known(occasions), lent, meant
    )
    wanted = list(families or families_for(len(plain), len(categories)))
    scores = unseen_scores(examples, groups or plain, wanted, trust, folds, tell)
    alone = first_of_each(telling or groups or plain)
    family, blend, tried = choose(
        {kind: part[alone] for kind, part in scores.items()},
        columns[alone],
        wanted,
        None if trust is None else trust[alone],
    )
    unseen = blend.probabilities([scores[kind] for kind in FAMILIES[family]])
    tell("Learning from everything", 0, 1)
    features = examples.features(np.arange(len(plain)))
    linear = _together(features, columns, len(categories), family, blend, trust)
    model = Classifier(
        name=name,
        trained_at=now,
        categories=tuple(categories),
        ngrams=features.ngrams(),
        # As stored, so that a model behaves the same before and after it was on disk.
        weights=rounded(features.weights(linear).astype(np.float32)),
        offsets=linear.offsets.astype(np.float32),
        thresholds=thresholds_for(precision, unseen[alone], columns[alone]),
        abstaining=abstaining,
        languages=languages,
        surroundings=features.surroundings,
        meaning=meaning,
    )
    steps = learning_curve(examples, groups or plain, FAMILIES[family][0], tell) if curve else ()
    return Trained(model, family, tried, unseen, columns, steps)


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


def _any_known(occasions: Sequence[Occasion] | None) -> Sequence[Occasion] | None:
    return occasions if occasions and any(any(one) for one in occasions) else None


def _examples(
    plain: Sequence[str],
    columns: Columns,
    many: int,
    choices: Sequence[NgramChoice],
    occasions: Sequence[Occasion] | None,
    lent: LentWords | None,
    meant: NDArray[np.float32] | None,
) -> Examples:
    try:
        few = lent if len(plain) <= FEW_TEXTS else None
        return Examples(plain, columns, many, choices, occasions, few, meant)
    except ValueError as error:
        raise Invalid(
            "The texts have no words in common, so there is nothing to learn from."
        ) from error


def _together(
    features: Features,
    columns: Columns,
    many: int,
    family: str,
    blend: Blend,
    trust: NDArray[np.float32] | None,
) -> Linear:
    """The blend of linear models is itself one linear model."""
    weights = np.zeros((features.matrix.shape[1], many), dtype=np.float32)
    offsets = blend.offsets.astype(np.float32)
    for share, kind in zip(blend.shares, FAMILIES[family], strict=True):
        linear = learn(kind, features.matrix, columns, many, trust, features.words)
        weights += np.float32(share) * linear.weights
        offsets += np.float32(share) * linear.offsets
    return Linear(weights, offsets)
