"""One message and the mail server of the settings: connect, name both ends, hand over the text."""

import smtplib
import ssl
import threading
import time
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from types import TracebackType
from urllib.parse import urlsplit

from geo_portal.outbox.carrier import GivenUp, NotNow
from geo_portal.outbox.tables import Message
from geo_portal.settings import settings

PATIENCE_S = 20.0
# Mail servers hang up on who says nothing for longer.
KEPT_FOR_S = 8.0
BROKE_OFF = "The connection broke off with the text under way; whether it went out is unknown."


class Delivery:
    """A conversation with the mail server up to the point where it takes the text.

    `with Delivery(message) as delivery: delivery.hand_over()`; raises `NotNow` or `GivenUp`.
    """

    # SMTP offers no way to ask whether a text arrived.
    repeatable = False

    def __init__(self, message: Message) -> None:
        self._message = message
        self._line: _Line | None = None
        self._text = b""
        self._decided = False

    def __enter__(self) -> "Delivery":
        try:
            self._text = _written(self._message)
            recipient = _in_ascii(self._message.recipient)
        except ValueError as problem:
            raise GivenUp(f"It cannot be written as mail: {problem}") from problem
        try:
            self._line = _line_with(envelope_sender(self._message.id))
            _expect(self._line.server.rcpt(recipient), 250, 251)
        except (OSError, smtplib.SMTPException) as problem:
            self._leave()
            raise NotNow(_said(problem)) from problem
        except (NotNow, GivenUp):
            self._leave()
            raise
        return self

    def hand_over(self) -> None:
        """Give the mail server the text; when nothing is raised it is the mail server's to keep."""
        assert self._line is not None, "only inside the with block"  # noqa: S101
        try:
            _expect(self._line.server.data(self._text), 250)
            self._decided = True
        except smtplib.SMTPDataError as problem:
            said = problem.smtp_error
            _expect((problem.smtp_code, said if isinstance(said, bytes) else said.encode()))
        except (OSError, smtplib.SMTPException) as problem:
            # It may have the whole text, so it must not get it a second time.
            raise GivenUp(f"{BROKE_OFF} {_said(problem)}") from problem

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, at: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        """Keep the line for the next message when all went well, else hang up."""
        if not self._decided:
            _hang_up()


class _Line:
    """A connection with the mail server; whoever lets go of it closes it."""

    def __init__(self) -> None:
        self.to = _wanted()
        self.used_at = time.monotonic()
        self.server = _connected()

    def __del__(self) -> None:
        if hasattr(self, "server"):
            # What was to be decided is decided, whatever becomes of the good-bye.
            with suppress(OSError, smtplib.SMTPException):
                self.server.quit()
            self.server.close()


# A thread has one line at a time: greeting anew for every message takes longer than the message.
_kept = threading.local()


def _line_with(sender: str) -> _Line:
    """The line, on which the mail server has agreed to take something from `sender`.

    It may have hung up meanwhile; that shows when it is spoken to, and a new line is opened.
    """
    line: _Line | None = getattr(_kept, "line", None)
    if line and line.to == _wanted() and time.monotonic() - line.used_at < KEPT_FOR_S:
        with suppress(OSError, smtplib.SMTPException):
            if line.server.mail(sender)[0] == 250:
                line.used_at = time.monotonic()
                return line
    _hang_up()
    line = _Line()
    _kept.line = line
    _expect(line.server.mail(sender), 250)
    return line


def _hang_up() -> None:
    _kept.line = None


def _wanted() -> tuple[object, ...]:
    now = settings()
    return now.smtp_host, now.smtp_port, now.smtp_user, now.smtp_starttls


def envelope_sender(message_id: int) -> str:
    """Where a mail server reports that it cannot deliver: an address of its own per message (VERP).

    With `GEO_PORTAL_BOUNCE_ADDRESS` such as bounces@city.example it is bounces+NUMBER@…
    """
    bounces = settings().bounce_address
    if not bounces:
        return parseaddr(settings().mail_from)[1]
    name, _, host = bounces.rpartition("@")
    return f"{name}+{message_id}@{host}"


def _connected() -> smtplib.SMTP:
    wanted = settings()
    server = smtplib.SMTP(wanted.smtp_host or "", wanted.smtp_port, timeout=PATIENCE_S)
    try:
        if wanted.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
        if wanted.smtp_user and wanted.smtp_password:
            server.login(wanted.smtp_user, wanted.smtp_password.get_secret_value())
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def _expect(reply: tuple[int, bytes], *fine: int) -> None:
    code, said = reply
    if code in fine:
        return
    words = f"{code} {said.decode('utf-8', 'replace')}"
    raise (GivenUp(words) if 500 <= code < 600 else NotNow(words))


def _said(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"


def _in_ascii(address: str) -> str:
    """The address as every mail server takes it: a domain in another script has such a form."""
    name, _, domain = address.rpartition("@")
    name.encode("ascii")
    return f"{name}@{domain.encode('idna').decode()}"


def _written(message: Message) -> bytes:
    """The message as mail; every attempt carries the same Message-ID."""
    host = urlsplit(settings().public_url).hostname or "localhost"
    # Seven bits and short lines: Urdu in eight bits comes in lines that mail servers refuse.
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail["From"] = settings().mail_from
    mail["To"] = _in_ascii(message.recipient)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<outbox-{message.id}@{host}>"
    # Out-of-office replies to a machine help nobody.
    mail["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe:
        # RFC 8058: the reader's mail program ends it with one click and no page.
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.body_text)
    if message.body_html:
        mail.add_alternative(message.body_html, subtype="html")
    # Last: while the parts are put together such a header would move into the first of them.
    mail["Content-Language"] = message.language
    return mail.as_bytes()
