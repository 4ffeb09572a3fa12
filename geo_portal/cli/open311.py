"""`geo-portal open311`: exchange reports with another Open311 server."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from geo_portal import clock, local_postgres
from geo_portal.city.facts import facts
from geo_portal.cli.city import AsJson
from geo_portal.database import Database, database_at
from geo_portal.exchange.mapping import Mapping, read_mapping
from geo_portal.exchange.pull import Pulled, pull
from geo_portal.exchange.push import Pushed, push
from geo_portal.migrations import migrate

app = typer.Typer(help="Exchange with another Open311 server.", no_args_is_help=True)
console = Console(highlight=False)
waiting = Console(stderr=True)

Done = TypeVar("Done", Pulled, Pushed)
Config = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="The mapping file of the other server.")
]


@app.command("pull")
def pull_all(config: Config, as_json: AsJson = False) -> None:
    """Take over their requests and what became of them, from where the last pull ended."""
    database = _database()
    done = _followed(pull(database, _mapping(database, config), clock.now()), Pulled())
    said = f"{done.new} new, {done.changed} changed, {done.left_out} left out."
    print(json.dumps(asdict(done))) if as_json else console.print(said)


@app.command("push")
def push_all(config: Config, as_json: AsJson = False) -> None:
    """Send our reports that the mapping names, and what became of them here."""
    database = _database()
    done = _followed(push(database, _mapping(database, config), clock.now()), Pushed())
    said = f"{done.sent} sent, {done.numbered} got their number, {done.updates} updates told."
    if done.unsure:
        said += f" {done.unsure} were begun before and may be there already: look and link them."
    print(json.dumps(asdict(done))) if as_json else console.print(said)


def _followed(steps: Iterator[Done], done: Done) -> Done:
    with waiting.status("Asking …") as shown:
        for step in steps:
            done = step
            shown.update(f"Asking … {asdict(done)}")
    return done


def _mapping(database: Database, path: Path) -> Mapping:
    with database.transaction() as session:
        return read_mapping(path, facts(session))


def _database() -> Database:
    url = local_postgres.database_url()
    migrate(url)
    return database_at(url)
