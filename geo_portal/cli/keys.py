"""`geo-portal keys`: keys for other programs, given out, looked at and taken back."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from geo_portal import clock, local_postgres
from geo_portal.accounts import keys
from geo_portal.city.facts import facts
from geo_portal.cli.city import AsJson
from geo_portal.database import Database, database_at
from geo_portal.migrations import migrate

app = typer.Typer(help="Keys for other programs (Open311, events).", no_args_is_help=True)
console = Console(highlight=False)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What the program or its maker is called.")],
    scope: Annotated[
        list[str], typer.Option(help=f"What it may do; several times. {', '.join(keys.SCOPES)}.")
    ] = ["report"],  # noqa: B006  Typer copies it.
    department: Annotated[
        str | None, typer.Option(help="Only what belongs to this department or office.")
    ] = None,
    per_hour: Annotated[int, typer.Option(help="How often an hour.")] = keys.MOST_PER_HOUR,
    days: Annotated[int | None, typer.Option(help="For how many days; none: for ever.")] = None,
) -> None:
    """Print a new key, once; only its digest is kept."""
    with _database().transaction() as session:
        token = keys.add_key(
            session,
            facts(session),
            name,
            tuple(scope),
            clock.now(),
            department=department,
            most_per_hour=per_hour,
            lasts=timedelta(days=days) if days else None,
        )
    console.print(f"The key of “{name}”. It is shown this once only:", markup=False)
    # In one piece, however narrow the terminal is.
    print(token)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """Show all keys: what each may do, and when it was last used."""
    with _database().transaction() as session:
        found = keys.list_keys(session)
    if as_json:
        told = [asdict(one) for one in found]
        print(json.dumps(told, ensure_ascii=False, indent=2, default=str))
        return
    table = Table("Name", "Begins with", "May", "Only for", "Last used", "Uses", "")
    for one in found:
        used = f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never"
        state = "revoked" if one.revoked_at else ""
        scopes, only = ", ".join(one.scopes), one.department_code or ""
        table.add_row(one.name, one.beginning, scopes, only, used, str(one.uses), state)
    console.print(table if found else "No keys yet. Give one out with: geo-portal keys add NAME")


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="The name of the key.")]) -> None:
    """Take a key back; it works no more at once."""
    with _database().transaction() as session:
        keys.revoke_key(session, name, clock.now())
    console.print(f"The key of “{name}” works no more.", markup=False)


def _database() -> Database:
    url = local_postgres.database_url()
    migrate(url)
    return database_at(url)
