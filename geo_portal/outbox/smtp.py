"""One message and the mail server of the settings: connect, name both ends, hand over the text."""

import smtplib
import ssl
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
BROKE_OFF = "The connection broke off with the text under way; whether it went out is unknown."


class Delivery:
    """A conversation with the mail server up to the point where it takes the text.

    `with Delivery(message) as delivery: delivery.hand_over()`; raises `NotNow` or `GivenUp`.
    """

    # SMTP offers no way to ask whether a text arrived.
    repeatable = False

    def __init__(self, message: Message) -> None:
        self._message = message
        self._server: smtplib.SMTP | None = None
        self._text = b""

    def __enter__(self) -> "Delivery":
        try:
            self._text = _written(self._message)
            recipient = _in_ascii(self._message.recipient)
        except ValueError as problem:
            raise GivenUp(f"It cannot be written as mail: {problem}") from problem
        try:
            self._server = _connected()
            _expect(self._server.mail(envelope_sender(self._message.id)), 250)
            _expect(self._server.rcpt(recipient), 250, 251)
        except (OSError, smtplib.SMTPException) as problem:
            self._leave()
            raise NotNow(_said(problem)) from problem
        except (NotNow, GivenUp):
            self._leave()
            raise
        return self

    def hand_over(self) -> None:
        """Give the mail server the text; when nothing is raised it is the mail server's to keep."""
        assert self._server is not None, "only inside the with block"  # noqa: S101
        try:
            _expect(self._server.data(self._text), 250)
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
        if self._server is not None:
            # The message is decided by now, whatever becomes of the good-bye.
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()


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
    if wanted.smtp_starttls:
        server.starttls(context=ssl.create_default_context())
    server.ehlo_or_helo_if_needed()
    if wanted.smtp_user and wanted.smtp_password:
        server.login(wanted.smtp_user, wanted.smtp_password.get_secret_value())
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
