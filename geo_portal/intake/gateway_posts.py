"""What gateways for text messages and chats bring: proved to be theirs, and read."""

import hashlib
import hmac
import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from geo_portal.accounts.phone_numbers import read_number
from geo_portal.errors import Invalid, NotAllowed, NotFound
from geo_portal.geometry import LonLat, NotAPlace
from geo_portal.intake.incoming import LONGEST_TEXT, SMS, TELEGRAM, WHATSAPP, Incoming, place_in
from geo_portal.settings import settings

# Gateways that we write to ourselves, and what they prove themselves with.
SIGNED, WITH_TOKEN = (SMS, WHATSAPP), (TELEGRAM,)


class _TextPost(BaseModel):
    """What a gateway sends for a text message; degrees are EPSG:4326."""

    model_config = ConfigDict(strict=True, extra="ignore")

    id: str = Field(min_length=1, max_length=200)
    sender: str = Field(alias="from", min_length=3, max_length=40)
    text: str = Field("", max_length=LONGEST_TEXT)
    lon: float | None = None
    lat: float | None = None


def prove(channel: str, body: bytes, signature: str | None, token: str | None) -> None:
    """Whether a post comes from the gateway: raises `NotFound` or `NotAllowed`.

    Text messages bear `sha256=` and the HMAC-SHA256 of the body, as hex; Telegram's bear the token
    that was given to it when the address was set.
    """
    secret = settings().webhook_secrets.get(channel)
    if channel not in (*SIGNED, *WITH_TOKEN) or secret is None:
        raise NotFound("There is nothing at this address.")
    key = secret.get_secret_value().encode()
    if channel in WITH_TOKEN:
        given, wanted = (token or "").encode("utf-8", "replace"), key
    else:
        given = (signature or "").encode("utf-8", "replace")
        wanted = b"sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest().encode()
    if not hmac.compare_digest(given, wanted):
        raise NotAllowed("The signature of this message is not right.")


def read_post(channel: str, body: bytes, country: str) -> Incoming | None:
    """The message in a post; None for what is none, such as a bot's own news. Raises `Invalid`."""
    try:
        told = json.loads(body)
        if channel == TELEGRAM:
            return _from_telegram(told)
        post = _TextPost.model_validate(told)
        place = (
            LonLat(post.lon, post.lat) if post.lon is not None and post.lat is not None else None
        )
    except (ValueError, TypeError, KeyError, RecursionError, NotAPlace) as bad:
        raise Invalid("This is no message that can be read.") from bad
    number = read_number(post.sender, country)
    return Incoming(channel, post.id, number, post.text, place or place_in(post.text))


def _from_telegram(told: Any) -> Incoming | None:
    """An update as Telegram's bots get it; only private chats are conversations."""
    message = told.get("message") if isinstance(told, dict) else None
    chat = message.get("chat") if isinstance(message, dict) else None
    if message is None or not isinstance(chat, dict) or chat.get("type") != "private":
        return None
    text = message.get("text") or message.get("caption") or ""
    where = message.get("location")
    place = LonLat(float(where["longitude"]), float(where["latitude"])) if where else None
    said = str(text)[:LONGEST_TEXT]
    words = "" if said.startswith("/start") else said
    number = f"{int(told['update_id'])}"
    return Incoming(TELEGRAM, number, str(int(chat["id"])), words, place or place_in(words))
