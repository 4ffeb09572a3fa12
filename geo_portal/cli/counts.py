"""`geo-portal counts`: whether the kept counts are right, and making them so."""

import typer
from rich.console import Console

from geo_portal import local_postgres
from geo_portal.database import Database, connect
from geo_portal.insights import cells, day_counts, day_records

app = typer.Typer(help="The counts that maps and figures read.", no_args_is_help=True)
console = Console(highlight=False)

# Counting a whole city anew takes longer than any page may.
PATIENCE_S = 3_600.0
KEPT = (
    ("Counts per cell", cells),
    ("Counts per day", day_counts),
    ("Records of days", day_records),
)


@app.command()
def check() -> None:
    """Hold every kept count against a plain count of all complaints; exit 1 when one differs."""
    wrong = 0
    with console.status("Counting …"), _database().transaction() as session:
        for name, kept in KEPT:
            differing = kept.check(session)
            wrong += differing
            console.print(f"{name}: {_said(differing, 'differ')}.")
    raise typer.Exit(1 if wrong else 0)


@app.command()
def rebuild() -> None:
    """Make every kept count right; reports may come in meanwhile."""
    with console.status("Counting …"), _database().transaction() as session:
        for name, kept in KEPT:
            console.print(f"{name}: {_said(kept.rebuild(session), 'were mended')}.")


def _said(number: int, what: str) -> str:
    return f"{number:,} {what}" if number else "all are right"


def _database() -> Database:
    return Database(connect(local_postgres.database_url(), timeout_s=PATIENCE_S))
