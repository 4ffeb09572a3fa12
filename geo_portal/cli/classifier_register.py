"""`geo-portal classifier activate`, `rollback`, `list`: which trained classifier is in use."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from geo_portal import clock, local_postgres
from geo_portal.cli.classifier_shown import console
from geo_portal.database import Database, database_at
from geo_portal.errors import Invalid
from geo_portal.migrations import migrate
from geo_portal.steering import registry
from geo_portal.steering.retrain import retrain
from geo_portal.steering.tables import ClassifierVersion


def add_commands(app: typer.Typer) -> None:
    """The commands as part of `geo-portal classifier`."""
    app.command()(activate)
    app.command()(rollback)
    app.command("list")(list_versions)
    app.command("retrain")(retrain_now)


def activate(
    which: Annotated[
        str,
        typer.Argument(metavar="DIR|NUMBER", help="Folder of a model, or a number from the list."),
    ],
) -> None:
    """Let the portal use this model from now on; no restart is needed."""
    now, database = clock.now(), models_database()
    with database.transaction() as session:
        number = _number(which)
        if number is None:
            number = registry.register(session, Path(which), now).id
        version = registry.activate(session, number, now, registry.COMMAND)
    console.print(f"The portal now uses the classifier “{version.name}” (number {version.id}).")


def rollback() -> None:
    """Go back to the model that was used before this one; no restart is needed."""
    now, database = clock.now(), models_database()
    with database.transaction() as session:
        version = registry.roll_back(session, now, registry.COMMAND)
    named = f"“{version.name}” (number {version.id})" if version else "that came with the portal"
    console.print(f"The portal uses the classifier {named} again.")


def list_versions(
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Show the trained models that the portal knows, newest first."""
    with models_database().transaction() as session:
        found = registry.versions(session)
        told = [_told(version) for version in found]
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    table = Table("number", "name", "state", "trained", "rows", "accuracy", "macro-F1", box=None)
    for one in told:
        shares = (_share(one["figures"].get(key)) for key in ("accuracy", "macro_f1"))
        trained = one["trained_at"][:16].replace("T", " ")
        table.add_row(
            str(one["number"]), one["name"], one["state"], trained, str(one["rows"]), *shares
        )
    console.print(table if told else "None yet: the classifier that came with the portal is used.")


def retrain_now() -> None:
    """Do now what the worker does every night: learn from what people put right."""
    with console.status("Learning from what people put right …"):
        outcome = retrain(models_database(), clock.now())
    if outcome.verdict is None:
        console.print("Nothing was put right since the classifier in use was trained.")
        return
    old, new = outcome.verdict.active.corrections, outcome.verdict.candidate.corrections
    console.print(
        f"Of {old.rows} corrections the one in use gets {old.accuracy:.0%} right, "
        f"the candidate {new.accuracy:.0%}."
    )
    if outcome.candidate is None:
        console.print("That is not enough to tell it better, so nothing was changed.")
    elif outcome.activated:
        console.print(f"The portal now uses the candidate (number {outcome.candidate}).")
    else:
        wanted = f"geo-portal classifier activate {outcome.candidate}"
        console.print(f"It waits for an administrator; put it to use with: {wanted}")


def models_database() -> Database:
    """The portal's database, with the tables of this version."""
    url = local_postgres.database_url()
    migrate(url)
    return database_at(url)


def _number(which: str) -> int | None:
    """The number typed, unless a folder has that name."""
    if which.isascii() and which.isdigit() and not Path(which).exists():
        if len(which) > 9:
            raise Invalid("There is no classifier with number {number}.", number=which[:20])
        return int(which)
    return None


def _told(version: ClassifierVersion) -> dict[str, Any]:
    return {
        "number": version.id,
        "name": version.name,
        "state": version.state,
        "origin": version.origin,
        "family": version.family,
        "digest": version.digest,
        "rows": version.rows,
        "trained_at": version.trained_at.isoformat(),
        "figures": version.figures,
    }


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
