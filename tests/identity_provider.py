"""A small identity provider on loopback: a server of its own, outside our walls, with real keys."""

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey


@dataclass
class Provider:
    """What it says of whoever asks; `spoilt` replaces claims, None takes one away."""

    claims: dict[str, Any]
    spoilt: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: _key("one"))
    signs_with: Any = None
    algorithm: str = "RS256"
    address: str = ""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        told = {
            "iss": self.address,
            "aud": asked["client_id"],
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        claims = {k: v for k, v in (told | self.claims | self.spoilt).items() if v is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(header, claims, self.signs_with or self.key, algorithms=[self.algorithm])

    def answer(self, path: str, told: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        """The status, and a document or where to go on to."""
        if path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
            ends |= {"jwks_uri": "keys"}
            return 200, {"issuer": self.address} | {
                k: f"{self.address}/{v}" for k, v in ends.items()
            }
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if path == "/authorize":
            code = f"code-{len(self.asked)}"
            self.asked[code] = told
            query = urlencode({"code": code, "state": told["state"]})
            return 302, f"{told['redirect_uri']}?{query}"
        asked = self.asked.pop(told.get("code", ""), None)
        if asked is None or _challenge(told["code_verifier"]) != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        token = {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token(asked)}
        return 200, token

    def serve(self) -> ThreadingHTTPServer:
        provider = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                self._reply(*provider.answer(parts.path, _plain(parts.query)))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                self._reply(*provider.answer(self.path, _plain(body)))

            def _reply(self, status: int, what: dict[str, Any] | str) -> None:
                self.send_response(status)
                if isinstance(what, str):
                    self.send_header("location", what)
                    self.end_headers()
                    return
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(what).encode())

            def log_message(self, *said: object) -> None:
                """Keep the test run quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


def _key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


def another_key() -> RSAKey:
    """A key that the provider does not show."""
    return _key("one")


def public_key_as_secret(key: RSAKey) -> OctKey:
    """The old trick: signing symmetrically with what everybody can read."""
    return OctKey.import_key(key.as_dict(private=False)["n"])


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _plain(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
