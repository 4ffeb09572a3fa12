"""`geo-portal heatmap`: a heat map as a file to take away."""

from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console

from geo_portal import clock, local_postgres
from geo_portal.city.facts import facts
from geo_portal.complaints.find import ComplaintFilter
from geo_portal.database import Database, connect
from geo_portal.errors import Invalid
from geo_portal.insights.days import moment
from geo_portal.insights.heat_export import MEDIA_TYPES, check_kind, heat_file
from geo_portal.insights.heat_grid import Shape
from geo_portal.insights.heat_method import MEASURES, HeatMethod
from geo_portal.insights.heatmap import USUAL_M
from geo_portal.translation import LANGUAGES, translator

console = Console(highlight=False)

# A planner who waits at a terminal has more patience than a web page.
PATIENCE_S = 300.0

Out = Annotated[
    Path,
    typer.Option("--out", help=f"FILE.{', .'.join(MEDIA_TYPES)}", show_default=False),
]
Several = Annotated[str, typer.Option(help="One code, or several by comma.", show_default=False)]
Day = Annotated[
    str, typer.Option(help="A day (2026-06-30, included) or a moment.", show_default=False)
]


def heatmap(
    out: Out,
    category: Several = "",
    department: Several = "",
    area: Annotated[str, typer.Option(help="level:code, or several by comma.")] = "",
    light: Annotated[str, typer.Option(help="waiting, progress, done, closed")] = "",
    since: Day = "",
    until: Day = "",
    words: Annotated[str, typer.Option(help="Words looked for in the reports.")] = "",
    measure: Annotated[str, typer.Option(help=", ".join(MEASURES))] = "count",
    shape: Annotated[str, typer.Option(help="square or hexagon")] = "square",
    cell_m: Annotated[int, typer.Option(help="How wide a cell is, in metres.")] = USUAL_M,
    bandwidth_m: Annotated[
        int | None, typer.Option(help="Of the density's kernel, in metres.")
    ] = None,
    as_of: Annotated[
        str, typer.Option(help="As it was then: later reports are left out.", show_default=False)
    ] = "",
    lang: Annotated[str, typer.Option(help=", ".join(LANGUAGES))] = "en",
) -> None:
    """Write where complaints gather: a page, a picture, or squares for other programs."""
    kind = out.suffix.removeprefix(".").lower()
    check_kind(kind)
    method = HeatMethod(measure, cell_m, cast("Shape", shape), bandwidth_m).checked()
    if not out.parent.is_dir():
        raise Invalid("There is no folder {folder}.", folder=str(out.parent))
    database = Database(connect(local_postgres.database_url(), timeout_s=PATIENCE_S))
    with console.status("Counting …"), database.transaction() as session:
        city = facts(session)
        wanted = ComplaintFilter(
            categories=_listed(category),
            departments=_listed(department),
            areas=_listed(area),
            lights=_listed(light),
            since=moment(since, city.timezone, "since"),
            until=moment(until, city.timezone, "until", end_of_day=True),
            words=words or None,
        ).checked(session, city)
        made = heat_file(
            session,
            wanted,
            city,
            translator(lang),
            clock.now(),
            kind=kind,
            method=method,
            as_of=moment(as_of, city.timezone, "as_of"),
        )
    out.write_bytes(made.content)
    found = made.found
    console.print(
        f"{found.total:,} reports in {len(found.cells):,} {shape}s of {found.cell_m:,} m: {out}"
        f" ({len(made.content) / 1000:,.0f} kB)"
    )
    if found.cell_m != cell_m:
        console.print(f"Squares of {cell_m:,} m would have been too many to draw.")
    if found.left_out:
        console.print(f"{found.left_out} of sensitive kinds are left out (fewer than five).")


def _listed(codes: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in codes.split(",") if code.strip())
