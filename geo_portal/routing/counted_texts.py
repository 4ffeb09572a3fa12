"""Counts n-grams over many texts once, and weighs them anew for each part that is trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from geo_portal.routing.ngrams import Kind, Ngrams
from geo_portal.routing.wording import spaced_out

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class NgramChoice:
    """Which n-grams are counted; those in fewer than `least_texts` training texts are not kept."""

    kind: Kind
    shortest: int
    longest: int
    least_texts: int


USUAL = (NgramChoice("words", 1, 2, 2), NgramChoice("letters", 2, 5, 2))


class CountedTexts:
    """Normalised texts as counts of n-grams."""

    def __init__(self, texts: Sequence[str], choices: Sequence[NgramChoice] = USUAL) -> None:
        self.choices = tuple(choices)
        self._terms: list[NDArray[np.str_]] = []
        self._counts: list[sparse.csr_matrix] = []
        for choice in self.choices:
            counter = _counter(choice)
            seen = [spaced_out(text) for text in texts] if choice.kind == "words" else texts
            self._counts.append(counter.fit_transform(seen).tocsr())
            self._terms.append(counter.get_feature_names_out())

    def weighed_for(self, rows: Rows) -> "WeighedTexts":
        """The weights that training on these rows alone would give to every text."""
        kept, idf, parts = [], [], []
        for choice, counts in zip(self.choices, self._counts, strict=True):
            part = counts[rows]
            often = np.asarray((part > 0).sum(axis=0)).ravel() >= choice.least_texts
            columns = np.flatnonzero(often)
            transformer = TfidfTransformer(sublinear_tf=True).fit(part[:, columns])
            parts.append(transformer.transform(counts[:, columns]).astype(np.float32))
            kept.append(columns)
            idf.append(transformer.idf_.astype(np.float32))
        return WeighedTexts(self, kept, idf, sparse.hstack(parts, format="csr"))

    def term(self, part: int, columns: NDArray[np.intp]) -> list[str]:
        return [str(term) for term in self._terms[part][columns]]


@dataclass(frozen=True)
class WeighedTexts:
    """All texts weighed by what some of them taught; `matrix` has one row per text."""

    counted: CountedTexts
    columns: list[NDArray[np.intp]]
    idf: list[NDArray[np.float32]]
    matrix: sparse.csr_matrix

    def ngrams(self) -> tuple[Ngrams, ...]:
        """The same weighing for one text at a time, as the portal does it."""
        made, first = [], 0
        for part, choice in enumerate(self.counted.choices):
            terms = self.counted.term(part, self.columns[part])
            ids = {term: number for number, term in enumerate(terms)}
            rarity = self.idf[part]
            made.append(Ngrams(choice.kind, choice.shortest, choice.longest, ids, rarity, first))
            first += len(terms)
        return tuple(made)


def _counter(choice: NgramChoice) -> CountVectorizer:
    return CountVectorizer(
        analyzer="word" if choice.kind == "words" else "char_wb",
        token_pattern=r"\S+" if choice.kind == "words" else None,
        lowercase=False,
        ngram_range=(choice.shortest, choice.longest),
        min_df=choice.least_texts,
        dtype=np.float32,
    )
