"""Mail to a server that wants encryption and a password, as most do."""

import gc
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from geo_portal.outbox.smtp import Delivery, NotNow
from geo_portal.outbox.tables import Message
from geo_portal.settings import settings
from tests.people_fixtures import free_port

PASSWORD = b"a good one"

# A handshake that is refused leaves the server's end of the line unclosed (asyncio's own doing).
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def certificate(tmp_path):
    """A file with the server's key and certificate, signed by itself for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.x.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "mail.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


class Postmaster:
    """Keeps what it is handed."""

    def __init__(self):
        self.kept = []

    async def handle_DATA(self, *told):  # noqa: N802
        _server, session, envelope = told
        self.kept.append((envelope.rcpt_tos, session.ssl is not None, session.authenticated))
        return "250 Kept"


@pytest.fixture
def post_office(certificate, monkeypatch):
    """A mail server that takes nothing without encryption and the password."""
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(certificate)
    postmaster = Postmaster()
    server = Controller(
        postmaster,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=own,
        require_starttls=True,
        auth_required=True,
        authenticator=lambda *told: AuthResult(
            success=told[-1].password == PASSWORD, handled=False
        ),
    )
    server.start()
    for name, value in {
        "HOST": "127.0.0.1",
        "PORT": str(server.port),
        "STARTTLS": "true",
        "USER": "portal",
        "PASSWORD": PASSWORD.decode(),
    }.items():
        monkeypatch.setenv(f"GEO_PORTAL_SMTP_{name}", value)
    settings.cache_clear()
    yield postmaster
    server.stop()
    settings.cache_clear()
    gc.collect()


def letter():
    return Message(
        id=7,
        recipient="asha@x.example",
        subject="Mended",
        body_text="It is mended.",
        language="en",
        created_at=datetime.now(UTC),
    )


def test_mail_goes_encrypted_and_signed_in(post_office, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with Delivery(letter()) as delivery:
        delivery.hand_over()

    assert post_office.kept == [(["asha@x.example"], True, True)]


def test_a_server_that_nobody_vouches_for_gets_nothing(post_office, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)

    with pytest.raises(NotNow, match="CERTIFICATE_VERIFY_FAILED"), Delivery(letter()):
        pass

    assert post_office.kept == []


def test_a_wrong_password_is_tried_again_later(post_office, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("GEO_PORTAL_SMTP_PASSWORD", "guessed")
    settings.cache_clear()

    with pytest.raises(NotNow, match="535"), Delivery(letter()):
        pass

    assert post_office.kept == []
