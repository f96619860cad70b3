"""No secret is printed or written, whatever fails; a wrong one is not even sent."""

import copy
import datetime as dt
import ipaddress
import json
import pickle
import ssl
import sys
import threading
import time
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingest.pull import http_client
from ingest.pull.http_body import body_of, first_bytes
from ingest.pull.lrs import client as lrs_client
from ingest.pull.lrs.access import PASSWORD, TOKEN, USERNAME
from tandem.cli.main import main
from tandem.core.credentials import checked
from tandem.core.errors import DeliveryError, KeyProblem, LimitExceeded
from tandem.core.files import Home
from tandem.core.limits import Limits, applied
from tandem.core.secret import Secret, hidden

SECRET = "s3cr3t-that-nothing-may-show"
Respond = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Serve with a function, over TLS where requested; count what is asked."""
    running: list[ThreadingHTTPServer] = []

    def serve(respond: Respond, *, over_tls: bool = False) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                respond(self)

            do_POST = do_GET

            def log_message(self, *_arguments: object) -> None:
                """Write no log."""

        made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if over_tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self_signed(tmp_path))
            made.socket = context.wrap_socket(made.socket, server_side=True)
        running.append(made)
        threading.Thread(target=made.serve_forever, daemon=True).start()
        scheme = "https" if over_tls else "http"
        return f"{scheme}://127.0.0.1:{made.server_port}/xapi"

    yield serve
    for made in running:
        made.shutdown()
        made.server_close()


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lrs.example")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def answer(status: int, body: bytes = b"{}") -> Respond:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return respond


def sleeping(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(1)
    handler.close_connection = True


def repeating_secrets(handler: BaseHTTPRequestHandler) -> None:
    """Answer with what was sent, as a debugging proxy does."""
    said = handler.headers.get("Authorization", "")
    handler.send_response(503, f"refused {said}")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.fixture
def tandem(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Run a command as a user does; return all that it prints."""

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["tandem", *arguments])
        try:
            main()
        except SystemExit:
            pass
        except Exception as error:
            lines = traceback.TracebackException.from_exception(
                error, capture_locals=True
            ).format()
            sys.stderr.write("".join(lines))
        return "".join(capfd.readouterr())

    return run


def shows(text: str, secret: str) -> bool:
    coded = b64encode(f"ada:{secret}".encode()).decode()
    return secret in text or coded in text


def assert_nowhere(
    home: Home, printed: str, tandem: Callable[..., str], secret: str
) -> None:
    everything = printed + tandem("status") + tandem("status", "--json")
    assert not shows(everything, secret)
    for path in home.root.rglob("*"):
        if path.is_file() and path != home.settings:
            assert not shows(path.read_bytes().decode("latin-1"), secret), path


FAILURES: dict[str, Respond] = {
    "refused": answer(401, SECRET.encode()),
    "forbidden": answer(403),
    "busy": answer(503),
    "web page": answer(200, b"<html>"),
    "bad request": answer(400, b"version " + SECRET.encode()),
    "timeout": sleeping,
    "repeated in the reason": repeating_secrets,
}


@pytest.mark.parametrize("kind", ["token", "password"])
@pytest.mark.parametrize("failure", FAILURES)
def test_no_failure_of_an_lrs_shows_its_credentials(
    home, server, tandem, monkeypatch, failure, kind
):
    monkeypatch.setattr(http_client, "ATTEMPTS", 1)
    url = server(FAILURES[failure])
    home.root.mkdir(parents=True)
    home.settings.write_text(
        f'[lrs.x]\nurl = "{url}"\ntimeout_seconds = 0.2\n'
        + (
            f'token_env = "{TOKEN}"'
            if kind == "token"
            else f'username_env = "{USERNAME}"\npassword_env = "{PASSWORD}"'
        )
    )
    for name, text in ((TOKEN, SECRET), (USERNAME, "ada"), (PASSWORD, SECRET)):
        monkeypatch.setenv(name, text)
    printed = tandem("ingest", "--lrs", "x")
    assert "tandem: " in printed
    assert_nowhere(home, printed, tandem, SECRET)


def test_a_defect_in_tandem_shows_none_with_its_variables(
    home, server, tandem, monkeypatch
):
    def fail(*_arguments: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(lrs_client, "read_page", fail)
    monkeypatch.setenv(TOKEN, SECRET)
    printed = tandem("ingest", "--lrs", server(answer(200)))
    assert "a defect" in printed
    assert_nowhere(home, printed, tandem, SECRET)


def test_a_certificate_that_is_not_trusted_is_said_once(
    home, server, tandem, monkeypatch
):
    asked: list[int] = []
    monkeypatch.setattr(http_client, "_report_wait", lambda _r: asked.append(1))
    monkeypatch.setenv(TOKEN, SECRET)
    begun = time.monotonic()
    printed = tandem("ingest", "--lrs", server(answer(200), over_tls=True))
    assert "its certificate or encryption is not accepted (self-signed" in printed
    assert "attempts" not in printed
    assert time.monotonic() - begun < 20
    assert_nowhere(home, printed, tandem, SECRET)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SECRET + "\n", "holds a line break"),
        (SECRET + "\r\nX-Admin: 1", "holds a line break"),
        (SECRET + "ü", "holds a character that is not ASCII"),
        (SECRET + "\x07", "holds a control character"),
        (" " + SECRET, "begins or ends with a space"),
        ("", "is empty"),
        ("   ", "is empty"),
    ],
)
def test_a_token_that_cannot_be_sent_is_named_before_any_request(
    home, server, tandem, monkeypatch, text, words
):
    asked: list[str] = []
    monkeypatch.setenv(TOKEN, text)
    printed = tandem(
        "ingest", "--lrs", server(lambda handler: asked.append(handler.path))
    )
    assert f"{TOKEN} {words}" in printed
    assert (asked, printed.count("\n")) == ([], 1)
    assert_nowhere(home, printed, tandem, SECRET)


