"""The pictures beside a model's card: what is mistaken for what, and whether more rows help."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import vl_convert

from geo_portal.routing.cards import unseen_predictions
from geo_portal.routing.cross_validation import Step
from geo_portal.routing.evaluation import Prediction
from geo_portal.routing.training import Trained

CELL_PX = 14
WIDE_PX = 420


def beside(trained: Trained, labels: Sequence[str]) -> dict[str, str]:
    """The pictures of a model trained on one city's file, by file name."""
    return {
        "confusion.svg": confusion_svg(unseen_predictions(trained, labels)),
        "learning-curve.svg": learning_curve_svg(trained.curve),
    }


def confusion_svg(predictions: Sequence[Prediction]) -> str:
    """Each row a true category, each column what was said; darker is a larger share of the row."""
    labels = sorted({p.label for p in predictions})
    said = sorted({p.predicted for p in predictions} | set(labels))
    table = np.zeros((len(labels), len(said)))
    for p in predictions:
        table[labels.index(p.label), said.index(p.predicted)] += 1
    shares = table / table.sum(axis=1, keepdims=True)
    values = [
        {"true": labels[row], "said": said[column], "share": round(float(shares[row, column]), 4)}
        for row, column in np.argwhere(shares > 0).tolist()
    ]
    return _svg(
        {
            "title": "What was said of each category",
            "data": {"values": values},
            "mark": "rect",
            "encoding": {
                "x": {"field": "said", "type": "nominal", "axis": {"orient": "top"}},
                "y": {"field": "true", "type": "nominal"},
                "color": {
                    "field": "share",
                    "type": "quantitative",
                    "scale": {"scheme": "blues", "domain": [0, 1]},
                },
            },
            "width": {"step": CELL_PX},
            "height": {"step": CELL_PX},
        }
    )


def learning_curve_svg(steps: Sequence[Step]) -> str:
    """Accuracy and macro-F1 on held-out complaints by how many were learnt from."""
    values = [
        {"rows": step.rows, "figure": name, "value": round(value, 4)}
        for step in steps
        for name, value in (("accuracy", step.accuracy), ("macro-F1", step.macro_f1))
    ]
    return _svg(
        {
            "title": "What more complaints bring",
            "data": {"values": values},
            "mark": {"type": "line", "point": True},
            "encoding": {
                "x": {"field": "rows", "type": "quantitative", "title": "complaints learnt from"},
                "y": {
                    "field": "value",
                    "type": "quantitative",
                    "title": None,
                    "scale": {"domain": [0, 1]},
                },
                "color": {"field": "figure", "type": "nominal", "title": None},
            },
            "width": WIDE_PX,
            "height": WIDE_PX // 2,
        }
    )


def _svg(spec: dict[str, Any]) -> str:
    return str(vl_convert.vegalite_to_svg(spec))
