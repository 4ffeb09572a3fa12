"""Tells from a complaint's words its category, how surely, and which words said so."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo_portal.routing.language import UNKNOWN, written_in
from geo_portal.routing.ngrams import Ngrams, Weighed
from geo_portal.routing.wording import is_unspaced, words_of

MOST_WORDS_NAMED = 4
# A word is named when it gave at least this share of what the strongest word gave.
WORTH_NAMING = 0.25
# A text of which a model of stated languages has met fewer words is in none of them; one of
# which it has met more is in one of them, whatever its small words look like.
LEAST_KNOWN = 0.35
SURELY_KNOWN = 0.6


class Suggestion(NamedTuple):
    """`confidence` is a calibrated probability; `words` spoke for it, strongest first."""

    category: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Classifier:
    """A linear model over n-grams: `weights` has a row per n-gram and a column per category."""

    name: str
    trained_at: datetime
    categories: tuple[str, ...]
    ngrams: tuple[Ngrams, ...]
    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]
    thresholds: NDArray[np.float32]
    # Categories that mean "none of these": they take their share of confidence, unnamed.
    abstaining: tuple[str, ...] = ()
    # Languages the model knows; a text clearly in another one gets no suggestion. Empty: any.
    languages: tuple[str, ...] = ()

    def suggest(self, text: str, *, top: int = 3, explained: bool = True) -> list[Suggestion]:
        """The likeliest categories, best first; empty when the text says nothing known.

        Without `explained` the words that spoke for them are left out, which is quicker.
        """
        pairs = words_of(text)
        words = [word for word, _ in pairs]
        if not self._understands(text, words):
            return []
        weighed = self._weigh(words)
        if not any(len(part.rows) for part in weighed):
            return []
        confidences = self._confidences(weighed)
        best = [int(c) for c in np.argsort(-confidences, kind="stable")]
        named = [c for c in best if self.categories[c] not in self.abstaining][: max(top, 0)]
        return [
            Suggestion(
                self.categories[column],
                float(confidences[column]),
                self._words(weighed, pairs, column) if explained else (),
            )
            for column in named
        ]

    def threshold(self, category: str) -> float:
        """The confidence from which the category may be taken without asking a person.

        Above 1 (never reached) for a category that the model does not know.
        """
        if category not in self.categories:
            return 2.0
        return float(self.thresholds[self.categories.index(category)])

    def confidences(self, text: str) -> NDArray[np.float32]:
        """One probability per category, in the order of `categories`; they sum to 1.

        A text without any known word gets how common each category is.
        """
        return self._confidences(self._weigh([word for word, _ in words_of(text)]))

    def _understands(self, text: str, words: list[str]) -> bool:
        """Whether the text is in a language of the model's, by its own words or by common ones."""
        if not self.languages:
            return True
        known = self._share_known(words)
        if known < LEAST_KNOWN:
            return False
        return known >= SURELY_KNOWN or written_in(text).language in (*self.languages, UNKNOWN)

    def _share_known(self, words: list[str]) -> float:
        """How many of the text's words the model has met; numbers and links do not count."""
        spoken = [word for word in words if word[:1] not in "_0123456789"]
        met = [ngrams.ids for ngrams in self.ngrams if ngrams.kind == "words"]
        if not spoken or not met:
            return 1.0
        return sum(any(word in ids for ids in met) for word in spoken) / len(spoken)

    def _weigh(self, words: list[str]) -> list[Weighed]:
        return [ngrams.weigh(words) for ngrams in self.ngrams]

    def _confidences(self, weighed: list[Weighed]) -> NDArray[np.float32]:
        scores = self.offsets.copy()
        for part in weighed:
            scores += part.weights @ self.weights[part.rows]
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum())

    def _words(
        self, weighed: list[Weighed], pairs: list[tuple[str, str]], column: int
    ) -> tuple[str, ...]:
        """The words as written whose n-grams raised this category most above the others."""
        said: dict[str, float] = defaultdict(float)
        for part in weighed:
            spoke = self.weights[part.rows]
            lifts = part.weights / part.counts * (spoke[:, column] - spoke.mean(1))
            each = lifts.tolist()
            for which, word, ngram in zip(part.which, part.words, part.ngrams, strict=True):
                # A script without spaces has no words to name; its n-grams stand for themselves.
                shown = ngram.strip() if is_unspaced(ngram) else pairs[word][1]
                said[shown] += each[which]
        return _strongest(said)


def _strongest(said: dict[str, float]) -> tuple[str, ...]:
    ranked = sorted(said.items(), key=lambda item: -item[1])[:MOST_WORDS_NAMED]
    if not ranked or ranked[0][1] <= 0:
        return ()
    least = ranked[0][1] * WORTH_NAMING
    return tuple(word.strip(".,;:!?\"'()[]…۔،؟") or word for word, lift in ranked if lift >= least)
