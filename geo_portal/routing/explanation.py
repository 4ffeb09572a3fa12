"""Why a text is taken for what it is, for staff: what spoke for it, against it, and what if not."""

from typing import NamedTuple

from geo_portal.routing.linear_classifier import Classifier, Suggestion
from geo_portal.routing.surroundings import NOWHERE, Occasion


class Instead(NamedTuple):
    """Without `word` the text would be taken for `category` (None: for nothing known)."""

    word: str
    category: str | None


class Explanation(NamedTuple):
    """The suggestions, best first, and the one word on which the first of them hangs, if any."""

    suggestions: tuple[Suggestion, ...]
    instead: Instead | None


def explain(model: Classifier, text: str, occasion: Occasion = NOWHERE) -> Explanation:
    """What the model would say, and without which word it would say something else."""
    suggestions = tuple(model.suggest(text, place=occasion.place, at=occasion.at))
    if not suggestions:
        return Explanation((), None)
    return Explanation(suggestions, _instead(model, text, occasion, suggestions[0]))


def _instead(model: Classifier, text: str, occasion: Occasion, first: Suggestion) -> Instead | None:
    written = text.split()
    for word in first.words:
        without = " ".join(one for one in written if word not in one)
        left = model.suggest(without, top=1, place=occasion.place, at=occasion.at, explained=False)
        category = left[0].category if left else None
        if category != first.category:
            return Instead(word, category)
    return None