def test_a_password_beyond_ascii_is_sent_in_utf_8(home, server, tandem, monkeypatch):
    said: list[str] = []

    def respond(handler: BaseHTTPRequestHandler) -> None:
        said.append(handler.headers["Authorization"])
        answer(401)(handler)

    monkeypatch.setenv(USERNAME, "ada")
    monkeypatch.setenv(PASSWORD, "pässwörd")
    tandem("ingest", "--lrs", server(respond))
    assert set(said) == {"Basic " + b64encode("ada:pässwörd".encode()).decode()}


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ({"access_token": SECRET + "\nX: 1"}, "the access token holds a line break"),
        ({"access_token": SECRET + "ü"}, "the access token holds a character"),
        ({"error": SECRET}, "answers without a token"),
        ([], "answers without a token"),
        (None, "larger than it may be"),
    ],
)
def test_a_token_endpoint_shows_no_secret(
    home, server, tandem, monkeypatch, token, words
):
    body = b"x" * 3_000 if token is None else json.dumps(token).encode()
    url = server(answer(200, body))
    for name in ("ACCOUNT_ID", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"TANDEM_ZOOM_{name}", SECRET)
    home.root.mkdir(parents=True)
    places = f'url = "{url}"\ntoken_url = "{url}"\n'
    home.settings.write_text(f"[limits]\nshort_answer_mb = 0.002\n[api.zoom]\n{places}")
    printed = tandem("pull", "zoom", "--since", "2026-03-02", "--until", "2026-03-02")
    assert words in printed
    assert_nowhere(home, printed, tandem, SECRET)


def test_a_secret_prints_nowhere_and_is_not_copied_to_a_file():
    secret = Secret(SECRET)
    printed = [repr(secret), str(secret), f"{secret}", f"{secret!r:>20}", f"{[secret]}"]
    assert not any(SECRET in text for text in printed)
    with pytest.raises(TypeError):
        json.dumps(secret)
    assert SECRET not in json.dumps({"s": secret}, default=str)
    for write in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="not written anywhere"):
            write(secret)
    assert secret.reveal() == SECRET
    assert (secret == Secret(SECRET), secret == Secret("another-token")) == (
        True,
        False,
    )
    assert SECRET not in hidden(f"an error quotes {SECRET}")
    assert SECRET not in DeliveryError(f"an error quotes {SECRET}").one_line()


def test_only_what_can_be_sent_is_accepted():
    assert checked("abc.def-_~+/=", "the token", "here").reveal() == "abc.def-_~+/="
    with pytest.raises(KeyProblem, match="here: the token holds a character"):
        checked("é", "the token", "here")


@pytest.mark.parametrize(("size", "is_refused"), [(-1, False), (0, False), (1, True)])
def test_a_body_is_held_to_its_limit_while_it_streams(size, is_refused):
    given = iter([b"x" * 500, b"x" * (500 + size), b"never read" * is_refused])
    response = httpx.Response(200, content=given)
    with applied(Limits(answer_mb=0.001)):
        if is_refused:
            with pytest.raises(LimitExceeded, match=r"answer_mb = 0\.001"):
                body_of(response, "zoom", "answer_mb")
            assert next(given) == b"never read"
        else:
            assert len(body_of(response, "zoom", "answer_mb")) == 1_000 + size


def test_a_refusal_is_read_to_its_first_bytes_only():
    given = iter([b"reason ", b"x" * 100, b"never read"])
    assert first_bytes(httpx.Response(400, content=given), 10) == b"reason xxx"
    assert next(given) == b"never read"


def test_a_body_that_trickles_is_refused_after_a_time(monkeypatch):
    monkeypatch.setattr(time, "monotonic", iter([0.0, 10.0, 10.1]).__next__)
    response = httpx.Response(200, content=iter([b"x", b"x"]))
    with applied(Limits(seconds=10)), pytest.raises(LimitExceeded, match="too long"):
        body_of(response, "zoom", "answer_mb")


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip"])
def test_a_coding_that_unfolds_without_limit_is_refused(coding):
    headers = {"Content-Encoding": coding}
    response = httpx.Response(200, headers=headers, content=iter([b"x"]))
    with pytest.raises(DeliveryError, match="compressed in a way"):
        body_of(response, "zoom", "answer_mb")


def test_an_about_resource_without_end_is_not_read(home, server, tandem, monkeypatch):
    sent: list[int] = []

    def respond(handler: BaseHTTPRequestHandler) -> None:
        if not handler.path.endswith("/about"):
            body = b'{"statements": [], "more": ""}'
            answer(200, body)(handler)
            return
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(2_000):
                handler.wfile.write(b" " * 65_536)
                sent.append(65_536)
        except OSError:
            pass

    monkeypatch.setenv(TOKEN, SECRET)
    printed = tandem("ingest", "--lrs", server(respond))
    assert "tandem: " not in printed
    assert sum(sent) < 60_000_000
