"""Weighs the n-grams of one text exactly as scikit-learn's TF-IDF does, in far less time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo_portal.routing.wording import is_unspaced, spaced_out

Kind = Literal["words", "letters"]


class Weighed(NamedTuple):
    """What one text holds of one kind of n-gram.

    `rows` are rows of the model, each once, `weights` their weights. Each occurrence in the text
    is (`which` of the rows, index of the word it begins in, the n-gram itself).
    """

    rows: NDArray[np.intp]
    weights: NDArray[np.float32]
    counts: NDArray[np.float32]
    which: list[int]
    words: list[int]
    ngrams: list[str]


@dataclass
class Ngrams:
    """Known n-grams of one kind, numbered by `ids` from 0; `rarity` is scikit-learn's idf.

    The first of them is row `first` of the model's weights.
    """

    kind: Kind
    shortest: int
    longest: int
    ids: dict[str, int]
    rarity: NDArray[np.float32]
    first: int = 0
    _of_word: dict[str, list[tuple[int, str]]] = field(default_factory=dict, repr=False)

    def weigh(self, words: list[str]) -> Weighed:
        """Weights are sublinear counts × rarity, scaled to length 1."""
        places: dict[int, int] = {}
        counts: list[int] = []
        which: list[int] = []
        found = list(self.found(words))
        for row, _, _ in found:
            place = places.setdefault(row, len(places))
            if place == len(counts):
                counts.append(0)
            counts[place] += 1
            which.append(place)
        rows = np.fromiter(places, np.intp, len(places))
        times = np.array(counts, dtype=np.float32)
        weights = (1 + np.log(times)) * self.rarity[rows]
        length = float(np.sqrt(weights @ weights)) or 1.0
        occurring, ngrams = [word for _, word, _ in found], [ngram for _, _, ngram in found]
        return Weighed(
            rows + self.first, weights / np.float32(length), times, which, occurring, ngrams
        )

    def found(self, words: list[str]) -> Iterator[tuple[int, int, str]]:
        """(number, index of the first word, n-gram) of each known n-gram, as often as it occurs."""
        return self._word_ngrams(words) if self.kind == "words" else self._letter_ngrams(words)

    def _word_ngrams(self, words: list[str]) -> Iterator[tuple[int, int, str]]:
        units = [(unit, i) for i, word in enumerate(words) for unit in spaced_out(word).split()]
        known = self.ids.get
        for n in range(self.shortest, self.longest + 1):
            for start in range(len(units) - n + 1):
                ngram = " ".join([unit for unit, _ in units[start : start + n]])
                row = known(ngram)
                if row is not None:
                    yield row, units[start][1], ngram

    def _letter_ngrams(self, words: list[str]) -> Iterator[tuple[int, int, str]]:
        for i, word in enumerate(words):
            found = self._of_word.get(word)
            if found is None:
                found = self._known_in(word)
                self._remember(word, found)
            for row, ngram in found:
                yield row, i, ngram

    def _known_in(self, word: str) -> list[tuple[int, str]]:
        known = self.ids.get
        padded = f" {word} "
        found = []
        for n in range(self.shortest, self.longest + 1):
            for start in range(max(len(padded) - n, 0) + 1):
                ngram = padded[start : start + n]
                row = known(ngram)
                if row is not None:
                    found.append((row, ngram))
            if len(padded) <= n:  # scikit-learn counts a word shorter than n only once
                break
        return found

    def _remember(self, word: str, found: list[tuple[int, str]]) -> None:
        """Citizens' words follow Zipf's law: few are met again and again."""
        if len(self._of_word) > 20_000:
            self._of_word.clear()
        if len(word) <= 40 and not is_unspaced(word):
            self._of_word[word] = found
