"""`geo-portal complaints`: a city's past taken in from a file, and complaints handed out as one."""

import gzip
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from geo_portal import clock, local_postgres
from geo_portal.bulk.hand_out import hand_out
from geo_portal.bulk.open_data import write_open_data
from geo_portal.bulk.take_in import Report, Wanted, take_in
from geo_portal.cli.city import AsJson
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.database import database_at
from geo_portal.errors import Invalid

app = typer.Typer(help="Complaints in files.", no_args_is_help=True)
console = Console(highlight=False)
bars = Console(stderr=True)

_COLUMNS = "Which column is what: lon=longitude,lat=latitude,submitted_at=created,category=type,…"
Codes = list[str] | None


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV with a header, gzipped or not.")],
    columns: Annotated[str | None, typer.Option(help=_COLUMNS)] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="A TOML file: columns, categories, statuses, timezone.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="What to call where they come from; else the file's layout.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Where refused rows go; else FILE-rejects.csv, here.")
    ] = None,
    encoding: Annotated[str, typer.Option(help="The file's encoding.")] = "utf-8-sig",
    as_json: AsJson = False,
) -> None:
    """Take past complaints in from a CSV; run it again and it goes on where it was."""
    if not file.is_file():
        raise Invalid("There is no file {file}.", file=file)
    refused = rejects or Path(f"{file.name.split('.')[0]}-rejects.csv")
    wanted = Wanted(columns, mapping, source, refused, _known(encoding))
    database = database_at(local_postgres.database_url())
    with _bar() as bar:
        task = bar.add_task("Taking in", total=file.stat().st_size, told="")

        def show(read: int, report: Report) -> None:
            told = f"{report.stored:,} stored, {report.rejected:,} refused"
            bar.update(task, completed=read, told=told)

        report = take_in(database, file, wanted, clock.now(), show)
    print(json.dumps(_as_dict(report, refused))) if as_json else _show(report, refused)


def _known(encoding: str) -> str:
    try:
        "".encode(encoding)
    except LookupError:
        raise Invalid("There is no encoding “{encoding}”.", encoding=encoding) from None
    return encoding


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
        console=bars,
        transient=True,
    )


def _as_dict(report: Report, rejects: Path) -> dict[str, object]:
    return {
        "layout": report.layout,
        "source": report.source,
        "rows": report.rows,
        "stored": report.stored,
        "already_in": report.already_in,
        "outside": report.outside,
        "rejected": report.rejected,
        "rejects": str(rejects) if report.rejected else None,
        "unknown_categories": dict(report.noticed.categories),
        "unknown_statuses": dict(report.noticed.statuses),
        "closed_before_submitted": report.noticed.closed_before_submitted,
    }


def _show(report: Report, rejects: Path) -> None:
    known = f", read as {report.layout}" if report.layout else ""
    console.print(f"{report.rows:,} rows from {report.source}{known}:")
    console.print(f"  {report.stored:,} stored, {report.already_in:,} were in already")
    if report.outside:
        console.print(f"  {report.outside:,} lie outside every area and wait for sorting")
    if report.rejected:
        console.print(f"  {report.rejected:,} refused; see {rejects} for the reasons")
    _list("categories that the city does not have (sorted by hand)", report.noticed.categories)
    _list("statuses that nobody knows (taken by whether they are closed)", report.noticed.statuses)
    if early := report.noticed.closed_before_submitted:
        console.print(f"  {early:,} were closed before they were submitted; closed at once instead")


def _list(what: str, words: dict[str, int]) -> None:
    if not words:
        return
    most = sorted(words.items(), key=lambda pair: -pair[1])[:8]
    said = ", ".join(f"{word} ({number:,})" for word, number in most)
    more = f" and {len(words) - len(most)} more" if len(words) > len(most) else ""
    console.print(f"  {len(words)} {what}: {said}{more}", markup=False)


@app.command("open-data")
def open_data(
    file: Annotated[Path, typer.Argument(help="FILE.csv, .csv.gz or .parquet")],
    category: Annotated[Codes, typer.Option(help="Only these categories.")] = None,
    department: Annotated[Codes, typer.Option(help="Only these departments or offices.")] = None,
    area: Annotated[Codes, typer.Option(help="Only in these areas: level:code.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Submitted from then on (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Submitted before then (UTC).")] = None,
    changed_since: Annotated[
        datetime | None, typer.Option(help="Only what changed from then on (UTC).")
    ] = None,
) -> None:
    """Write open data under New York 311's column names: no words, no contacts."""
    wanted = ComplaintFilter(
        categories=tuple(category or ()),
        departments=tuple(department or ()),
        areas=tuple(area or ()),
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC),
    )
    after = changed_since and changed_since.replace(tzinfo=UTC)
    database = database_at(local_postgres.database_url())
    with bars.status("Writing …"), database.transaction() as session:
        number = write_open_data(session, file, wanted, changed_since=after)
    bars.print(f"{number:,} complaints are in {file}.")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to; .gz is compressed, - is the screen.")],
    category: Annotated[Codes, typer.Option(help="Only these categories.")] = None,
    department: Annotated[Codes, typer.Option(help="Only these departments or offices.")] = None,
    area: Annotated[Codes, typer.Option(help="Only in these areas: level:code.")] = None,
    status: Annotated[Codes, typer.Option(help="Only in these states.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Submitted from then on (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Submitted before then (UTC).")] = None,
    with_sensitive: Annotated[
        bool, typer.Option("--with-sensitive", help="With words and places of sensitive ones.")
    ] = False,
    lang: Annotated[str, typer.Option(help="The language of names.")] = "en",
) -> None:
    """Hand complaints out as CSV; nothing in it can be run by a spreadsheet."""
    wanted = ComplaintFilter(
        categories=tuple(category or ()),
        departments=tuple(department or ()),
        areas=tuple(area or ()),
        statuses=tuple(status or ()),
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC),
    )
    database = database_at(local_postgres.database_url())
    with _written_whole(file) as out, bars.status("Writing …"), database.transaction() as session:
        number = hand_out(session, wanted, out, with_sensitive=with_sensitive, lang=lang)
    bars.print(f"{number:,} complaints are in {file}.")


@contextmanager
def _written_whole(path: Path) -> Iterator[IO[str]]:
    """A file that takes its name only once it is complete."""
    if str(path) == "-":
        yield sys.stdout
        return
    unfinished = path.with_name(f".{path.name}.part")
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(unfinished, "wt", newline="", encoding="utf-8") as out:
            yield out
        os.replace(unfinished, path)  # noqa: PTH105
    except OSError as why:
        raise Invalid("{file} cannot be written: {why}.", file=path, why=why.strerror) from None
    finally:
        unfinished.unlink(missing_ok=True)
