"""A head is left with the witness that an operator set, once, over https, and with nobody where none is set."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certificates.models import CertificateEvent, LogEntry, LogHead
from certificates.operations.heads import sign_head, witness_from_message
from foundation.models import OutboxMessage
from tests.certificates.builders import earn
from tests.courses.builders import make_course

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class Witness(BaseHTTPRequestHandler):
    """Keeps what it is given, or answers what it was told to."""

    def do_POST(self):
        self.server.given.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.send_response(self.server.answers)
        if self.server.answers == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        """Write nothing."""


@pytest.fixture(scope="module")
def certificate_of_witness(tmp_path_factory):
    """A certificate of a host at 127.0.0.1 and its key, in one file; who trusts the file trusts the host."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "witness")])
    written = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("witness") / "witness.pem"
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(pem + written.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def witness(certificate_of_witness, settings, tmp_path, monkeypatch):
    """A host that takes heads, and the setting that names it."""
    server = HTTPServer(("127.0.0.1", 0), Witness)
    server.given, server.answers = [], 204
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_of_witness)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate_of_witness))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"
    settings.PORTAL_LOG_WITNESS_URL = f"https://127.0.0.1:{server.server_port}/heads"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def _a_link(db):
    """The first link of a chain: what it is of does not matter here."""
    event = CertificateEvent.objects.get(certificate=earn(make_course(lesson_count=1)))
    LogEntry.objects.create(number=1, event=event, leaf_sha256="a" * 64, sha256="b" * 64, made_at=NOON)


@pytest.mark.usefixtures("_a_link")
def test_each_head_is_left_with_the_witness_as_it_is_published(witness):
    for hours in (0, 1, 24):
        sign_head(at=NOON + timedelta(hours=hours))
    messages = OutboxMessage.objects.filter(kind="certificates.witness").order_by("pk")
    assert [message.key for message in messages] == ["2026-11-24", "2026-11-25"]
    for message in messages:
        witness_from_message(message.payload, at=NOON)
    assert witness.given == [("/heads", head.document) for head in LogHead.objects.order_by("day")]


@pytest.mark.usefixtures("_a_link")
@pytest.mark.parametrize("answer", [302, 403, 500])
def test_a_witness_that_does_not_take_it_is_asked_again_later(witness, answer):
    witness.answers = answer
    head = sign_head(at=NOON)
    with pytest.raises(OSError, match=str(answer)):
        witness_from_message({"head": head.pk}, at=NOON)
    assert [path for path, _text in witness.given] == ["/heads"]


@pytest.mark.usefixtures("_a_link")
def test_a_host_that_nobody_vouches_for_gets_nothing(witness, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    head = sign_head(at=NOON)
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        witness_from_message({"head": head.pk}, at=NOON)
    assert witness.given == []


@pytest.mark.usefixtures("_a_link")
def test_without_a_witness_nothing_is_sent(witness, settings):
    settings.PORTAL_LOG_WITNESS_URL = ""
    head = sign_head(at=NOON)
    assert not OutboxMessage.objects.filter(kind="certificates.witness").exists()
    witness_from_message({"head": head.pk}, at=NOON)
    assert witness.given == []
