"""The portal's own key: what is sealed with it nobody else can read, what it signs nobody forge."""

import base64
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from geo_portal.errors import Unavailable
from geo_portal.settings import settings

FILE = "secret.key"


class WrongKey(Unavailable):
    """Something was sealed with another key than the portal has now."""


def sealed(text: str) -> str:
    """The text, readable only for who has the portal's key."""
    return _box().encrypt(text.encode()).decode()


def unsealed(text: str, *, max_age_s: int | None = None) -> str | None:
    """What was sealed; None when it is forged, or older than `max_age_s` seconds."""
    try:
        return _box().decrypt(text.encode("utf-8", "replace"), ttl=max_age_s).decode()
    except InvalidToken:
        return None


def unsealed_for_sure(text: str) -> str:
    """What we sealed ourselves; raises `WrongKey` when the key is not the one it was."""
    found = unsealed(text)
    if found is None:
        raise WrongKey(
            "The portal's secret key was changed, so second factors cannot be checked. "
            "Please tell the administrator."
        )
    return found


def digest(purpose: str, text: str) -> str:
    """A keyed digest: short codes and addresses cannot be guessed from it without the key."""
    told = f"{purpose}\0{text}".encode("utf-8", "replace")
    return hmac.new(_key() + b"digest", told, hashlib.sha256).hexdigest()


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(_key() + b"seal").digest()))


def _key() -> bytes:
    given = settings().secret_key
    if given:
        return given.get_secret_value().encode()
    return _kept_key(settings().data_dir / FILE)


@cache
def _kept_key(path: Path) -> bytes:
    """The key in the data folder, made by whichever process is first to need it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        # Unlike a rename this never replaces the key that another process has just made.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_bytes()
