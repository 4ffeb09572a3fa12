"""Past complaints made ready to learn from: their words, places, times, and our own phrases."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo_portal.routing.counted_texts import CountedTexts, NgramChoice, WeighedTexts
from geo_portal.routing.learners import Linear
from geo_portal.routing.lent_words import LentWords
from geo_portal.routing.ngrams import Ngrams
from geo_portal.routing.surroundings import Occasion, Surroundings, learn_surroundings, vectors

Rows = NDArray[np.intp]


class Examples:
    """Normalised texts with the numbers of their categories, all below `many`.

    `meant` is what a sentence model says of each text, if there is one.
    """

    def __init__(
        self,
        plain: Sequence[str],
        columns: Rows,
        many: int,
        choices: Sequence[NgramChoice],
        occasions: Sequence[Occasion] | None = None,
        lent: LentWords | None = None,
        meant: NDArray[np.float32] | None = None,
    ) -> None:
        self.columns, self.many, self.occasions = columns, many, occasions
        self._meant = meant
        self._counted = CountedTexts(plain, choices)
        self._lent: LentWords | None = None
        self._lent_scores: NDArray[np.float32] | None = None
        if lent is not None:
            self._lent, self._lent_scores = lent.tuned_to(plain)

    def features(self, taught: Rows) -> "Features":
        """Numbers for every example, made from what these rows alone teach."""
        weighed = self._counted.weighed_for(taught)
        parts = [weighed.matrix]
        if self._lent_scores is not None:
            parts.append(sparse.csr_matrix(self._lent_scores))
        if self._meant is not None:
            parts.append(sparse.csr_matrix(self._meant))
        surroundings = None
        if self.occasions is not None:
            known = [self.occasions[int(row)] for row in taught]
            surroundings = learn_surroundings(known, self.columns[taught], self.many)
            around = vectors(surroundings, self.occasions)
            around[taught] = vectors(surroundings, known, self.columns[taught])
            parts.append(sparse.csr_matrix(around))
        matrix = sparse.hstack(parts, format="csr", dtype=np.float32)
        return Features(matrix, weighed, self._lent, surroundings)


@dataclass(frozen=True)
class Features:
    """One row per example: its n-grams, what our own phrases say of it, what it means as a
    sentence, where and when it was."""

    matrix: sparse.csr_matrix
    weighed: WeighedTexts
    lent: LentWords | None
    surroundings: Surroundings | None

    @property
    def words(self) -> int:
        """How many of the columns are of n-grams."""
        return int(self.weighed.matrix.shape[1])

    def ngrams(self) -> tuple[Ngrams, ...]:
        """The city's own and then the lent ones, numbered as `weights` has its rows."""
        lent = self.lent.ngrams if self.lent else ()
        return (
            *self.weighed.ngrams(),
            *(
                Ngrams(n.kind, n.shortest, n.longest, n.ids, n.rarity, n.first + self.words)
                for n in lent
            ),
        )

    def weights(self, linear: Linear) -> NDArray[np.float32]:
        """A row per n-gram, then the meaning and the surroundings: what was learnt of a lent score
        is learnt of every n-gram that made it, so that one multiplication tells all."""
        learnt, words = linear.weights, self.words
        if self.lent is None:
            return learnt
        scores = self.lent.weights.shape[1]
        lent = self.lent.weights @ learnt[words : words + scores]
        return np.vstack([learnt[:words], lent, learnt[words + scores :]])
