"""A real portal on a real port, and visitors with a real browser who notice what is wrong."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from geo_portal import clock
from geo_portal.accounts.people import Membership
from geo_portal.accounts.sessions import open_session
from geo_portal.complaints.submit import NewComplaint, submit
from geo_portal.database import Database
from geo_portal.geometry import LonLat
from geo_portal.http import session_cookie
from geo_portal.main import create_app
from tests.city_fixtures import HARBOUR
from tests.people_fixtures import add_person, forget_people
from tests.portal_fixtures import forget_complaints

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def address(database: Database, city: object) -> Iterator[str]:
    """Where the portal of the tiny town answers."""
    config = uvicorn.Config(create_app(database), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def live_portal(address: str, database: Database) -> Iterator[str]:
    """The same, empty again after each test."""
    yield address
    forget_complaints(database)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The distribution's Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("There is no Chromium here; install the package chromium.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


@dataclass
class Visitors:
    """Opens pages as different people would, and remembers what went wrong behind the scenes."""

    browser: Browser
    portal: str
    wrong: list[str] = field(default_factory=list)
    # Parts of what the console may say in this test, whenever it gets round to it.
    expected: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, **options: object) -> Page:
        """A page of a new visitor; `options` are those of a Playwright context."""
        wanted = {"viewport": DESK, "locale": "en", "reduced_motion": "reduce"} | options
        context = self.browser.new_context(base_url=self.portal, **wanted)  # type: ignore[arg-type]
        self.contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda said: self._note(said.type, f"{said.text} ({said.location['url']})")
        )
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("request", lambda request: self._note_foreign(request.url))
        return page

    def _note(self, kind: str, text: str) -> None:
        # A form that comes back with mistakes is a 422, which Chromium calls an error.
        # What htmx had asked for when the page was left is given up, and htmx says so.
        left_behind = text.startswith(("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort"))
        if kind == "error" and "status of 422" not in text and not left_behind:
            self.wrong.append(f"console: {text}")

    def unexpected(self) -> list[str]:
        """What went wrong that the test did not bring about on purpose."""
        return [one for one in self.wrong if not any(part in one for part in self.expected)]

    def _note_foreign(self, url: str) -> None:
        if not url.startswith((self.portal, "data:", "blob:")):
            self.wrong.append(f"asked somebody else: {url}")


@pytest.fixture
def visitors(browser: Browser, live_portal: str) -> Iterator[Visitors]:
    """Fails the test afterwards for script errors, refused content and requests to others."""
    found = Visitors(browser, live_portal)
    yield found
    for context in found.contexts:
        context.close()
    assert "\n".join(found.unexpected()) == ""


@pytest.fixture
def staff(visitors: Visitors, database: Database) -> Iterator[Callable[..., Page]]:
    """`staff("rina", Membership("officer", "ROADS"))` is a page on which Rina is signed in."""

    def page(name: str, *held: Membership, **options: object) -> Page:
        opened = visitors.page(**options)
        with database.transaction() as session:
            number = add_person(session, name, *held)
            token = open_session(session, number, clock.now(), browser="Test", second_factor=True)
        cookie = {"name": session_cookie(), "value": token, "url": visitors.portal}
        opened.context.add_cookies([cookie])  # type: ignore[list-item]
        return opened

    yield page
    forget_people(database)


@pytest.fixture
def reported(database: Database, live_portal: str) -> str:
    """The code of a pothole that somebody has reported at the harbour."""
    pothole = NewComplaint("A deep pothole by the harbour gate", LonLat(*HARBOUR))
    with database.transaction() as session:
        return submit(session, pothole, clock.now()).code
