"""`geo-portal city`: what is wrong with a city pack, and loading it."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from geo_portal import clock, local_postgres
from geo_portal.city.findings import Finding, Findings
from geo_portal.city.load import LoadReport, load
from geo_portal.city.pack_contents import Pack
from geo_portal.city.packs import read_pack
from geo_portal.cli import city_rules
from geo_portal.database import database_at
from geo_portal.migrations import migrate

app = typer.Typer(help="A city's own facts, from a folder of files.", no_args_is_help=True)
app.add_typer(city_rules.app, name="rules")
console = Console(highlight=False)

_COLOURS = {"error": "red", "warning": "yellow", "note": "dim"}

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the city pack.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


@app.command()
def check(folder: Folder, as_json: AsJson = False) -> None:
    """Say everything that is wrong with a city pack, and load nothing."""
    with console.status("Reading the pack …"):
        pack = read_pack(folder)
    if as_json:
        print(json.dumps(_told(pack), ensure_ascii=False, indent=2))
    else:
        show_findings(pack.findings)
        console.print(_summary(pack))
    raise typer.Exit(0 if pack.usable else 1)


@app.command("load")
def load_pack(
    folder: Folder,
    draft: Annotated[
        bool, typer.Option("--draft", help="Keep changed borders as a draft edition.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Load a city pack; only what differs is changed, so it can be repeated."""
    with console.status("Reading the pack …"):
        pack = read_pack(folder)
    if not pack.usable:
        if as_json:
            print(json.dumps(_told(pack), ensure_ascii=False, indent=2))
        else:
            show_findings(pack.findings)
            console.print(_summary(pack))
        raise typer.Exit(1)
    url = local_postgres.database_url()
    migrate(url)
    database = database_at(url)
    with console.status("Loading …"), database.transaction() as session:
        report = load(session, pack, clock.now(), draft=draft)
    if as_json:
        print(json.dumps(_told(pack) | _report(report), ensure_ascii=False, indent=2))
    else:
        show_findings(pack.findings)
        _show_report(pack, report)


def show_findings(findings: Findings) -> None:
    """Print every finding on two lines: where and what, then how to mend it."""
    for finding in sorted(findings, key=_by_weight):
        colour = _COLOURS[finding.severity]
        console.print(f"[{colour}]{finding.severity}[/] ", end="", soft_wrap=True, highlight=False)
        console.print(f"{finding.where}: {finding.what}", markup=False, soft_wrap=True)
        if finding.mend:
            console.print(f"    → {finding.mend}", markup=False, soft_wrap=True)


def _by_weight(finding: Finding) -> tuple[int, str, int]:
    return list(_COLOURS).index(finding.severity), finding.file, finding.line or 0


def _summary(pack: Pack) -> str:
    counts = {
        severity: sum(finding.severity == severity for finding in pack.findings)
        for severity in _COLOURS
    }
    said = ", ".join(
        f"{n} {severity}s" if n != 1 else f"1 {severity}" for severity, n in counts.items()
    )
    verdict = "can be loaded" if pack.usable else "cannot be loaded until the errors are mended"
    return f"{pack.folder.name}: {said}. It {verdict}."


def _told(pack: Pack) -> dict[str, object]:
    return {
        "usable": pack.usable,
        "findings": [finding.as_dict() for finding in sorted(pack.findings, key=_by_weight)],
    }


def _report(report: LoadReport) -> dict[str, object]:
    return {
        "edition": report.edition,
        "edition_is_draft": report.edition_is_draft,
        "changes": {
            name: {"new": one.new, "changed": one.changed, "retired": one.retired}
            for name, one in report.changes.items()
        },
    }


def _show_report(pack: Pack, report: LoadReport) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("", "new", "changed", "retired"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, change in report.changes.items():
        if change:
            table.add_row(name, str(change.new), str(change.changed), str(change.retired))
    if report.changed_anything:
        console.print(table)
    name = pack.city.name if pack.city else pack.folder.name
    console.print(f"{name} is loaded: {report}.")
    if report.edition:
        state = "waits as a draft" if report.edition_is_draft else "is in force"
        console.print(f"Borders: edition {report.edition} {state}.")
