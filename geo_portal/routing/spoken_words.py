"""Which of a text's words, and which places and times, spoke for one category above others."""

from typing import NamedTuple

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


class Given(NamedTuple):
    """What each word of one text gave to each category: shape (words, categories)."""

    words: list[str]
    lifts: NDArray[np.float32]

    def above(self, column: int, other: int | None = None) -> tuple[str, ...]:
        """The words that raised a category most above the others, or above one other."""
        usual = self.lifts.mean(1) if other is None else self.lifts[:, other]
        return _strongest(self.words, (self.lifts[:, column] - usual).tolist())


def given_by_words(
    weights: NDArray[np.float32], weighed: list[Weighed], pairs: list[tuple[str, str]]
) -> Given:
    """Add up, once for all categories, what the n-grams of each word as written gave.

    `weights` has a column per category; `pairs` are the text's words and how they were written.
    """
    said, numbers = _numbered(weighed, pairs)
    lifts = np.zeros((len(said), weights.shape[1]), np.float32)
    for part, at in zip(weighed, numbers, strict=True):
        often = np.zeros((len(said), len(part.rows)), np.float32)
        np.add.at(often, (at, part.which), 1)
        lifts += (often * (part.weights / part.counts)) @ weights[part.rows]
    return Given(said, lifts)


def _numbered(
    weighed: list[Weighed], pairs: list[tuple[str, str]]
) -> tuple[list[str], list[NDArray[np.intp]]]:
    """What is named, each once; and for every occurrence of each part which of them it is."""
    numbers: dict[str, int] = {}
    of_word = [numbers.setdefault(written, len(numbers)) for _, written in pairs]
    if not is_unspaced("".join(word for word, _ in pairs)):
        known = np.array(of_word, np.intp)
        return list(numbers), [known[part.words] for part in weighed]
    # A script without spaces has no words to name; its n-grams stand for themselves.
    found = [
        [
            numbers.setdefault(ngram.strip(), len(numbers)) if is_unspaced(ngram) else of_word[word]
            for word, ngram in zip(part.words, part.ngrams, strict=True)
        ]
        for part in weighed
    ]
    return list(numbers), [np.array(at, np.intp) for at in found]


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


def _strongest(words: list[str], lifts: list[float]) -> tuple[str, ...]:
    ranked = sorted(zip(words, lifts, strict=True), key=lambda one: -one[1])[:MOST_WORDS_NAMED]
    if not ranked or ranked[0][1] <= 0:
        return ()
    least = ranked[0][1] * WORTH_NAMING
    return tuple(word.strip(".,;:!?\"'()[]…۔،؟") or word for word, lift in ranked if lift >= least)
