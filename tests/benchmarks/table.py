"""One line of the benchmark table, and the table itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """A figure, what it was held against, and whether it is what we promise.

    `wanted` is the promise in words, e.g. "≥ 0.5"; `kept` says whether the figure meets it, None
    where the figure only informs.
    """

    subject: str
    figure: str
    against: str = ""
    wanted: str = ""
    kept: bool | None = None


def ratio(subject: str, ours: float, bare: float, *, least: float, unit: str, of: str) -> Row:
    """A speed of ours as a share of the bare limit's."""
    share = ours / bare
    return Row(
        subject,
        f"{share:.2f} ×  ({ours:,.0f} {unit})",
        f"{of}: {bare:,.0f} {unit}",
        f"≥ {least}",
        share >= least,
    )


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("what", "figure", "against", "wanted", "kept"):
        table.add_column(heading, overflow="fold")
    marks = {True: "yes", False: "NO", None: ""}
    for row in rows:
        table.add_row(row.subject, row.figure, row.against, row.wanted, marks[row.kept])
    Console(width=140).print(table)
