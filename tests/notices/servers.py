"""A mail server and a web server on loopback that answer as a test says."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "tandem", "a-password-that-no-log-may-hold"


def certificate(folder: Path, name: str = "localhost") -> tuple[Path, SSLContext]:
    """Return a certificate that signs itself, and the context of its server."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "cert.pem", folder / "key.pem"
    certificate_file.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    return certificate_file, context


@dataclass
class Mailbox:
    """What a mail server got, and what it refuses.

    Attributes:
        refused: address -> answer to RCPT.
        answer: to DATA.
        delay: seconds before the answer to DATA.
    """

    refused: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"
    delay: float = 0.0
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    is_encrypted: list[bool] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def handle_EHLO(
        self,
        _server: Server,
        session: Session,
        _envelope: Envelope,
        name: str,
        answers: list[str],
    ) -> list[str]:
        session.host_name = name
        self.connections += 1
        return answers

    async def handle_RCPT(
        self,
        _server: Server,
        session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        self.signed_in.append(bool(session.authenticated))
        self.is_encrypted.append(session.ssl is not None)
        return "250 OK"

    async def handle_DATA(
        self, server: Server, _session: Session, envelope: Envelope
    ) -> str:
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append((envelope.rcpt_tos[0], mail))
        return self.answer

    def sent_to(self, address: str) -> list[EmailMessage]:
        return [mail for to, mail in self.mails if to == address]


def authenticate(
    _server: Server, _session: Session, _envelope: Envelope, _how: str, data: object
) -> AuthResult:
    is_right = (
        isinstance(data, LoginPassword)
        and data.login == USER.encode()
        and data.password == PASSWORD.encode()
    )
    return AuthResult(success=is_right, handled=is_right)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def mail_server(
    mailbox: Mailbox, context: SSLContext | None = None, *, at_once: bool = False
) -> Iterator[None]:
    """Run a mail server; with a context it wants TLS and a password."""
    secure = (
        {
            **(
                {"ssl_context": context, "auth_require_tls": False}
                if at_once
                else {"tls_context": context, "require_starttls": True}
            ),
            "auth_required": True,
            "authenticator": authenticate,
        }
        if context
        else {}
    )
    mailbox.port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **secure)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@dataclass
class Hook:
    """What a web server got, and what it answers: the last answer is repeated."""

    answers: list[tuple[int, dict[str, str]]] = field(
        default_factory=lambda: [(200, {})]
    )
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    @property
    def posts(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    def respond(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict]:
        self.bodies.append(body)
        self.headers.append(headers)
        return self.answers[min(len(self.bodies), len(self.answers)) - 1]


@contextmanager
def web_server(hook: Hook) -> Iterator[None]:
    """Run a web server whose address holds a secret."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = hook.respond(body, dict(self.headers))
            self.send_response(status)
            for name, value in (headers | {"Content-Length": "0"}).items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer((str(IPv4Address("127.0.0.1")), 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hook.url = f"http://127.0.0.1:{server.server_port}/T0/a-secret-part-of-it"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
