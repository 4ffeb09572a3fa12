"""Sets our whole training beside simpler ways, on the same folds of the same complaints."""

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from geo_portal.routing.evaluation import Figures, Prediction, evaluate, figures_of
from geo_portal.routing.training import FOLDS, Tell, folds_of, train
from geo_portal.routing.wording import normalised

Judged = Callable[[list[str], list[str], list[str], list[str]], list[Prediction]]


def compare(
    texts: Sequence[str], labels: Sequence[str], now: datetime, tell: Tell
) -> dict[str, Figures]:
    """Figures over all folds of ours and of a Signalen-style baseline (TF-IDF, LR, C = 1).

    Choosing the family, calibrating and setting thresholds are done anew inside each fold.
    """

    def ours(*fold: list[str]) -> list[Prediction]:
        model = train(fold[0], fold[1], name="fold", now=now).model
        return evaluate(model, fold[2], fold[3])[1]

    ways: dict[str, Judged] = {"Signalen-style": _signalen_style, "geo_portal": ours}
    made: dict[str, list[Prediction]] = {name: [] for name in ways}
    categories = sorted(set(labels))
    columns = np.array([categories.index(label) for label in labels])
    fold = folds_of([normalised(text) for text in texts], columns, FOLDS)
    for number in range(FOLDS):
        tell("Cross-validating", number, FOLDS)
        taught, out = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        parts = [
            [which[int(i)] for i in rows] for rows in (taught, out) for which in (texts, labels)
        ]
        for name, judged in ways.items():
            made[name].extend(judged(*parts))
    return {name: figures_of(predictions) for name, predictions in made.items()}


def _signalen_style(
    texts: list[str], labels: list[str], asked: list[str], true: list[str]
) -> list[Prediction]:
    """As Amsterdam's Signalen: its 40 % bar for handing over to a person included."""
    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression(C=1.0, max_iter=200))
    pipeline.fit(texts, labels)
    sure = pipeline.predict_proba(asked)
    made = []
    for row, label in zip(sure, true, strict=True):
        best = tuple(str(c) for c in pipeline.classes_[np.argsort(-row)[:3]])
        made.append(Prediction(label, best[0], float(row.max()), best, float(row.max()) >= 0.4))
    return made
