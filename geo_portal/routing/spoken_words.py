"""Which of a text's words, and which places and times, spoke for one category above others."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from geo_portal.routing.ngrams import Weighed
from geo_portal.routing.surroundings import TIMES, Surroundings
from geo_portal.routing.wording import is_unspaced

MOST_WORDS_NAMED = 4
# A word is named when it gave at least this share of what the strongest word gave.
WORTH_NAMING = 0.25
# Odds raised or lowered by a third are worth a sentence.
WORTH_SAYING = 0.3


def words_above(
    weights: NDArray[np.float32],
    weighed: list[Weighed],
    pairs: list[tuple[str, str]],
    column: int,
    other: int | None = None,
) -> tuple[str, ...]:
    """The words as written that raised a category most above the others, or above one other.

    `weights` has a column per category; `pairs` are the text's words and how they were written.
    """
    said: dict[str, float] = defaultdict(float)
    for part in weighed:
        spoke = weights[part.rows]
        usual = spoke.mean(1) if other is None else spoke[:, other]
        each = (part.weights / part.counts * (spoke[:, column] - usual)).tolist()
        for which, word, ngram in zip(part.which, part.words, part.ngrams, strict=True):
            # A script without spaces has no words to name; its n-grams stand for themselves.
            shown = ngram.strip() if is_unspaced(ngram) else pairs[word][1]
            said[shown] += each[which]
    return _strongest(said)


def around_above(
    weights: NDArray[np.float32],
    surroundings: Surroundings,
    around: NDArray[np.float32],
    column: int,
) -> tuple[str, ...]:
    """What of "place" and "time" spoke for the category, and "not place", "not time" against it."""
    rows = weights[len(weights) - len(around) :]
    each = around * (rows[:, column] - rows.mean(1))
    last_time = surroundings.blocks[list(TIMES)[-1]].stop
    found = []
    for kind, lift in (("place", each[last_time:].sum()), ("time", each[:last_time].sum())):
        if lift > WORTH_SAYING:
            found.append(kind)
        elif lift < -WORTH_SAYING:
            found.append(f"not {kind}")
    return tuple(found)


def _strongest(said: dict[str, float]) -> tuple[str, ...]:
    ranked = sorted(said.items(), key=lambda item: -item[1])[:MOST_WORDS_NAMED]
    if not ranked or ranked[0][1] <= 0:
        return ()
    least = ranked[0][1] * WORTH_NAMING
    return tuple(word.strip(".,;:!?\"'()[]…۔،؟") or word for word, lift in ranked if lift >= least)
