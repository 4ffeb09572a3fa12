"""`geo-portal boundaries`: new borders as drafts, what they change, and putting them in force."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from geo_portal import clock, local_postgres
from geo_portal.bulk.moves import Move, moves
from geo_portal.city import editions
from geo_portal.city.audit import LevelAudit, Patch, audit
from geo_portal.city.merge import Change
from geo_portal.city.new_borders import import_level
from geo_portal.city.pack_contents import LevelFile
from geo_portal.city.tables import Edition
from geo_portal.cli.city import AsJson, show_findings
from geo_portal.database import Database, database_at
from geo_portal.errors import Unavailable

app = typer.Typer(help="The borders of the city's areas, in editions.", no_args_is_help=True)
console = Console(highlight=False)

SHOWN = 10
EditionName = Annotated[str, typer.Argument(metavar="EDITION", help="The edition's name.")]


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A boundary file in any format GDAL reads.")],
    level: Annotated[str, typer.Option("--level", help="The level whose borders these are.")],
    code: Annotated[str, typer.Option("--id", help="The property with the area's code.")] = "code",
    label: Annotated[str, typer.Option(help="The property with its name.")] = "name",
    parent: Annotated[str | None, typer.Option(help="The property with its parent's code.")] = None,
    layer: Annotated[str | None, typer.Option(help="The layer, when there are several.")] = None,
    crs: Annotated[str | None, typer.Option(help="When the file states none: EPSG:…")] = None,
    name: Annotated[str | None, typer.Option(help="What to call the edition.")] = None,
) -> None:
    """Draft an edition with new borders for one level; nothing is in force until `activate`."""
    source = LevelFile(level, {}, file.name, code, label, parent, layer, crs)
    with console.status("Reading the borders …"), _database().transaction() as session:
        edition, findings = import_level(session, file, source, clock.now(), name)
    show_findings(findings)
    console.print(f"Edition {edition.name} is drafted. Look at it, then put it in force:")
    console.print(f"  geo-portal boundaries preview {edition.name}")
    console.print(f"  geo-portal boundaries activate {edition.name}")


@app.command("list")
def list_editions(as_json: AsJson = False) -> None:
    """List all editions, newest first."""
    with _database().transaction() as session:
        known = editions.every(session)
    if as_json:
        print(json.dumps([{"name": one.name, "status": one.status} for one in known]))
        return
    for one in known:
        console.print(f"{one.name}  {one.status}")


@app.command("audit")
def audit_edition(
    edition: Annotated[str | None, typer.Option(help="Which; else the one in force.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell where areas overlap, leave gaps, or do not cover the coarser level."""
    status = console.status("Comparing every border with its neighbours …")
    with status, _database().transaction() as session:
        wanted = _wanted(session, edition)
        found = audit(editions.areas_of(session, wanted))
    if as_json:
        levels = [one.as_dict() for one in found]
        print(json.dumps({"edition": wanted.name, "levels": levels}, ensure_ascii=False))
        return
    console.print(f"Edition {wanted.name}")
    for one in found:
        _show_audit(one)


@app.command()
def preview(edition: EditionName, as_json: AsJson = False) -> None:
    """Tell what an edition would change: areas, and the open complaints in them."""
    with console.status("Comparing …"), _database().transaction() as session:
        wanted = editions.named(session, edition)
        areas = editions.areas_of(session, wanted)
        changes = editions.compared(session, editions.in_force(session), areas)
        moved = moves(session, wanted)
    if as_json:
        print(json.dumps(_told(wanted, changes, moved), ensure_ascii=False))
    else:
        _show_preview(wanted, changes, moved)


@app.command()
def activate(edition: EditionName) -> None:
    """Put an edition in force; the one before is kept and can be put in force again."""
    with console.status("Putting it in force …"), _database().transaction() as session:
        editions.activate(session, editions.named(session, edition), clock.now())
    console.print(f"Edition {edition} is in force. Complaints so far keep their areas.")


def _database() -> Database:
    return database_at(local_postgres.database_url())


def _wanted(session: Any, name: str | None) -> Edition:
    found = editions.named(session, name) if name else editions.in_force(session)
    if found is None:
        raise Unavailable("No city has been loaded yet. Load one with: geo-portal city load FOLDER")
    return found


def _show_audit(found: LevelAudit) -> None:
    console.print(
        f"{found.level}: {found.areas} areas, {found.m2 / 1e6:,.1f} km²; "
        f"{len(found.overlaps)} overlaps, {len(found.gaps)} gaps, {found.slivers} of them slivers; "
        f"{found.uncovered_m2:,.0f} m² of the coarser level uncovered, "
        f"{found.beyond_m2:,.0f} m² beyond it"
    )
    for kind, patches in (("overlap", found.overlaps), ("gap", found.gaps)):
        for patch in patches[:SHOWN]:
            console.print(f"  {kind}{_patch(patch)}")
        if len(patches) > SHOWN:
            console.print(f"  … and {len(patches) - SHOWN} smaller ones")


def _patch(patch: Patch) -> str:
    between = f" of {' and '.join(patch.areas)}: " if patch.areas else ": "
    sliver = ", a sliver" if patch.is_sliver else ""
    return f"{between}{patch.m2:,.0f} m² at {patch.lon}, {patch.lat}{sliver}"


def _told(edition: Edition, changes: dict[str, Change], moved: list[Move]) -> dict[str, object]:
    return {
        "edition": edition.name,
        "status": edition.status,
        "levels": {level: vars(change) for level, change in changes.items()},
        "moves": [vars(move) for move in moved],
    }


def _show_preview(edition: Edition, changes: dict[str, Change], moved: list[Move]) -> None:
    console.print(f"Edition {edition.name} ({edition.status}), against the one in force:")
    for level, change in changes.items():
        console.print(
            f"  {level}: {change.new} new areas, {change.changed} with another border, "
            f"{change.retired} gone"
        )
    total = sum(move.complaints for move in moved)
    console.print(f"{total} changes of area for open complaints.")
    table = Table(box=None)
    for heading in ("level", "from", "to", "complaints"):
        table.add_column(heading)
    for move in moved[:SHOWN]:
        table.add_row(
            move.level, move.before or "outside", move.after or "outside", str(move.complaints)
        )
    if moved:
        console.print(table)
