"""Whoever names an address cannot make the portal talk to its own neighbours."""

import ipaddress
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from geo_portal.outbox import safe_http
from geo_portal.outbox.safe_http import ForeignAddressRefused, NoAnswer, ask
from geo_portal.settings import settings


class _Neighbour(BaseHTTPRequestHandler):
    """Answers, redirects, dawdles; remembers who asked."""

    seen: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.seen.append(f"{self.headers['Host']} {self.path}")
        if self.path == "/slow":
            self.server.slow.wait(20)  # type: ignore[attr-defined]
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "/secret")
        self.end_headers()
        self.wfile.write(b"x" * 5_000)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def neighbour():
    """A server on loopback; its port."""
    _Neighbour.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Neighbour)
    server.slow = threading.Event()
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.slow.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def loopback_allowed(monkeypatch):
    """As in a city that names its own network."""
    monkeypatch.setenv("GEO_PORTAL_OUTGOING_NETWORKS", '["127.0.0.0/8"]')
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.0.0.7", "169.254.169.254", "[::ffff:127.0.0.1]",
     "0.0.0.0", "0x7f.1", "2130706433", "192.168.1.1", "[fe80::1]", "[64:ff9b::7f00:1]",  # noqa: S104
     "[2002:7f00:1::]", "100.64.0.1", "224.0.0.1"],
)  # fmt: skip
def test_the_portal_calls_nobody_inside_a_network(neighbour, host):
    with pytest.raises(ForeignAddressRefused):
        ask("GET", f"http://{host}:{neighbour}/")

    assert _Neighbour.seen == []


@pytest.mark.parametrize(
    "url",
    ["ftp://x.example/", "file:///etc/passwd", "//x.example/", "http://", "http://x.example:0/",
     "http://a:b@x.example/", "http://x.example:99999/", "http://x.example/a b",
     "http://x.example/\r\nHost: y", "gopher://x.example/", "http://x.example/" + "a" * 3000],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(ForeignAddressRefused):
        ask("GET", url)


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    both = [(0, 0, 0, "", (one, 0)) for one in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)

    with pytest.raises(ForeignAddressRefused):
        ask("GET", "http://two-faced.example/")


def test_the_connection_goes_to_the_address_that_was_looked_at(
    neighbour, loopback_allowed, monkeypatch
):
    there = ipaddress.ip_address("127.0.0.1")
    monkeypatch.setattr(safe_http, "public_addresses", lambda _: [there])

    reply = ask("GET", f"http://hooks.example:{neighbour}/x")

    assert reply.status == 200
    assert _Neighbour.seen == [f"hooks.example:{neighbour} /x"]


def test_a_redirect_is_not_followed_and_the_answer_is_cut_off(neighbour, loopback_allowed):
    reply = ask("GET", f"http://127.0.0.1:{neighbour}/away", most_bytes=100)

    assert (reply.status, reply.headers["location"]) == (302, "/secret")
    assert (len(reply.body), reply.cut_off) == (100, True)
    assert len(_Neighbour.seen) == 1


def test_who_dawdles_is_left(neighbour, loopback_allowed):
    with pytest.raises(NoAnswer):
        ask("GET", f"http://127.0.0.1:{neighbour}/slow", patience_s=0.3)


def test_a_name_that_nobody_knows_may_be_known_later():
    with pytest.raises(NoAnswer):
        ask("GET", "http://nobody.invalid/")
