"""`geo-portal db`: the portal's database, up and down, to a file and back."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy import make_url

from geo_portal import local_postgres, migrations
from geo_portal.database import Database, connect
from geo_portal.errors import Conflict, Invalid, NotFound, Unavailable
from geo_portal.insights.open_features import let_reader_read
from geo_portal.settings import settings

app = typer.Typer(help="The database: up, down, to a file and back.", no_args_is_help=True)
console = Console(highlight=False)


class DumpFailed(Unavailable):
    """PostgreSQL's own program for backup or restore gave up."""


@app.command()
def up() -> None:
    """Start the portal's own database and bring its tables up to date."""
    with console.status("Starting the database …"):
        url = local_postgres.database_url()
        migrations.migrate(url)
    console.print("The database is up.")


@app.command()
def down() -> None:
    """Stop the portal's own database; nothing is lost."""
    _only_our_own("stopped")
    stopped = local_postgres.stop(settings().data_dir)
    console.print("The database is stopped." if stopped else "The database was not running.")


@app.command()
def migrate() -> None:
    """Bring the tables up to this version of the portal."""
    url = local_postgres.database_url()
    migrations.migrate(url)
    console.print(f"The tables are at version {migrations.current(url)}.")


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Say whether the database runs, and where; nothing is started."""
    found = _told()
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for name, value in found.items():
            console.print(f"{name}: {value}", markup=False, soft_wrap=True)
    raise typer.Exit(0 if found["running"] else 1)


@app.command()
def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="Where it goes.")]) -> None:
    """Write everything in the database to a file (photos are files already: copy their folder)."""
    url = local_postgres.database_url()
    with _appearing_whole(file) as part, console.status("Writing the backup …"):
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={part}", url=url)
    console.print(f"{file} holds the database ({file.stat().st_size / 1e6:.1f} MB).")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Put a backup in the place of what the database holds now."""
    if not file.is_file():
        raise NotFound("There is no file {file}.", file=file)
    contents = _contents(file)
    if settings().database_url:
        _restore_elsewhere(file, contents)
    else:
        if not yes:
            typer.confirm("Put the backup in the place of what the database holds?", abort=True)
        _restore_our_own(file, contents)


def _restore_our_own(file: Path, contents: str) -> None:
    data_dir = settings().data_dir
    with console.status("Restoring …"), local_postgres.replacement(data_dir) as url:
        _fill(url, file, contents)
    console.print(f"The database is as it was in {file}; the one before is kept until the next.")


def _restore_elsewhere(file: Path, contents: str) -> None:
    url = local_postgres.database_url()
    if migrations.current(url):
        raise Conflict(
            "The database named in GEO_PORTAL_DATABASE_URL already holds a portal;"
            " name an empty one, restore there, and then let the portal use that."
        )
    with console.status("Restoring …"):
        _fill(url, file, contents)
    console.print(f"The database is as it was in {file}.")


def _fill(url: str, file: Path, contents: str) -> None:
    # Who may read is granted anew: the other machine's roles need not be known here.
    how = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run("pg_restore", *how, "--use-list=/dev/stdin", str(file), url=url, text=contents)
    migrations.migrate(url)
    engine = connect(url)
    with Database(engine).transaction() as session:
        let_reader_read(session)
    # Nobody may be connected to what is put in the other's place.
    engine.dispose()


def _contents(file: Path) -> str:
    """What is in a backup, less the extensions: only a superuser could make those, who has."""
    listed = _run("pg_restore", "--list", str(file))
    made_already = (" EXTENSION ", "- EXTENSION ", " SCHEMA - public ", " spatial_ref_sys ")
    return "\n".join(
        line for line in listed.splitlines() if not any(word in line for word in made_already)
    )


def _run(program: str, *arguments: str, url: str = "", text: str = "") -> str:
    command = [local_postgres.program(program), *arguments]
    environment = dict(os.environ)
    if url:
        # Every user of the machine can read a command line, so the password does not go there.
        known = make_url(url)
        environment["PGPASSWORD"] = known.password or ""
        command.append("--dbname=" + known.set(password=None).render_as_string())
    done = subprocess.run(command, input=text, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[0]
        raise DumpFailed("{program} gave up: {said}", program=program, said=said)
    return done.stdout


@contextmanager
def _appearing_whole(file: Path) -> Iterator[Path]:
    """A name to write under; the file gets its own name when all of it is on the disk."""
    if not file.absolute().parent.is_dir():
        raise Invalid("There is no folder {folder}.", folder=file.absolute().parent)
    part = file.with_name(f".{file.name}.part")
    try:
        # It holds what citizens confided; nobody else on this machine is to read it.
        part.touch(mode=0o600)
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _told() -> dict[str, object]:
    """What `status` knows."""
    wanted = settings()
    if wanted.database_url:
        url = make_url(wanted.database_url.get_secret_value())
        return {"running": True, "url": str(url), **_tables(wanted.database_url.get_secret_value())}
    own = local_postgres.status(wanted.data_dir)
    told: dict[str, object] = {"running": own.running}
    if own.folder:
        told |= {"folder": str(own.folder), "user": own.user, "log": str(own.log)}
        told["postgresql"] = own.major
    if own.running:
        told |= _tables(local_postgres.running_url(wanted.data_dir))
    return told


def _tables(url: str) -> dict[str, object]:
    current = migrations.current(url)
    return {"tables": current or "none", "up_to_date": current == migrations.newest()}


def _only_our_own(done: str) -> None:
    if settings().database_url:
        raise Invalid(
            "The database named in GEO_PORTAL_DATABASE_URL is not the portal's own,"
            " so it is not {done} from here.",
            done=done,
        )
