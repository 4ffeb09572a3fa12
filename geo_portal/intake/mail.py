"""E-mails as they arrive: what a person wrote in them, their pictures, or why they came back."""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parseaddr
from html.parser import HTMLParser

from geo_portal import photo_store
from geo_portal.errors import Refused
from geo_portal.intake.incoming import EMAIL, LONGEST_TEXT, Incoming, place_in
from geo_portal.photo_store import StoredPhoto
from geo_portal.settings import settings

MOST_BYTES = 40_000_000
# Where the answer ends and what it answers begins.
_QUOTED = re.compile(
    r"^(>|-{2,} ?(original|forwarded|pesan)|on .{5,200} wrote:$|pada .{5,200} menulis:$|-- $"
    r"|_{10,})",
    re.IGNORECASE,
)
_REPLY = re.compile(r"^((re|fwd?|aw|bls|balas)\s*:\s*)+", re.IGNORECASE)
_OURS = re.compile(r"outbox-(\d{1,18})@")


@dataclass(frozen=True)
class Bounce:
    """A mail server's word that one of our messages did not arrive.

    `message_id` is the number of the message, `recipient` the address if the report names it.
    """

    message_id: int
    why: str
    permanent: bool
    recipient: str | None = None


def read_mail(raw: bytes) -> Incoming | Bounce:
    """What a mail says. Pictures in it are on disk afterwards; nothing of the database is touched.

    Whatever is wrong with it, something comes back: a mail that cannot be read has a `problem`.
    """
    name = f"<sha256-{hashlib.sha256(raw).hexdigest()[:32]}>"
    if len(raw) > MOST_BYTES:
        return Incoming(EMAIL, name, "", problem="It is larger than 40 MB.", automatic=True)
    try:
        mail = message_from_bytes(raw, policy=default)
        assert isinstance(mail, EmailMessage)  # noqa: S101  What this policy makes.
        return _bounce(mail) or _written(mail, name)
    except (MessageError, LookupError, ValueError, AttributeError, TypeError, IndexError) as bad:
        # The standard library gives up on malformed headers in many ways.
        why = f"It cannot be read as mail: {type(bad).__name__}"
        return Incoming(EMAIL, name, _sender_of(raw), problem=why)


def _written(mail: EmailMessage, name: str) -> Incoming:
    sender = parseaddr(str(mail.get("From", "")))[1].lower()
    text, problem = _text(mail)
    photos, refused = _photos(mail)
    subject = _REPLY.sub("", str(mail.get("Subject", ""))).strip()
    return Incoming(
        EMAIL,
        str(mail.get("Message-ID", "")).strip()[:300] or name,
        sender,
        # An answer to our question needs no subject: it is ours.
        text if mail.get("In-Reply-To") else "\n".join(filter(None, (subject, text))),
        place_in(text),
        photos,
        problem if not (subject or text) else None,
        _is_automatic(mail, sender),
        refused,
    )


def _is_automatic(mail: EmailMessage, sender: str) -> bool:
    """From a program: an answer to it would be answered, and so on for ever."""
    said = str(mail.get("Auto-Submitted", "no")).strip().lower()
    bulk = str(mail.get("Precedence", "")).strip().lower() in ("bulk", "list", "junk")
    ours = sender == parseaddr(settings().mail_from)[1].lower()
    nobody = sender.startswith(("mailer-daemon@", "postmaster@", "noreply@", "no-reply@"))
    return said != "no" or bulk or ours or nobody or "@" not in sender


def _text(mail: EmailMessage) -> tuple[str, str | None]:
    """What was written, without what it answers; the second is what was wrong."""
    body = mail.get_body(("plain", "html"))
    if body is None:
        return "", "There is no text in it."
    try:
        content = str(body.get_content())
    except (LookupError, UnicodeError, ValueError):
        # A character set that nobody knows: what is plain letters can still be read.
        raw = body.get_payload(decode=True)
        content = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    if body.get_content_subtype() == "html":
        content = _words_of(content)
    kept = []
    for line in content[:LONGEST_TEXT].splitlines():
        if _QUOTED.match(line):
            break
        kept.append(line.rstrip())
    text = "\n".join(kept).strip()
    unreadable = text.count("\N{REPLACEMENT CHARACTER}") > len(text) / 4
    return ("", "Its letters cannot be read.") if text and unreadable else (text, None)


class _Words(HTMLParser):
    """The words of a page, without what is there for programs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self._hidden += tag in ("script", "style", "title")
        if tag in ("p", "br", "div", "li", "tr"):
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "title") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def _words_of(html: str) -> str:
    words = _Words()
    words.feed(html)
    return "".join(words.found)


def _photos(mail: EmailMessage) -> tuple[tuple[StoredPhoto, ...], tuple[str, ...]]:
    """The pictures, by the way that all photos go; the second are those that were refused."""
    kept: list[StoredPhoto] = []
    refused: list[str] = []
    for part in mail.walk():
        if part.get_content_maintype() != "image" or len(kept) >= settings().max_photos:
            continue
        content = part.get_payload(decode=True)
        try:
            kept.append(photo_store.keep(content if isinstance(content, bytes) else b"", "photo"))
        except Refused as refusal:
            refused.append(str(refusal))
    return tuple(kept), tuple(refused)


def _bounce(mail: EmailMessage) -> Bounce | None:
    """A report of non-delivery: by the address it comes to (VERP), or by the report itself."""
    number = _to_bounces(mail) or _original(mail)
    is_report = mail.get_content_type() == "multipart/report"
    if number is None or not (is_report or _to_bounces(mail)):
        return None
    fields = [
        {key.lower(): str(value) for key, value in part.items()}
        for report in mail.walk()
        if report.get_content_type() == "message/delivery-status"
        for part in report.get_payload()
        if not isinstance(part, str)
    ]
    told = next((one for one in fields if "action" in one), {})
    action, status = told.get("action", "failed").lower(), told.get("status", "5")
    why = told.get("diagnostic-code") or told.get("status") or str(mail.get("Subject", ""))
    recipient = told.get("final-recipient", "").rpartition(";")[2].strip().lower() or None
    permanent = action == "failed" and not status.startswith("4")
    return Bounce(number, " ".join(why.split())[:300], permanent, recipient)


def _to_bounces(mail: EmailMessage) -> int | None:
    name, _, host = (settings().bounce_address or "").rpartition("@")
    if not name:
        return None
    ours = re.compile(rf"{re.escape(name)}\+(\d{{1,18}})@{re.escape(host)}", re.IGNORECASE)
    named = [str(one) for header in ("To", "Delivered-To") for one in mail.get_all(header, [])]
    found = [ours.fullmatch(address) for _, address in getaddresses(named)]
    return next((int(one[1]) for one in found if one), None)


def _original(mail: EmailMessage) -> int | None:
    """The number in the Message-ID of what was sent, where the report encloses it."""
    if mail.get_content_type() != "multipart/report":
        return None
    for part in mail.walk():
        named = part.get("Message-ID") if part is not mail else None
        if named is None and part.get_content_type() == "text/rfc822-headers":
            named = str(part.get_content())
        if named and (ours := _OURS.search(str(named))):
            return int(ours[1])
    return None


def _sender_of(raw: bytes) -> str:
    found = re.search(rb"^From:.*?([\w.+-]{1,64}@[\w.-]{1,200})", raw[:20_000], re.I | re.M)
    return found[1].decode("ascii", "replace").lower() if found else ""
