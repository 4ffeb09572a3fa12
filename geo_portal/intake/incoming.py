"""A message that arrived, whatever it came by: who wrote, what, where, with which pictures."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from geo_portal.geometry import LonLat, NotAPlace
from geo_portal.intake.tables import Conversation
from geo_portal.photo_store import StoredPhoto

EMAIL, SMS, WHATSAPP, TELEGRAM = "email", "sms", "whatsapp", "telegram"
LONGEST_TEXT = 20_000
UNFINISHED_FOR = timedelta(days=14)

_NUMBER = r"[-+]?\d{1,3}\.\d{2,}"
# What maps put into the clipboard: geo: addresses, links with @lat,lon or q=lat,lon, bare pairs.
# All of them name the latitude first.
_PAIRS = re.compile(rf"(?:geo:|[@=/]|%20|\b|(?<=\s)|^)({_NUMBER})\s*(?:,|%2C|\s)\s*({_NUMBER})")
_LINKS = re.compile(r"(?:https?://|geo:)\S+")
YES = frozenset(
    {"yes", "y", "ya", "iya", "betul", "benar", "haan", "han", "ji", "ہاں", "جی", "ہاں جی"}
)


@dataclass(frozen=True)
class Incoming:
    """One message as it was understood; `foreign_id` is its sender's own number for it.

    `place` is one that the message states; what a photo's file says is only ever offered. With
    `problem` it could not be read, and `automatic` ones come from programs, which get no answer.
    """

    channel: str
    foreign_id: str
    sender: str
    text: str = ""
    place: LonLat | None = None
    photos: tuple[StoredPhoto, ...] = ()
    problem: str | None = None
    automatic: bool = False
    refused: tuple[str, ...] = field(default=())


def place_in(text: str) -> LonLat | None:
    """The place that a text states: a pair of numbers or a link of a map, latitude first."""
    for lat, lon in _PAIRS.findall(text):
        try:
            return LonLat(float(lon), float(lat))
        except NotAPlace:
            continue
    return None


def words_in(text: str) -> str:
    """The text without what only says where: pairs of numbers and links of maps."""
    rest = _PAIRS.sub(" ", _LINKS.sub(" ", text)) if place_in(text) else text
    return "\n".join(" ".join(line.split()) for line in rest.splitlines()).strip()


def says_yes(text: str) -> bool:
    """Whether a short answer agrees, in one of the portal's languages."""
    return text.strip(" .!,").casefold() in YES


def forget_unfinished(session: Session, now: datetime) -> None:
    """Drop reports that nobody went on telling."""
    session.execute(delete(Conversation).where(Conversation.updated_at < now - UNFINISHED_FOR))
