"""`tandem doctor` against a server on loopback that answers as vendors do."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from typer.testing import CliRunner

from ingest.pull.vendors import examination
from ingest.pull.vendors.run import APIS
from tandem.cli import home_check
from tandem.cli.home_check import FREE_BYTES, disk_check, examine_home
from tandem.cli.main import app
from tandem.cli.standing import Source, Standing
from tandem.core.checks import MISSING, RIGHT, UNKNOWN
from tandem.core.errors import WrongUse
from tandem.core.files import Home

SECRET = "a-very-secret-value"
NOW = datetime.fromisoformat("2026-09-30")
TOKEN = "t-0123456789-secret"
Answers = dict[str, tuple[int, object]]

ZOOM: Answers = {
    "/token": (200, {"access_token": TOKEN}),
    "/v/report/users": (200, {"users": [{"id": "u1"}]}),
    "/v/report/users/u1/meetings": (200, {"meetings": [{"id": 1, "uuid": "m=="}]}),
    "/v/report/meetings/m%3D%3D/participants": (200, {"participants": []}),
    "/v/report/meetings/m%3D%3D/polls": (404, {}),  # the meeting had none
    "/v/report/meetings/m%3D%3D/qa": (200, {"questions": []}),
}
GRAPH_USER = "/v/users/ana@corp.example"
GRAPH: Answers = {
    "/token": (200, {"access_token": TOKEN}),
    f"{GRAPH_USER}/calendarView": (
        200,
        {"value": [{}, {"onlineMeeting": {"joinUrl": "https://t.example/l"}}]},
    ),
    f"{GRAPH_USER}/onlineMeetings": (200, {"value": [{"id": "m1"}]}),
    f"{GRAPH_USER}/onlineMeetings/m1/attendanceReports": (200, {"value": []}),
}
MEET: Answers = {
    "/token": (200, {"access_token": TOKEN}),
    "/v/conferenceRecords": (200, {}),
}
ACCEPTED = b"<response><returncode>SUCCESS</returncode></response>"
REFUSED = b"<response><returncode>FAILED</returncode><messageKey>checksumError"
REFUSED += b"</messageKey></response>"
LRS: Answers = {"/xapi/statements": (200, {"statements": [], "more": ""})}


class Vendor:
    """What the server answers, by path; `waits` seconds before each answer."""

    def __init__(self) -> None:
        self.answers: Answers = {}
        self.waits: dict[str, float] = {}
        self.asked: list[str] = []
        self.url = ""


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    made = Vendor()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.do_GET()

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            made.asked.append(path)
            time.sleep(made.waits.get(path, 0))
            status, body = made.answers.get(path, (404, {}))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Experience-API-Version", "1.0.3")
            self.send_header("Content-Length", str(len(content)))
            with suppress(ConnectionError):  # who asked has gone
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Write no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def there(vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose settings lead to the server, with secrets as users give them."""
    for name in ("ACCOUNT_ID", "CLIENT_ID", "CLIENT_SECRET", "TENANT_ID"):
        monkeypatch.setenv(f"TANDEM_ZOOM_{name}", SECRET)
        monkeypatch.setenv(f"TANDEM_GRAPH_{name}", SECRET)
    monkeypatch.setenv("TANDEM_HOME", str(tmp_path))
    places = f'url = "{vendor.url}/v"\ntoken_url = "{vendor.url}/token"\n'
    text = f"[api.zoom]\n{places}[api.graph]\n{places}"
    text += 'users = ["ana@corp.example"]\n'
    monkeypatch.setenv("TANDEM_BIGBLUEBUTTON_SECRET", SECRET)
    text += f'[api.bigbluebutton]\nurl = "{vendor.url}/b"\n'
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    names = {"client_email": "r@p.example", "token_uri": f"{vendor.url}/token"}
    whole = json.dumps(names | {"private_key": key.decode()})
    (tmp_path / "key.json").write_text(whole)
    monkeypatch.setenv("TANDEM_MEET_KEY_FILE", str(tmp_path / "key.json"))
    text += f"[api.meet]\n{places}"
    text += f'[lrs.main]\nurl = "{vendor.url}/xapi"\n'
    (tmp_path / "tandem.toml").write_text(text)
    return Home(tmp_path)


