"""What our own phrases say of words, lent to a city that has few complaints to learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo_portal.routing.counted_texts import CountedTexts, NgramChoice
from geo_portal.routing.learners import learn
from geo_portal.routing.ngrams import Ngrams
from geo_portal.routing.seeds import composed
from geo_portal.routing.wording import normalised

# How loud it is beside a city's own words, whose vectors have length 1.
LOUDNESS = 0.15
CHOICES = (NgramChoice("words", 1, 2, 2), NgramChoice("letters", 2, 5, 5))


@dataclass(frozen=True)
class LentWords:
    """A linear model over the n-grams of our own phrases; it has seen no real complaint."""

    ngrams: tuple[Ngrams, ...]
    weights: NDArray[np.float32]

    def tuned_to(self, plain: Sequence[str]) -> "tuple[LentWords, NDArray[np.float32]]":
        """The same as loud as it should be beside these texts' own words, and what it then says.

        One row of scores per normalised text.
        """
        said = np.stack([self.scores(text) for text in plain])
        loudness = np.float32(LOUDNESS / (said.std() or 1.0))
        return LentWords(self.ngrams, self.weights * loudness), said * loudness

    def scores(self, plain: str) -> NDArray[np.float32]:
        """How much a normalised text sounds like each of our categories; no probabilities."""
        words = plain.split()
        said = np.zeros(self.weights.shape[1], dtype=np.float32)
        for part in self.ngrams:
            weighed = part.weigh(words)
            said += weighed.weights @ self.weights[weighed.rows]
        return said


@cache
def lent_words(folder: Path) -> LentWords | None:
    """Learnt from the seed phrases in the folder; None where an installation has none."""
    if not folder.is_dir():
        return None
    seeds = composed(folder)
    categories = sorted({seed.category for seed in seeds})
    columns = np.array([categories.index(seed.category) for seed in seeds], dtype=np.intp)
    counted = CountedTexts([normalised(seed.text) for seed in seeds], CHOICES)
    weighed = counted.weighed_for(np.arange(len(seeds)))
    linear = learn("svm-balanced", weighed.matrix, columns, len(categories))
    return LentWords(weighed.ngrams(), linear.weights.astype(np.float32))
