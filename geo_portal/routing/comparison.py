"""Sets our whole training beside simpler ways, on the same folds of the same complaints."""

from collections.abc import Callable
from datetime import datetime
from itertools import product

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from geo_portal.routing.cross_validation import FOLDS, Tell, folds_of
from geo_portal.routing.evaluation import Figures, Prediction, evaluate, figures_of
from geo_portal.routing.labelled_rows import LabelledRows
from geo_portal.routing.lent_words import LentWords
from geo_portal.routing.meaning import Meaning
from geo_portal.routing.training import train
from geo_portal.routing.wording import normalised

# Given the rows to learn from and the rows to be asked.
Judged = Callable[[LabelledRows, LabelledRows], list[Prediction]]
# Inside a fold that is itself a fifth, choosing a family needs no more.
INNER_FOLDS = 3
# The first way of folding; each further one has the next number.
FIRST_SEED = 7


def compare(
    rows: LabelledRows,
    now: datetime,
    tell: Tell,
    lent: LentWords | None = None,
    *,
    times: int = 1,
    meaning: Meaning | None = None,
) -> dict[str, Figures]:
    """Figures over all folds of ours, of plain TF-IDF + logistic regression, and of Signalen's way.

    Choosing the family, calibrating and setting thresholds are done anew inside each fold. Rows
    may be folded several `times`, each time otherwise; the figures are then of all answers.
    """

    def ours(known: LabelledRows, asked: LabelledRows) -> list[Prediction]:
        model = train(
            known.texts,
            known.labels,
            name="fold",
            now=now,
            occasions=known.occasions,
            lent=lent,
            meaning=meaning,
            folds=INNER_FOLDS,
        ).model
        return evaluate(model, asked.texts, asked.labels, asked.occasions)[1]

    ways: dict[str, Judged] = {
        "Signalen-style": _signalen_style,
        "TF-IDF + logistic regression": _plain,
        "geo_portal": ours,
    }
    made: dict[str, list[Prediction]] = {name: [] for name in ways}
    categories = sorted(set(rows.labels))
    columns = np.array([categories.index(label) for label in rows.labels])
    texts = [normalised(text) for text in rows.texts]
    models = times * FOLDS * len(ways)
    for time, number in product(range(times), range(FOLDS)):
        fold = folds_of(texts, columns, FOLDS, seed=FIRST_SEED + time)
        known, asked = _part(rows, fold != number), _part(rows, fold == number)
        for step, (name, judged) in enumerate(ways.items()):
            tell("Cross-validating", (time * FOLDS + number) * len(ways) + step, models)
            made[name].extend(judged(known, asked))
    return {name: figures_of(predictions) for name, predictions in made.items()}


def _part(rows: LabelledRows, chosen: NDArray[np.bool_]) -> LabelledRows:
    at = [int(row) for row in np.flatnonzero(chosen)]
    occasions = None if rows.occasions is None else [rows.occasions[row] for row in at]
    texts, labels = [rows.texts[row] for row in at], [rows.labels[row] for row in at]
    return LabelledRows(texts, labels, {}, occasions)


def _signalen_style(known: LabelledRows, asked: LabelledRows) -> list[Prediction]:
    """As Amsterdam's Signalen: its 40 % bar for handing over to a person included."""
    return _logistic(TfidfVectorizer(), 1.0, known, asked)


def _plain(known: LabelledRows, asked: LabelledRows) -> list[Prediction]:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    return _logistic(words, 10.0, known, asked)


def _logistic(
    words: TfidfVectorizer, cost: float, known: LabelledRows, asked: LabelledRows
) -> list[Prediction]:
    pipeline = make_pipeline(words, LogisticRegression(C=cost, max_iter=200))
    pipeline.fit(known.texts, known.labels)
    made = []
    for row, label in zip(pipeline.predict_proba(asked.texts), asked.labels, strict=True):
        best = tuple(str(c) for c in pipeline.classes_[np.argsort(-row)[:3]])
        made.append(Prediction(label, best[0], float(row.max()), best, float(row.max()) >= 0.4))
    return made
