"""Weighs the n-grams of one text exactly as scikit-learn's TF-IDF does, in far less time."""

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
    which: NDArray[np.intp]
    words: NDArray[np.intp]
    ngrams: list[str]


class Occurrences(NamedTuple):
    """Each known n-gram as often as it occurs: number, index of its first word, itself."""

    numbers: list[int]
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
    _of_word: dict[str, tuple[list[int], list[str]]] = field(default_factory=dict, repr=False)

    def weigh(self, words: list[str]) -> Weighed:
        """Weights are sublinear counts × rarity, scaled to length 1."""
        found = self.found(words)
        rows, which, counts = np.unique(
            np.array(found.numbers, np.intp), return_inverse=True, return_counts=True
        )
        times = counts.astype(np.float32)
        weights = (1 + np.log(times)) * self.rarity[rows]
        length = float(np.sqrt(weights @ weights)) or 1.0
        return Weighed(
            rows + self.first,
            weights / np.float32(length),
            times,
            which,
            np.array(found.words, np.intp),
            found.ngrams,
        )

    def found(self, words: list[str]) -> Occurrences:
        """What the model knows of a text's words."""
        return self._word_ngrams(words) if self.kind == "words" else self._letter_ngrams(words)

    def _word_ngrams(self, words: list[str]) -> Occurrences:
        units = [(unit, i) for i, word in enumerate(words) for unit in spaced_out(word).split()]
        known, found = self.ids.get, Occurrences([], [], [])
        for n in range(self.shortest, self.longest + 1):
            for start in range(len(units) - n + 1):
                ngram = " ".join([unit for unit, _ in units[start : start + n]])
                row = known(ngram)
                if row is not None:
                    found.numbers.append(row)
                    found.words.append(units[start][1])
                    found.ngrams.append(ngram)
        return found

    def _letter_ngrams(self, words: list[str]) -> Occurrences:
        found = Occurrences([], [], [])
        for i, word in enumerate(words):
            known = self._of_word.get(word)
            if known is None:
                known = self._known_in(word)
                self._remember(word, known)
            found.numbers.extend(known[0])
            found.words.extend([i] * len(known[0]))
            found.ngrams.extend(known[1])
        return found

    def _known_in(self, word: str) -> tuple[list[int], list[str]]:
        known = self.ids.get
        padded = f" {word} "
        rows, ngrams = [], []
        for n in range(self.shortest, self.longest + 1):
            for start in range(max(len(padded) - n, 0) + 1):
                ngram = padded[start : start + n]
                row = known(ngram)
                if row is not None:
                    rows.append(row)
                    ngrams.append(ngram)
            if len(padded) <= n:  # scikit-learn counts a word shorter than n only once
                break
        return rows, ngrams

    def _remember(self, word: str, found: tuple[list[int], list[str]]) -> None:
        """Citizens' words follow Zipf's law: few are met again and again."""
        if len(self._of_word) > 20_000:
            self._of_word.clear()
        if len(word) <= 40 and not is_unspaced(word):
            self._of_word[word] = found
