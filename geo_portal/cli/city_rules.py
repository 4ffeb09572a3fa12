"""`geo-portal city rules`: what a pack's routing rules would change, before they are loaded."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from geo_portal import clock, local_postgres
from geo_portal.city.facts import facts
from geo_portal.city.packs import read_pack
from geo_portal.city.rows import rule_row
from geo_portal.city.rule_facts import as_facts
from geo_portal.city.tables import Rule
from geo_portal.database import database_at
from geo_portal.migrations import migrate
from geo_portal.routing.rule_faults import Fault, faults

if TYPE_CHECKING:
    from geo_portal.steering.rule_trial import Trial

app = typer.Typer(help="The city's routing rules.", no_args_is_help=True)
console = Console(highlight=False)


@app.command()
def simulate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the city pack.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Try the pack's rules on the reports of the last month; nothing is changed."""
    # Read late: it brings the classifier along, and the other commands of the group need none.
    from geo_portal.steering.rule_trial import try_rules

    pack = read_pack(folder)
    working = [rule for rule in pack.rules if rule.broken_because is None]
    rules = [as_facts(Rule(**rule_row(rule))) for rule in working]
    url = local_postgres.database_url()
    migrate(url)
    with database_at(url).transaction() as session:
        trial = try_rules(session, facts(session), rules, clock.now())
    if as_json:
        told = asdict(trial) | {"elsewhere": trial.elsewhere}
        print(json.dumps(told | {"faults": [asdict(one) for one in faults(rules)]}))
    else:
        _show(trial, faults(rules))


def _show(trial: "Trial", found: list[Fault]) -> None:
    told = f"{trial.elsewhere} of {trial.reports} reports of the last month"
    console.print(f"{told} would go elsewhere.")
    table = Table("from", "to", "reports", "for example", box=None)
    for move in trial.moves:
        table.add_row(move.before or "–", move.after or "–", str(move.reports), *move.codes[:1])
    if trial.moves:
        console.print(table)
    for fault in found:
        why = "contradicts" if fault.contradicts else "is never reached because of"
        first = f"rule {fault.earlier}, which always speaks first"
        console.print(f"Rule {fault.position} {why} {first}.")
