"""`geo-portal doctor`: what is there, what is missing, and the command that mends it."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from geo_portal import local_postgres, migrations, photo_files
from geo_portal.city.tables import City
from geo_portal.database import database_at
from geo_portal.errors import Refused
from geo_portal.local_postgres import installation
from geo_portal.outbox.send import waiting_and_dead
from geo_portal.routing.model_files import load_model
from geo_portal.settings import Settings, settings

console = Console(highlight=False)

PACKAGE = Path(__file__).parent.parent
ENOUGH_DISK_GB = 1.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `mend` says what to type when it is not as it should be."""

    what: str
    fine: bool
    said: str
    mend: str = ""


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Look at everything the portal needs; exit 1 when something is missing."""
    found = [finding for look in LOOKS for finding in _looked(look)]
    if as_json:
        print(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
    else:
        for finding in found:
            _show(finding)
    raise typer.Exit(0 if all(finding.fine for finding in found) else 1)


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer")


def _settings() -> Iterator[Finding]:
    """A setting with a slip in its name would silently do nothing."""
    known = {f"GEO_PORTAL_{name.upper()}" for name in Settings.model_fields}
    given = {name for name in os.environ if name.startswith("GEO_PORTAL_")}
    for name in sorted(given - known):
        yield Finding("Settings", False, f"{name} is no setting of the portal", f"unset {name}")
    if given <= known:
        yield Finding("Settings", True, ", ".join(sorted(given)) or "all as they come")


def _disk() -> Iterator[Finding]:
    folder = settings().data_dir.absolute()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free_gb = shutil.disk_usage(there).free / 1e9
    yield Finding(
        "Disk", free_gb >= ENOUGH_DISK_GB, f"{free_gb:.1f} GB free for {folder}", "free some space"
    )


def _photos() -> Iterator[Finding]:
    """Whether the photos' store answers: a package may be missing, or a key be wrong."""
    there = settings().photo_url or str(photo_files.disk())
    photo_files.exists("00/nothing")
    yield Finding("Photos", True, f"they lie at {there}")


def _postgresql() -> Iterator[Finding]:
    if settings().database_url:
        yield Finding("PostgreSQL", True, "the one named in GEO_PORTAL_DATABASE_URL")
    else:
        found = installation.newest()
        yield Finding("PostgreSQL", True, f"version {found.major} with PostGIS in {found.folder}")


def _database() -> Iterator[Finding]:
    if not settings().database_url and not local_postgres.status(settings().data_dir).running:
        yield Finding("Database", False, "it is not running", "geo-portal db up")
        return
    url = local_postgres.database_url()
    current, newest = migrations.current(url), migrations.newest()
    said = f"its tables are at version {current or 'none'}, the portal works with {newest}"
    yield Finding("Database", current == newest, said, "geo-portal db migrate")
    if current == newest:
        yield from _city(url)
        yield from _messages(url)


def _city(url: str) -> Iterator[Finding]:
    with database_at(url).transaction() as session:
        name = session.scalar(select(func.max(City.name)))
    yield Finding("City", bool(name), name or "none is loaded", "geo-portal city load DIR")


def _messages(url: str) -> Iterator[Finding]:
    """Messages that wait without end tell of a mail server that is missing or does not answer."""
    host = settings().smtp_host
    with database_at(url).transaction() as session:
        waiting, dead = waiting_and_dead(session)
    said = f"they leave by {host}" if host else "no mail server is set"
    said += f"; {waiting} wait, {dead} were given up"
    yield Finding("Messages", bool(host) or not waiting, said, "set GEO_PORTAL_SMTP_HOST")


def _pages() -> Iterator[Finding]:
    there = (PACKAGE / "web" / "static" / "vendor" / "leaflet" / "leaflet.js").exists()
    said = "maps, fonts and icons are there" if there else "maps, fonts and icons are missing"
    yield Finding("Pages", there, said, "make setup")


def _classifier() -> Iterator[Finding]:
    model = load_model(settings().model_dir)
    yield Finding("Classifier", True, f"{model.name}, trained {model.trained_at:%Y-%m-%d}")


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _settings,
    _disk,
    _photos,
    _postgresql,
    _database,
    _pages,
    _classifier,
)


def _looked(look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    what = look.__name__.removeprefix("_").capitalize()
    try:
        return list(look())
    except Refused as refusal:
        return [Finding(what, False, str(refusal))]
    except OperationalError as problem:
        return [Finding(what, False, str(problem.orig).strip().splitlines()[0])]


def _show(finding: Finding) -> None:
    sign = "[green]✓[/]" if finding.fine else "[red]✗[/]"
    console.print(f"{sign} [bold]{finding.what}[/]: ", end="")
    console.print(finding.said, markup=False, soft_wrap=True)
    if finding.mend and not finding.fine:
        console.print(f"    → {finding.mend}", markup=False, soft_wrap=True)