def asked(source: str) -> tuple[int, dict[str, dict[str, str]], str]:
    """Return exit status, checks by what they are about, and all that was shown."""
    shown = CliRunner().invoke(app, ["doctor", source])
    result = CliRunner().invoke(app, ["doctor", source, "--json"])
    assert shown.exit_code == result.exit_code
    both = shown.output + result.output
    assert SECRET not in both
    assert TOKEN not in both
    found = json.loads(result.output)
    assert found["is_right"] == (result.exit_code == 0)
    return result.exit_code, {one["what"]: one for one in found["checks"]}, both


@pytest.mark.parametrize(
    ("name", "answers"), [("zoom", ZOOM), ("graph", GRAPH), ("meet", MEET)]
)
def test_all_is_right(there: Home, vendor: Vendor, name: str, answers: Answers):
    vendor.answers = dict(answers)
    status, checks, _shown = asked(name)
    assert status == 0
    assert {check["state"] for check in checks.values()} == {RIGHT}
    assert len(checks) == 2 + len(APIS[name].SCOPES)
    assert not (there.root / "warehouse.duckdb").exists()  # nothing lands


def test_a_refused_secret_stops_before_the_endpoints(there: Home, vendor: Vendor):
    vendor.answers = ZOOM | {"/token": (401, {"reason": SECRET})}
    status, checks, _shown = asked("zoom")
    assert status == 1
    assert checks["token"]["state"] == MISSING
    assert set(checks) == {"credentials", "token"}
    assert set(vendor.asked) == {"/token"}


def test_a_refused_token_is_said(there: Home, vendor: Vendor):
    vendor.answers = ZOOM | {"/v/report/users": (401, {"message": TOKEN})}
    status, checks, _shown = asked("zoom")
    assert status == 1
    assert "401" in checks["report/users"]["found"]
    assert checks["report/meetings/{uuid}/qa"]["state"] == UNKNOWN


@pytest.mark.parametrize(
    ("name", "answers", "path", "endpoint"),
    [
        (
            "zoom",
            ZOOM,
            "/v/report/meetings/m%3D%3D/participants",
            "report/meetings/{uuid}/participants",
        ),
        ("graph", GRAPH, f"{GRAPH_USER}/onlineMeetings", "users/{user}/onlineMeetings"),
        ("meet", MEET, "/v/conferenceRecords", "conferenceRecords"),
        ("graph", GRAPH, f"{GRAPH_USER}/calendarView", "users/{user}/calendarView"),
    ],
)
def test_a_missing_permission_is_named_for_it(
    there: Home, vendor: Vendor, name: str, answers: Answers, path: str, endpoint: str
):
    vendor.answers = answers | {path: (403, {"error": {"message": SECRET}})}
    status, checks, shown = asked(name)
    scope = APIS[name].SCOPES[endpoint]
    refused = [one for one in checks.values() if one["state"] == MISSING]
    assert status == 1
    assert [one["what"].partition(",")[0] for one in refused] == [endpoint]
    assert scope in refused[0]["found"]
    assert scope in refused[0]["for_it"]
    assert "for IT: Please" in shown


def test_a_scope_that_zoom_names_by_400_is_passed_on(there: Home, vendor: Vendor):
    message = "Invalid access token, does not contain scopes:[report:read:user:admin]."
    path = "/v/report/users/u1/meetings"
    vendor.answers = ZOOM | {path: (400, {"code": 4711, "message": message})}
    status, checks, _shown = asked("zoom")
    assert status == 1
    refused = checks["report/users/{user}/meetings"]
    assert "report:read:user:admin" in refused["for_it"]


def test_an_address_that_holds_nothing_is_said(there: Home, vendor: Vendor):
    vendor.answers = {"/token": ZOOM["/token"]}
    status, checks, _shown = asked("zoom")
    assert status == 1
    assert "404" in checks["report/users"]["found"]
    assert "url" in checks["report/users"]["next_step"]


def test_too_many_requests_are_not_repeated(there: Home, vendor: Vendor):
    vendor.answers = ZOOM | {"/v/report/users": (429, {})}
    began = time.monotonic()
    status, checks, _shown = asked("zoom")
    assert status == 1
    assert "429" in checks["report/users"]["found"]
    assert "wait" in checks["report/users"]["next_step"]
    assert vendor.asked.count("/v/report/users") == 2  # one for each of two calls
    assert time.monotonic() - began < 60


