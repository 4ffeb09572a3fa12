"""Another system that listens for events at an address of its own."""

import ipaddress
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from geo_portal.outbox import safe_http
from geo_portal.settings import settings


class Listener(HTTPServer):
    """Another system's address on loopback; `status` is what it answers."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Taking)
        self.taken, self.status = [], 200

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook"


class Taking(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.headers["X-Geo-Portal-Signature"], body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def listener(monkeypatch):
    allowed = {"outgoing_networks": (ipaddress.ip_network("127.0.0.0/8"),)}
    monkeypatch.setattr(safe_http, "settings", lambda: settings().model_copy(update=allowed))
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
