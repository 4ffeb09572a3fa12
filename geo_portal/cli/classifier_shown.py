"""How the classifier's commands show what they did: bars, tables, files."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from geo_portal.routing.cross_validation import Tell
from geo_portal.routing.evaluation import Figures, Prediction
from geo_portal.routing.explanation import Explanation
from geo_portal.routing.labelled_rows import LabelledRows
from geo_portal.routing.linear_classifier import Classifier

console = Console(highlight=False)


def show_explanation(used: Classifier, made: Explanation) -> None:
    """What spoke for each suggestion and against it, and on which word it hangs."""
    shown = Table("category", "confidence", "needed", "for", "against", "around", box=None)
    for one in made.suggestions:
        bar = used.threshold(one.category)
        needed = f"{bar:.0%}" if bar <= 1 else "always asks"
        told = (", ".join(words) for words in (one.words, one.against, one.around))
        shown.add_row(one.category, f"{one.confidence:.0%}", needed, *told)
    console.print(shown)
    best = made.suggestions[0]
    alone = best.confidence >= used.threshold(best.category)
    console.print("Decided by its words." if alone else "Not sure enough: a person would sort it.")
    if made.instead:
        other = made.instead.category or "nothing known"
        console.print(f"Without “{made.instead.word}” it would be taken for {other}.")


@contextmanager
def progress() -> Iterator[Tell]:
    """A bar on the error stream for as long as something is learnt."""
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("Reading", total=None)

        def tell(step: str, done: int, of: int) -> None:
            shown.update(task, description=step, completed=done, total=of)

        yield tell


def say_left_out(rows: LabelledRows) -> None:
    """How many rows could not be used, and why."""
    for reason, many in rows.left_out.items():
        console.print(f"{many} rows {reason} were left out.")


def table(figures: dict[str, dict[str, float | int | None]]) -> Table:
    """A line of figures per name."""
    keys = list(Figures.__dataclass_fields__)
    shown = Table("", *(key.replace("_", " ") for key in keys), box=None)
    for name, one in figures.items():
        shown.add_row(name, *("–" if one[key] is None else str(one[key]) for key in keys))
    return shown


def write_predictions(file: Path, predictions: list[Prediction]) -> None:
    """What was said of each row, as CSV."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["label", "predicted", "confidence", "second", "third", "accepted"])
        for p in predictions:
            others = (*p.top3[1:], "", "")[:2]
            accepted = "yes" if p.accepted else "no"
            writer.writerow([p.label, p.predicted, f"{p.confidence:.4f}", *others, accepted])
