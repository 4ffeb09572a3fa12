"""How right the classifier is on five real histories, beside simpler ways, and how quick."""

import itertools
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from geo_portal.routing.comparison import compare
from geo_portal.routing.evaluation import Figures
from geo_portal.routing.label_noise import twins_of
from geo_portal.routing.labelled_rows import NOT_KNOWN, LabelledRows, OccasionColumns, read_labelled
from geo_portal.routing.lent_words import lent_words
from geo_portal.routing.model_files import load_model
from geo_portal.settings import CHECKOUT
from tests.benchmarks.table import Row
from tests.real_cities import real_data_folder

NOW = datetime(2026, 8, 6, tzinfo=UTC)
ASKED = 1_000
MANY = 20_000


class History(NamedTuple):
    """A file of past complaints and what we promise on it.

    Of a file with more than `most` rows every n-th is taken, so that all files together take ten
    minutes on two cores that have nothing else to do. A small file is folded `times` times, each
    time otherwise, for one way of folding six hundred rows moves the figures by two points.
    """

    name: str
    file: str
    label: str
    accuracy: float
    macro_f1: float
    top3: float | None = None
    covered: float | None = None
    around: OccasionColumns = NOT_KNOWN
    most: int = 8_000
    times: int = 1


HISTORIES = (
    History("Purbalingga", "purbalingga-lapor-train.csv", "category", 0.72, 0.68, times=3),
    History("NYC PublicStuff", "nyc-publicstuff-train.csv", "category", 0.75, 0.50, times=3),
    History("Bengaluru", "bengaluru-civic-reports-train.csv", "category", 0.85, 0.78, 0.95),
    History("Mumbai, complaint or not", "mumbai-civic-tweets-train.csv", "is_complaint", 0.88, 0),
    History(
        "Boston, with place and time",
        "boston-open311-train.csv.gz",
        "category",
        0.88,
        0.83,
        0.95,
        0.80,
        OccasionColumns("lon", "lat", "created_at"),
    ),
)


def run() -> list[Row]:
    """Five folds of each history, everything learnt anew in each; then the speed."""
    data = real_data_folder()
    if data is None:
        return [Row("classifier", "skipped: GEO_PORTAL_REAL_DATA names no folder")]
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        # The largest first, so that no core is left alone with it.
        judged = list(pool.map(_judged, HISTORIES[::-1], itertools.repeat(data / "text")))
    rows = [row for history in judged[::-1] for row in history]
    return [*rows, *_speed(data / "text")]


def _judged(history: History, texts: Path) -> list[Row]:
    read = _thinned(
        read_labelled(
            texts / history.file, ["text"], history.label, occasion_columns=history.around
        ),
        history.most,
    )
    lent = lent_words(CHECKOUT / "models" / "seeds")

    def tell(_: str, done: int, of: int) -> None:
        print(f"  {history.name}: {done} of {of} models judged", file=sys.stderr, flush=True)

    figures = compare(read, NOW, tell, lent, times=history.times)
    made = [*_rows(history, figures), _ceiling(history, read)]
    for row in made:
        print(f"  {row.subject}: {row.figure} ({row.against})", file=sys.stderr, flush=True)
    return made


def _thinned(read: LabelledRows, most: int) -> LabelledRows:
    step = -(-len(read.texts) // most)
    occasions = read.occasions and read.occasions[::step]
    return LabelledRows(read.texts[::step], read.labels[::step], read.left_out, occasions)


def _rows(history: History, figures: dict[str, Figures]) -> list[Row]:
    ours = figures["geo_portal"]
    others = [one for name, one in figures.items() if name != "geo_portal"]

    def row(what: str, key: str, least: float | None, *, most: float | None = None) -> Row:
        value = getattr(ours, key)
        wanted = f"≥ {least}" if least is not None else f"≤ {most}"
        kept = value >= least if least is not None else most is not None and value <= most
        against = ", ".join(
            f"{name} {getattr(one, key):.3f}"
            for name, one in zip(("Signalen-style", "TF-IDF + LR"), others, strict=True)
        )
        return Row(f"{history.name}: {what}", f"{value:.3f}", against, wanted, kept)

    rows = f"{ours.rows // history.times:,} rows"
    folded = f"{rows}, folded {history.times} times" if history.times > 1 else rows
    made = [row(f"accuracy of {folded}", "accuracy", history.accuracy)]
    if history.macro_f1:
        made.append(row("macro-F1", "macro_f1", history.macro_f1))
    if history.top3 is not None:
        made.append(row("right category among three", "top3_accuracy", history.top3))
    if history.covered is not None:
        made.append(row("decided alone at 95 % right", "coverage_at_95", history.covered))
    made.append(row("calibration error", "ece", None, most=0.03))
    return made


def _ceiling(history: History, read: LabelledRows) -> Row:
    """What the file's own contradictions leave to be reached; it informs and promises nothing."""
    twins = twins_of(read.texts, read.labels)
    told = "too few to say" if twins.ceiling is None else f"at most {twins.ceiling:.2f}"
    return Row(
        f"{history.name}: accuracy that its labels allow",
        told,
        f"{twins.differing:.0%} of {twins.rows:,} rows with a twin have another label than it",
    )


def _speed(texts: Path) -> list[Row]:
    file = texts / "bengaluru-civic-reports-train.csv"
    asked = list(
        itertools.islice(itertools.cycle(read_labelled(file, ["text"], "category").texts), MANY)
    )
    model = load_model(CHECKOUT / "models" / "base")
    model.suggest(asked[0])
    began = time.process_time()
    for text in asked[:ASKED]:
        model.suggest(text)
    each_ms = (time.process_time() - began) / ASKED * 1_000
    began = time.process_time()
    for text in asked:
        model.suggest(text, explained=False)
    minutes = (time.process_time() - began) / MANY * 1_000_000 / 60 / 2
    return [
        Row(
            "one classification in the request path, CPU",
            f"{each_ms:.2f} ms",
            "base model, explained",
            "≤ 2 ms",
            each_ms <= 2,
        ),
        Row(
            "a million texts on two cores",
            f"{minutes:.1f} minutes",
            f"projected from {MANY:,} texts on one",
            "≤ 5 minutes",
            minutes <= 5,
        ),
    ]
