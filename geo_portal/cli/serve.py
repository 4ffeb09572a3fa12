"""Opening the portal: `demo` for a first look, `serve` for a city."""

import os
import socket
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from sqlalchemy import select

from geo_portal import clock, local_postgres
from geo_portal.bulk.demo_history import load_history
from geo_portal.city.load import load
from geo_portal.city.packs import read_pack
from geo_portal.city.tables import City
from geo_portal.cli.demo_staff import demo_links, show_demo_links
from geo_portal.complaints.tables import Complaint
from geo_portal.database import Database, database_at
from geo_portal.errors import Conflict
from geo_portal.migrations import migrate
from geo_portal.settings import settings
from geo_portal.worker import work, work_beside

# On a busy machine a web process takes longer to import everything than the five seconds that
# uvicorn gives it; it would be ended and begun again for ever.
PATIENCE_S = 60

console = Console(highlight=False)

Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]


def demo(port: Port = 8000) -> None:
    """Bring up the database, load the demo city and open the portal."""
    opened = listen("127.0.0.1", port)
    # Links in messages, feeds and discovery lead to where the demo really is.
    os.environ.setdefault("GEO_PORTAL_PUBLIC_URL", f"http://localhost:{port}")
    settings.cache_clear()
    url = local_postgres.database_url()
    console.print("Database is up.")
    migrate(url)
    database = database_at(url)
    _load_demo_city(database, settings().city_dir)
    with database.transaction() as session:
        made = demo_links(session, clock.now(), port)
    work_beside(database)
    show_demo_links(console, made)
    console.print(f"The portal opens on [bold]http://localhost:{port}[/] (Ctrl-C closes it).")
    _run(opened, workers=1)


def _load_demo_city(database: Database, folder: Path) -> None:
    now = clock.now()
    with database.transaction() as session:
        report = load(session, read_pack(folder), now)
        name = session.scalars(select(City.name)).one()
    console.print(f"City {name} is loaded: {report}.")
    with database.transaction() as session:
        if session.scalars(select(Complaint.id).limit(1)).first() is None:
            console.print(f"{load_history(session, folder, now)} past complaints are in.")


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1, max=64)] = 2,
) -> None:
    """Serve the portal; the schema is brought up to date first."""
    opened = listen(host, port)
    migrate(local_postgres.database_url())
    _run(opened, workers)


def worker() -> None:
    """Do what the portal does on its own: send messages, fold counts, sweep and forget."""
    url = local_postgres.database_url()
    migrate(url)
    console.print("The worker is at work (Ctrl-C ends it).")
    work(database_at(url))


def listen(host: str, port: int) -> socket.socket:
    """A socket for several processes, opened before the database is brought up for nothing.

    Raises `Conflict` where something else listens already.
    """
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Every connection taken from it has this too. asyncio sets it only on sockets that it opened
    # itself, and without it each answer waits some 40 ms for the reader to confirm its first part.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise Conflict(
            "Something else already listens on port {port}; choose another with --port.",
            port=port,
        ) from None
    return opened


def _run(opened: socket.socket, workers: int) -> None:
    uvicorn.run(
        "geo_portal.main:create",
        factory=True,
        fd=opened.fileno(),
        workers=workers,
        log_level="warning",
        server_header=False,
        timeout_worker_healthcheck=PATIENCE_S,
    )
