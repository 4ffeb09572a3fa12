"""How right anybody could be on a city's labels, judged by texts that say nearly the same."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from geo_portal.routing.wording import normalised

# From this cosine on two texts are twins: they differ in a word or two, mostly small ones.
ALIKE = 0.7
# A share that so few twins tell would be chance.
FEWEST_TWINS = 30
_AT_ONCE = 1_000


class Twins(NamedTuple):
    """Rows that have a twin, the share whose nearest twin has another label, and what follows.

    `ceiling` is the accuracy on such rows that no classifier of their words can be expected to
    pass; None with too few twins to say.
    """

    rows: int
    differing: float
    ceiling: float | None


def twins_of(texts: Sequence[str], labels: Sequence[str]) -> Twins:
    """Look for each row's nearest other row and compare their labels.

    The error of asking the nearest neighbour is at most about twice the least error possible
    (Cover and Hart, 1967), which turned around says how many labels contradict each other. Copies
    of a text must have been taken out, for they contradict nobody.
    """
    nearest, alike = _nearest(texts)
    twins = alike >= ALIKE
    if not twins.any():
        return Twins(0, 0.0, None)
    known = sorted(set(labels))
    columns = np.array([known.index(label) for label in labels])
    differing = float((columns[twins] != columns[nearest[twins]]).mean())
    many = int(twins.sum())
    return Twins(many, differing, _ceiling(differing, len(known)) if many >= FEWEST_TWINS else None)


def _nearest(texts: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each text the row of the nearest other one, and the cosine between them."""
    weigher = TfidfVectorizer(analyzer=str.split, sublinear_tf=True)
    weighed = weigher.fit_transform([normalised(text) for text in texts]).tocsr()
    nearest = np.zeros(len(texts), dtype=np.intp)
    alike = np.zeros(len(texts))
    for first in range(0, len(texts), _AT_ONCE):
        part = (weighed[first : first + _AT_ONCE] @ weighed.T).toarray()
        rows = np.arange(len(part))
        part[rows, rows + first] = -1.0
        nearest[first : first + len(part)] = part.argmax(axis=1)
        alike[first : first + len(part)] = part.max(axis=1)
    return nearest, alike


def _ceiling(differing: float, many: int) -> float:
    if many < 2:
        return 1.0
    share = (many - 1) / many
    return 1 - share * (1 - math.sqrt(max(1 - differing / share, 0.0)))