def test_a_server_that_does_not_answer_in_time_is_said(
    there: Home, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(examination, "SECONDS", 0.5)
    vendor.answers = dict(ZOOM)
    vendor.waits["/v/report/users"] = 2
    status, checks, _shown = asked("zoom")
    assert status == 1
    assert "no answer" in checks["report/users"]["found"]


def test_what_cannot_be_checked_is_unknown_and_not_missing(there: Home, vendor: Vendor):
    vendor.answers = ZOOM | {"/v/report/users": (200, {"users": []})}
    status, checks, _shown = asked("zoom")
    assert status == 0
    assert checks["report/meetings/{uuid}/polls"]["state"] == UNKNOWN


def test_a_missing_secret_is_named(
    there: Home, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("TANDEM_ZOOM_CLIENT_SECRET")
    status, checks, _shown = asked("zoom")
    assert status == 1
    assert "TANDEM_ZOOM_CLIENT_SECRET" in checks["credentials"]["next_step"]
    assert vendor.asked == []


@pytest.mark.parametrize(("status", "expected"), [(200, 0), (403, 1)])
def test_an_lrs_is_asked_for_one_statement(
    there: Home, vendor: Vendor, status: int, expected: int
):
    vendor.answers = {"/xapi/statements": (status, LRS["/xapi/statements"][1])}
    exit_status, checks, _shown = asked("main")
    assert exit_status == expected
    assert ("statements/read" in checks["statements"]["for_it"]) == bool(expected)


@pytest.mark.parametrize(("answer", "expected"), [(ACCEPTED, 0), (REFUSED, 1)])
def test_bigbluebutton_is_asked_with_the_shared_secret(
    there: Home, vendor: Vendor, answer: bytes, expected: int
):
    calls = ("/b/getMeetings", "/b/getRecordings")
    vendor.answers = dict.fromkeys(calls, (200, answer))
    status, checks, _shown = asked("bigbluebutton")
    assert status == expected
    assert ("checksumError" in checks["getMeetings"]["found"]) == bool(expected)


def test_an_unknown_source_is_wrong_use(there: Home):
    result = CliRunner().invoke(app, ["doctor", "webex"])
    assert isinstance(result.exception, WrongUse)
    assert result.exception.exit_status == 2
    assert "main" in str(result.exception)


def test_a_home_without_files_is_checked(there: Home):
    checks = {one.what: one for one in examine_home(there, NOW)}
    assert checks["settings"].state == RIGHT
    assert checks["pseudonym key"].state == RIGHT
    assert {"disk", "Chromium for PDF"} <= set(checks)


def test_settings_that_mean_nothing_are_named(there: Home):
    there.settings.write_text("[vars]\nno_such_thing = 1\n")
    checks = {one.what: one for one in examine_home(there, NOW)}
    assert checks["settings"].state == MISSING
    assert "no_such_thing" in checks["settings"].found


def test_a_lost_key_and_a_lost_browser_are_named(
    there: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    there.vault.write_bytes(b"")
    monkeypatch.delenv("TANDEM_PSEUDONYM_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    monkeypatch.setenv("TANDEM_CHROMIUM", str(tmp_path / "nothing"))
    checks = {one.what: one for one in examine_home(there, NOW)}
    assert checks["pseudonym key"].state == MISSING
    assert checks["Chromium for PDF"].state == MISSING


@pytest.mark.parametrize(
    ("free", "warehouse", "state"),
    [
        (FREE_BYTES - 1, 0, MISSING),
        (FREE_BYTES, 0, RIGHT),
        (FREE_BYTES + 1, 0, RIGHT),
        (2 * FREE_BYTES - 1, FREE_BYTES, MISSING),
        (2 * FREE_BYTES, FREE_BYTES, RIGHT),
    ],
)
def test_the_disk_needs_room_for_a_build(free: int, warehouse: int, state: str):
    assert disk_check(free, warehouse).state == state


@pytest.mark.parametrize(
    ("lag", "state"),
    [
        (timedelta(days=13), RIGHT),
        (timedelta(days=14), RIGHT),
        (timedelta(days=14, seconds=1), MISSING),
        (timedelta(days=15), MISSING),
    ],
)
def test_a_late_source_is_named(
    there: Home, monkeypatch: pytest.MonkeyPatch, lag: timedelta, state: str
):
    newest = NOW - lag
    known = Standing(sources=[Source("zoom", "zoom", NOW, newest)])
    monkeypatch.setattr(home_check, "standing_of", lambda _home: known)
    checks = {one.what: one for one in examine_home(there, NOW)}
    assert checks["zoom"].state == state
