"""Tells from a complaint's words its category, how surely, and which words said so."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo_portal.geometry import LonLat
from geo_portal.routing.language import UNKNOWN, written_in
from geo_portal.routing.meaning import Meaning
from geo_portal.routing.ngrams import Ngrams, Weighed
from geo_portal.routing.spoken_words import Given, around_above, given_by_words
from geo_portal.routing.surroundings import NOWHERE, Occasion, Surroundings
from geo_portal.routing.wording import MOST_CHARACTERS, words_of

# A text of which a model of stated languages has met fewer words is in none of them; one of
# which it has met more is in one of them, whatever its small words look like.
LEAST_KNOWN = 0.35
SURELY_KNOWN = 0.6


class Suggestion(NamedTuple):
    """`confidence` is a calibrated probability; `words` spoke for it, strongest first.

    The words `against` spoke more for the next best. Of `around`, "place" and "time" spoke for it
    and "not place", "not time" against it.
    """

    category: str
    confidence: float
    words: tuple[str, ...]
    against: tuple[str, ...] = ()
    around: tuple[str, ...] = ()


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
    # What places and times say; the last rows of `weights` are for them.
    surroundings: Surroundings | None = None
    # Reads whole sentences; what it says of them are the rows of `weights` after the n-grams'.
    meaning: Meaning | None = None

    def suggest(
        self,
        text: str,
        *,
        top: int = 3,
        place: LonLat | None = None,
        at: datetime | None = None,
        explained: bool = True,
    ) -> list[Suggestion]:
        """The likeliest categories, best first; empty when the text says nothing known.

        `place` and `at` (the city's wall clock) count with a model that learnt from places and
        times. Without `explained` the words that spoke are left out, which is quicker.
        """
        pairs = words_of(text)
        words = [word for word, _ in pairs]
        if not self._understands(text, words):
            return []
        weighed = self._weigh(words)
        if not any(len(part.rows) for part in weighed):
            return []
        around = self._around(Occasion(place, at))
        confidences = self._confidences(text, weighed, around)
        best = [int(c) for c in np.argsort(-confidences, kind="stable")]
        named = [c for c in best if self.categories[c] not in self.abstaining]
        given = given_by_words(self.weights, weighed, pairs) if explained else None
        made = []
        for column, other in zip(named[: max(top, 0)], _rivals(named), strict=False):
            bare = Suggestion(self.categories[column], float(confidences[column]), ())
            made.append(bare)
            if given:
                made[-1] = self._explained(bare, given, around, column, other)
        return made

    def threshold(self, category: str) -> float:
        """The confidence from which the category may be taken without asking a person.

        Above 1 (never reached) for a category that the model does not know.
        """
        if category not in self.categories:
            return 2.0
        return float(self.thresholds[self.categories.index(category)])

    def confidences(self, text: str, occasion: Occasion = NOWHERE) -> NDArray[np.float32]:
        """One probability per category, in the order of `categories`; they sum to 1.

        A text without any known word gets how common each category is.
        """
        weighed = self._weigh([word for word, _ in words_of(text)])
        return self._confidences(text, weighed, self._around(occasion))

    def share_known(self, text: str) -> float:
        """How many of a text's words the model has met, 0 to 1; numbers and links do not count."""
        return self._share_known([word for word, _ in words_of(text)])

    def _understands(self, text: str, words: list[str]) -> bool:
        """Whether the text is in a language of the model's, by its own words or by common ones."""
        if not self.languages:
            return True
        known = self._share_known(words)
        if known < LEAST_KNOWN:
            return False
        return known >= SURELY_KNOWN or written_in(text).language in (*self.languages, UNKNOWN)

    def _share_known(self, words: list[str]) -> float:
        spoken = [word for word in words if word[:1] not in "_0123456789"]
        met = [ngrams.ids for ngrams in self.ngrams if ngrams.kind == "words"]
        if not spoken or not met:
            return 1.0
        return sum(any(word in ids for ids in met) for word in spoken) / len(spoken)

    def _weigh(self, words: list[str]) -> list[Weighed]:
        return [ngrams.weigh(words) for ngrams in self.ngrams]

    def _around(self, occasion: Occasion) -> NDArray[np.float32] | None:
        if self.surroundings is None or occasion == NOWHERE:
            return None
        return self.surroundings.vector(occasion)

    def _confidences(
        self, text: str, weighed: list[Weighed], around: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        scores = self.offsets.copy()
        if around is not None:
            scores += around @ self.weights[len(self.weights) - len(around) :]
        if self.meaning is not None:
            first = sum(len(part.ids) for part in self.ngrams)
            meant = self.meaning.vectors([text[:MOST_CHARACTERS]])[0]
            scores += meant @ self.weights[first : first + len(meant)]
        for part in weighed:
            scores += part.weights @ self.weights[part.rows]
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum())

    def _explained(
        self,
        bare: Suggestion,
        given: Given,
        around: NDArray[np.float32] | None,
        column: int,
        other: int,
    ) -> Suggestion:
        words = given.above(column)
        against = given.above(other, column)
        beside: tuple[str, ...] = ()
        if self.surroundings is not None and around is not None:
            beside = around_above(self.weights, self.surroundings, around, column)
        return bare._replace(
            words=words,
            against=tuple(word for word in against if word not in words),
            around=beside,
        )


def _rivals(named: list[int]) -> list[int]:
    """For each the one that would be taken in its place: the best other."""
    return [named[1] if at == 0 and len(named) > 1 else named[0] for at in range(len(named))]
