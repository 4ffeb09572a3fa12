"""Citizens and staff of the tiny town, and browsers in which they are signed in."""

import asyncio
import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from fastapi.testclient import TestClient
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.accounts.sessions import open_session
from geo_portal.accounts.tables import Account, Posting
from geo_portal.cli import main
from geo_portal.database import Database
from geo_portal.http import session_cookie
from geo_portal.outbox import send, smtp
from geo_portal.settings import settings
from geo_portal.worker import jobs as worker_jobs

TABLES = "people, sign_in_links, sign_in_attempts, outbox, procrastinate_jobs, reply_templates"


def add_person(session: Session, name: str, *held: Membership) -> int:
    """The number of a new person; the address is the name at x.example."""
    made = insert(Account).values(
        name=name.title(),
        pseudonym=f"Z{name.upper()}",
        email=f"{name}@x.example",
        language="en",
        created_at=clock.now(),
    )
    number = session.execute(made.returning(Account.id)).scalar_one()
    for one in held:
        level, code = one.area or (None, None)
        posting = insert(Posting).values(person_id=number, role=one.role, area_level=level)
        session.execute(posting.values(department_code=one.department_code, area_code=code))
    return number


def forget_people(database: Database) -> None:
    """Empty every table that accounts and messages write to."""
    with database.transaction() as session:
        session.execute(text(f"TRUNCATE {TABLES} CASCADE"))


SignedIn = Callable[..., TestClient]


@pytest.fixture
def signed_in(portal: TestClient, database: Database) -> Iterator[SignedIn]:
    """`signed_in("budi", Membership("officer", "ROADS"))` is the portal as Budi sees it.

    Without memberships Budi is a citizen; `second_factor=False` leaves the sign-in half-way.
    """

    def client(name: str, *held: Membership, second_factor: bool = True) -> TestClient:
        with database.transaction() as session:
            number = add_person(session, name, *held)
            token = open_session(
                session, number, clock.now(), browser="Test", second_factor=second_factor
            )
        browser = TestClient(portal.app, headers={"Accept-Language": "en"})
        browser.cookies.set(session_cookie(), token)
        return browser

    yield client
    forget_people(database)


class MailServer:
    """A real SMTP server on loopback; `says` is its answer to a recipient, None for yes.

    With `holds` it keeps a text without a word until that is set; `has_one` tells that it does.
    """

    def __init__(self, port: int) -> None:
        self.mails: list[EmailMessage] = []
        self.says: str | None = None
        self.holds: threading.Event | None = None
        self.has_one = threading.Event()
        self.environment = os.environ | {
            "GEO_PORTAL_SMTP_HOST": "127.0.0.1",
            "GEO_PORTAL_SMTP_PORT": str(port),
            "GEO_PORTAL_SMTP_STARTTLS": "false",
        }

    async def handle_RCPT(self, *told: Any) -> str:  # noqa: N802
        _server, _session, envelope, address, _options = told
        if self.says:
            return self.says
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, *told: Any) -> str:  # noqa: N802
        _server, _session, envelope = told
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.has_one.set()
        if self.holds:
            await asyncio.to_thread(self.holds.wait)
        return "250 Taken"


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """Where the portal's messages go, and what arrived there."""
    port = free_port()
    server = MailServer(port)
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    use_mail_server(monkeypatch, port)
    yield server
    controller.stop()


class _Receiver(BaseHTTPRequestHandler):
    """Somebody's own server; `answers` is the status it gives."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(self.server.answers)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server on loopback, in a network that the city has allowed."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    server.got, server.answers = [], 200
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    gateway = f"json://127.0.0.1:{server.server_address[1]}/{{to}}"
    monkeypatch.setenv("GEO_PORTAL_OUTGOING_NETWORKS", '["127.0.0.0/8"]')
    monkeypatch.setenv("GEO_PORTAL_GATEWAYS", json.dumps({"sms": gateway}))
    settings.cache_clear()
    yield server
    settings.cache_clear()
    server.shutdown()
    server.server_close()


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def use_mail_server(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """Set the mail server until the test ends."""
    changed = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_starttls": False}
    wanted = settings().model_copy(update=changed)
    for module in (smtp, send):
        monkeypatch.setattr(module, "settings", lambda: wanted)


def command_runner(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *command: str
) -> Callable[..., tuple[int, str]]:
    """Runs `geo-portal COMMAND …`; gives back its exit status and what it said."""

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["geo-portal", *command, *words])
        status: Any = 0
        try:
            main()
        except SystemExit as ended:
            status = ended.code or 0
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def run_jobs(database: Database) -> None:
    """Everything that waits in the queue, as the worker does it."""

    async def work() -> None:
        app = worker_jobs(database)
        async with app.open_async():
            await app.run_worker_async(
                wait=False, listen_notify=False, install_signal_handlers=False
            )

    # In a thread of its own: Playwright keeps an event loop running in the one of the journeys.
    with ThreadPoolExecutor(1) as worker:
        worker.submit(asyncio.run, work()).result()
