"""How good the base model is on real texts that were kept from it, for anybody to work out."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geo_portal.routing.crosswalks import Taught, taught_by
from geo_portal.routing.evaluation import Prediction, evaluate, per_category
from geo_portal.routing.linear_classifier import Classifier

MOST_CONFUSIONS = 15


def kept_back_by(crosswalks: Path, real_data: Path) -> list[Taught]:
    """The real texts that the base model never learns from, the same each time."""
    return [one for one in taught_by(crosswalks, real_data) if one.kept_back]


def predictions_of_kept_back(
    model: Classifier, kept_back: Sequence[Taught]
) -> dict[str, list[Prediction]]:
    """What the model says of each, by language and dataset (“en: boston”)."""
    datasets: dict[str, list[Taught]] = {}
    for one in sorted(kept_back, key=lambda one: (one.language, one.dataset)):
        datasets.setdefault(f"{one.language}: {one.dataset}", []).append(one)
    return {
        name: evaluate(model, [r.text for r in rows], [r.category for r in rows])[1]
        for name, rows in datasets.items()
    }


def by_category(said: dict[str, list[Prediction]]) -> dict[str, Any]:
    """Figures of each category over all datasets, and what is most often taken for what."""
    everything = [one for rows in said.values() for one in rows]
    return {"per_category": per_category(everything), "confusions": confusions(everything)}


def by_language_and_category(
    said: dict[str, list[Prediction]], model: Classifier
) -> dict[str, dict[str, dict[str, Any]]]:
    """The same for each language, with what the model decides alone and from which confidence."""
    spoken: dict[str, list[Prediction]] = {}
    for name, rows in said.items():
        spoken.setdefault(name.partition(":")[0], []).extend(rows)
    return {language: _with_bars(rows, model) for language, rows in spoken.items()}


def _with_bars(rows: Sequence[Prediction], model: Classifier) -> dict[str, dict[str, Any]]:
    """Figures of each category, its threshold (None: always asks), and what was decided alone."""
    told: dict[str, dict[str, Any]] = {}
    for category, figures in per_category(rows).items():
        alone = [one for one in rows if one.accepted and one.predicted == category]
        right = sum(one.label == category for one in alone)
        bar = model.threshold(category)
        never = bar > 1 or category in model.abstaining
        told[category] = figures | {
            "threshold": None if never else round(bar, 3),
            "decided": len(alone),
            "of_these_right": round(right / len(alone), 3) if alone else None,
        }
    return told


def confusions(predictions: Sequence[Prediction]) -> list[dict[str, str | int]]:
    """The commonest mistakes: what it was, what was said, and in how many rows."""
    wrong = Counter((p.label, p.predicted) for p in predictions if p.label != p.predicted)
    common = sorted(wrong.items(), key=lambda one: (-one[1], one[0]))[:MOST_CONFUSIONS]
    return [{"true": true, "said": said, "rows": rows} for (true, said), rows in common]
