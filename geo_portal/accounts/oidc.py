"""Staff sign in at the city's own identity provider: OpenID Connect, code flow with PKCE."""

import json
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from geo_portal.accounts.secret import sealed, unsealed
from geo_portal.errors import NotAllowed, Unavailable
from geo_portal.settings import settings

SCOPE = "openid email profile"
# Never "none", and no symmetric ones: a provider's public key must not pass for a secret.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
PATIENCE_S = 10
LASTS_S = 600
LEEWAY_S = 60


class ProviderRefused(NotAllowed):
    """The provider's answer does not sign anybody in."""


class ProviderSilent(Unavailable):
    """The provider cannot be reached, or answers nonsense."""


@dataclass(frozen=True)
class Started:
    """Where to send the browser, and what it has to bring back in a cookie."""

    address: str
    kept: str


@dataclass(frozen=True)
class Identity:
    """Whom the provider says somebody is; the address is one that it has verified."""

    issuer: str
    subject: str
    email: str
    name: str
    groups: tuple[str, ...]
    lead_to: str


def provider_is_set() -> bool:
    """Whether the city has an identity provider."""
    return bool(settings().oidc_issuer and settings().oidc_client_id)


def start(back: str, lead_to: str) -> Started:
    """Begin a sign-in that ends at `back`, our address for the provider's answer.

    Raises `ProviderSilent`. State, nonce and verifier go into the cookie, sealed: an answer
    counts only in the browser that asked.
    """
    kept = {
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(64),
        "next": lead_to,
    }
    address, _ = _client(back).create_authorization_url(
        _provider()["authorization_endpoint"],
        state=kept["state"],
        nonce=kept["nonce"],
        code_verifier=kept["verifier"],
    )
    return Started(address, sealed(json.dumps(kept)))


def finish(cookie: str, answer: str, back: str) -> Identity:
    """Whom the provider's `answer`, the address it sent the browser to, signs in.

    Talks to the provider, so no transaction may be open. Raises `ProviderRefused` or
    `ProviderSilent`.
    """
    kept = json.loads(unsealed(cookie, max_age_s=LASTS_S) or "{}")
    told = {name: values[0] for name, values in parse_qs(urlsplit(answer).query).items()}
    if not kept or not secrets.compare_digest(kept["state"].encode(), _state(told)):
        raise ProviderRefused(
            "This sign-in was begun in another browser, or too long ago. Please begin again."
        )
    if "error" in told or "code" not in told:
        raise ProviderRefused(
            "The city's sign-in did not let you in. "
            "Please try again, or ask whoever looks after it."
        )
    claims = _claims(_token(back, told["code"], kept["verifier"]), kept["nonce"])
    if claims.get("email_verified") is not True or not claims.get("email"):
        raise ProviderRefused(
            "The city's sign-in has not verified your e-mail address yet. "
            "Ask whoever looks after it."
        )
    groups = claims.get(settings().oidc_groups_claim) or []
    return Identity(
        issuer=claims["iss"],
        subject=claims["sub"],
        email=claims["email"],
        name=str(claims.get("name") or claims["email"].partition("@")[0]),
        groups=tuple(map(str, groups if isinstance(groups, list) else [groups])),
        lead_to=kept["next"],
    )


def _state(told: dict[str, str]) -> bytes:
    return told.get("state", "").encode("utf-8", "replace")


def _client(back: str) -> OAuth2Session:
    wanted = settings()
    secret = wanted.oidc_client_secret
    client = OAuth2Session(
        wanted.oidc_client_id,
        secret.get_secret_value() if secret else None,
        scope=SCOPE,
        redirect_uri=back,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
    )
    # Neither environment variables nor .netrc have a say in whom we trust.
    client.trust_env = False
    return client


def _token(back: str, code: str, verifier: str) -> str:
    try:
        answer = _client(back).fetch_token(
            _provider()["token_endpoint"],
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            timeout=PATIENCE_S,
        )
        return str(answer["id_token"])
    except (AuthlibBaseError, KeyError) as problem:
        raise _refused() from problem
    except (requests.RequestException, ValueError) as problem:
        raise _silent() from problem


def _claims(id_token: str, nonce: str) -> dict[str, Any]:
    """What the token says, once its signature, issuer, audience, age and nonce are checked."""
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY_S,
        iss={"essential": True, "value": _issuer()},
        aud={"essential": True, "value": settings().oidc_client_id or ""},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        token = jwt.decode(id_token, _keys(_kid(id_token)), algorithms=ALGORITHMS)
        rules.validate(token.claims)
    except (JoseError, ValueError, TypeError) as problem:
        raise _refused() from problem
    return dict(token.claims)


def _kid(id_token: str) -> str:
    return str(extract_compact(id_token.encode()).headers().get("kid", ""))


def _keys(kid: str) -> KeySet:
    """The provider's keys, read again when it has begun to sign with one that we do not know."""
    known = _read(_provider()["jwks_uri"], _hour())
    if kid and kid not in [key.get("kid") for key in known.get("keys", [])]:
        known = _read(_provider()["jwks_uri"], f"{_hour()} {kid}")
    try:
        return KeySet.import_key_set(known)  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError) as problem:
        raise _silent() from problem


def _provider() -> dict[str, Any]:
    """The provider's description of itself."""
    found = _read(f"{_issuer().rstrip('/')}/.well-known/openid-configuration", _hour())
    needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if found.get("issuer") != _issuer() or not all(isinstance(found.get(k), str) for k in needed):
        raise _silent()
    return found


def _issuer() -> str:
    return settings().oidc_issuer or ""


def _hour() -> str:
    """Part of the key under which answers are remembered, so that none is for long."""
    return str(int(time.monotonic() // 3600))


@lru_cache(maxsize=16)
def _read(address: str, _when: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=PATIENCE_S, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as problem:
        raise _silent() from problem
    if not isinstance(found, dict):
        raise _silent()
    return found


def _refused() -> ProviderRefused:
    return ProviderRefused(
        "The answer of the city's sign-in cannot be trusted. Please begin again."
    )


def _silent() -> ProviderSilent:
    return ProviderSilent(
        "The city's sign-in cannot be reached just now. Please try again in a few minutes, "
        "or sign in with your password."
    )
