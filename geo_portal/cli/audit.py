"""`geo-portal audit`: whether the history of complaints is still what it was."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from geo_portal import local_postgres
from geo_portal.cli.city import AsJson
from geo_portal.complaints import audit, roots
from geo_portal.database import database_at
from geo_portal.errors import Invalid

app = typer.Typer(help="The history of complaints, checked.", no_args_is_help=True)
console = Console(highlight=False)
waiting = Console(stderr=True)


@app.command()
def verify(
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only what was written from this day (UTC) on."),
    ] = None,
    copy: Annotated[
        Path | None,
        typer.Option("--roots", metavar="FILE", help="Roots that you kept, to be compared."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find events that were changed, taken away, slipped in or back-dated; exit 1 when any was."""
    kept = _read_copy(copy) if copy else {}
    database = database_at(local_postgres.database_url())
    with waiting.status("Checking every seal …"), database.transaction() as session:
        found = audit.verify(session, since.date() if since else None, kept)
    print(json.dumps(_as_dict(found))) if as_json else _show(found)
    raise typer.Exit(0 if found.fine else 1)


@app.command(name="roots")
def show_roots() -> None:
    """Print the daily roots as JSON; keep the output somewhere else, as a witness."""
    database = database_at(local_postgres.database_url())
    with database.transaction() as session:
        print(json.dumps({"roots": roots.published(roots.roots(session))}, indent=1))


def _read_copy(path: Path) -> dict[date, str]:
    """What `audit roots` printed or /api/v1/audit/roots gave."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return {date.fromisoformat(row["day"]): str(row["root"]) for row in read["roots"]}
    except OSError:
        raise Invalid("There is no file {file} that can be read.", file=path) from None
    except (ValueError, KeyError, TypeError):
        raise Invalid(
            "{file} is not a copy of the roots: it should be what /api/v1/audit/roots gave.",
            file=path,
        ) from None


def _as_dict(found: audit.Findings) -> dict[str, Any]:
    return {
        "fine": found.fine,
        "seals": found.seals,
        "roots": found.roots,
        "number": dict(found.number),
        "findings": [asdict(one) for one in found.told],
    }


def _show(found: audit.Findings) -> None:
    console.print(f"{found.seals:,} events and {found.roots:,} daily roots were checked.")
    for one in found.told:
        about = (
            f"{one.code or 'unknown report'}, event {one.event_id}" if one.event_id else one.code
        )
        named = " · ".join(part for part in (one.when, about, one.kind) if part)
        console.print(f"  {named}: {one.said}", markup=False)
    left = found.number.total() - len(found.told)
    if left:
        console.print(f"  … and {left:,} more.")
    if found.fine:
        console.print("All of them are as they were written.")
