"""Pulls against a server on loopback that answers as the vendors document it."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
import stamina
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from typer.testing import CliRunner

from ingest.pull.vendors import run
from ingest.pull.vendors.run import Pulled
from ingest.run import ingest
from tandem.cli.main import app
from tandem.core.errors import KeyProblem, WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

DAY = date(2026, 3, 16)
Answer = tuple[int, dict[str, str], object]


@dataclass
class Vendor:
    """A server; `answers` maps METHOD and raw path to an answer or to a function."""

    url: str
    answers: dict[str, Callable[[dict[str, list[str]]], Answer]]
    asked: list[str] = field(default_factory=list)

    def says(self, path: str, body: object) -> None:
        self.answers[f"GET {path}"] = lambda _query: (200, {}, body)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor's interface on loopback, with a token endpoint."""
    made = Vendor("", {})

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            self._tell("POST", parse_qs(self.rfile.read(size).decode()))

        def do_GET(self) -> None:
            self._tell("GET", {})

        def _tell(self, method: str, form: dict[str, list[str]]) -> None:
            parts = urlsplit(self.path)
            made.asked.append(f"{method} {self.path}")
            known = made.answers.get(f"{method} {parts.path}")
            query = parse_qs(parts.query) | form
            query["authorization"] = [self.headers.get("Authorization", "")]
            status, headers, body = known(query) if known else (404, {}, {})
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Write no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    made.answers["POST /token"] = lambda _query: (200, {}, {"access_token": "t-1"})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with stamina.set_testing(testing=True, attempts=3):
        yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(
    home: Home, vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings that lead to the server, secrets as users give them."""
    for name in ("ACCOUNT_ID", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"TANDEM_ZOOM_{name}", f"zoom-{name.lower()}-secret")
        monkeypatch.setenv(f"TANDEM_GRAPH_{name}", f"graph-{name.lower()}-secret")
    monkeypatch.setenv("TANDEM_GRAPH_TENANT_ID", "tenant")
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = {
        "client_email": "robot@project.example",
        "token_uri": f"{vendor.url}/token",
        "private_key": private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
    }
    (tmp_path / "key.json").write_text(json.dumps(key))
    monkeypatch.setenv("TANDEM_MEET_KEY_FILE", str(tmp_path / "key.json"))
    home.root.mkdir(parents=True)
    places = f'url = "{vendor.url}/v"\ntoken_url = "{vendor.url}/token"\n'
    tables = [f"[api.{name}]\n{places}" for name in ("zoom", "meet", "graph")]
    home.settings.write_text("\n".join(tables) + 'users = ["ana@corp.example"]\n')
    return Settings.load(home)


def pull(
    name: str, home: Home, settings: Settings, since: date | None, until: date
) -> Pulled:
    return run.pull(name, home, settings, since, until, ingest)


def landed(home: Home, query: str) -> list[tuple]:
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        return warehouse.sql(query).fetchall()


JOINS = "select count(*) from raw.statements where verb_id like '%/join'"


def participant(name: str, joined: str, left: str) -> dict[str, object]:
    return {
        "id": name.upper(),
        "user_id": "1",
        "name": name,
        "user_email": f"{name}@corp.example",
        "status": "in_meeting",
        "join_time": f"2026-03-16T{joined}Z",
        "leave_time": f"2026-03-16T{left}Z",
        "duration": 600,
    }


@pytest.fixture
def zoom(vendor: Vendor) -> Vendor:
    """Two meetings of one number; the uuid of one has a slash in front."""
    vendor.says("/v/report/users", {"users": [{"id": "u1"}]})
    meeting = {
        "id": 91234567890,
        "user_email": "host@corp.example",
        "start_time": "2026-03-16T10:00:00Z",
        "end_time": "2026-03-16T11:00:00Z",
    }
    meetings = [meeting | {"uuid": "/odd//=="}, meeting | {"uuid": "plain=="}]
    vendor.says("/v/report/users/u1/meetings", {"meetings": meetings})
    odd = "/v/report/meetings/%252Fodd%252F%252F%253D%253D"
    pages = {
        "": {
            "next_page_token": "p2",
            "participants": [participant("ana", "10:00:00", "10:30:00")],
        },
        "p2": {"participants": [participant("ben", "10:01:00", "10:59:00")]},
    }
    vendor.answers[f"GET {odd}/participants"] = lambda query: (
        200,
        {},
        pages[query.get("next_page_token", [""])[0]],
    )
    plain = "/v/report/meetings/plain%3D%3D"
    once_more = {"participants": [participant("ana", "10:40:00", "10:50:00")]}
    vendor.says(f"{plain}/participants", once_more)
    return vendor


def test_zooms_meetings_land_with_every_page_and_odd_uuid(
    home: Home, settings: Settings, zoom: Vendor
):
    found = pull("zoom", home, settings, DAY, DAY)
    assert found.error is None
    assert found.documents == 2
    assert landed(home, JOINS) == [(3,)]
    sessions = "select count(distinct technical_session_id) from raw.statements"
    assert landed(home, sessions) == [(2,)]
    assert not (home.root / "pulling").exists()


def test_the_next_pull_begins_two_days_before_the_cursor_and_adds_nothing(
    home: Home, settings: Settings, zoom: Vendor
):
    pull("zoom", home, settings, DAY, DAY)
    again = pull("zoom", home, settings, None, date(2026, 3, 17))
    assert (again.since, again.error) == (date(2026, 3, 14), None)
    assert landed(home, JOINS) == [(3,)]
    cursor = "select max(cursor) from raw.loads where connector = 'pull'"
    assert landed(home, cursor) == [("2026-03-17",)]


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_retry_later_is_asked_again(
    home: Home, settings: Settings, zoom: Vendor, status: int
):
    good, tries = zoom.answers["GET /v/report/users"], []

    def busy(query: dict[str, list[str]]) -> Answer:
        tries.append(query)
        return good(query) if len(tries) > 2 else (status, {"Retry-After": "0"}, {})

    zoom.answers["GET /v/report/users"] = busy
    assert pull("zoom", home, settings, DAY, DAY).error is None
    assert len(tries) == 3


def test_a_day_that_fails_leaves_the_cursor_before_it(
    home: Home, settings: Settings, zoom: Vendor
):
    pull("zoom", home, settings, DAY, DAY)
    zoom.answers["GET /v/report/users"] = lambda _query: (500, {}, {})
    failed = pull("zoom", home, settings, None, date(2026, 3, 20))
    assert "no answer" in str(failed.error)
    cursor = "select max(cursor) from raw.loads where connector = 'pull'"
    assert landed(home, cursor) == [(DAY.isoformat(),)]


def test_a_token_that_has_run_out_is_asked_for_anew(
    home: Home, settings: Settings, zoom: Vendor
):
    tokens = iter(["old", "new"])
    zoom.answers["POST /token"] = lambda _query: (
        200,
        {},
        {"access_token": next(tokens)},
    )
    good = zoom.answers["GET /v/report/users"]
    zoom.answers["GET /v/report/users"] = lambda query: (
        good(query) if query["authorization"] == ["Bearer new"] else (401, {}, {})
    )
    assert pull("zoom", home, settings, DAY, DAY).error is None


def test_secrets_are_in_no_file_and_no_message(
    home: Home, settings: Settings, zoom: Vendor
):
    zoom.answers["POST /token"] = lambda _query: (400, {}, {"reason": "no"})
    result = CliRunner().invoke(app, ["pull", "zoom", "--since", "2026-03-16"])
    assert result.exit_code != 0
    shown = result.output + str(result.exception)
    pull_with = pull("zoom", home, settings, DAY, DAY)
    shown += str(pull_with.error)
    assert "check client id and secret" in shown
    assert "zoom-client_secret-secret" not in shown
    for path in home.root.rglob("*"):
        if path.is_file():
            assert b"zoom-client_secret-secret" not in path.read_bytes()


def test_graphs_reports_are_fetched_with_their_records(
    home: Home, settings: Settings, vendor: Vendor
):
    link = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc/0"
    user = "/v/users/ana@corp.example"
    further = f"{vendor.url}/v/users/ana@corp.example/calendarView?$skip=1"
    events = {
        "value": [{"onlineMeeting": {"joinUrl": link}}],
        "@odata.nextLink": further,
    }
    vendor.says(f"{user}/calendarView", events)
    vendor.says(f"{user}/onlineMeetings", {"value": [{"id": "m1"}]})
    reports = f"{user}/onlineMeetings/m1/attendanceReports"
    vendor.says(reports, {"value": [{"id": "r1"}]})
    interval = {
        "joinDateTime": "2026-03-16T10:00:00Z",
        "leaveDateTime": "2026-03-16T10:30:00Z",
        "durationInSeconds": 1800,
    }
    record = {
        "emailAddress": "ben@corp.example",
        "totalAttendanceInSeconds": 1800,
        "role": "Attendee",
        "identity": {"id": "i1", "displayName": "Ben"},
        "attendanceIntervals": [interval],
    }
    report = {
        "@odata.type": "#microsoft.graph.meetingAttendanceReport",
        "id": "r1",
        "totalParticipantCount": 1,
        "meetingStartDateTime": "2026-03-16T10:00:00Z",
        "meetingEndDateTime": "2026-03-16T11:00:00Z",
        "attendanceRecords": [record],
    }
    vendor.says(f"{reports}/r1", report)
    found = pull("graph", home, settings, DAY, DAY)
    assert (found.error, found.documents) == (None, 1)
    assert landed(home, JOINS) == [(1,)]
    assert any("expand=attendanceRecords" in one for one in vendor.asked)


def test_a_next_page_on_another_host_gets_no_credentials(
    home: Home, settings: Settings, vendor: Vendor
):
    away = {"value": [], "@odata.nextLink": "https://elsewhere.example/v"}
    vendor.says("/v/users/ana@corp.example/calendarView", away)
    found = pull("graph", home, settings, DAY, DAY)
    assert "leads to https://elsewhere.example" in str(found.error)
    assert "credentials were not sent there" in str(found.error)


def test_meets_conferences_land_with_people_and_connections(
    home: Home, settings: Settings, vendor: Vendor
):
    name = "conferenceRecords/abc"
    times = {"startTime": "2026-03-16T10:00:00Z", "endTime": "2026-03-16T11:00:00Z"}
    conference = {"name": name, "space": "spaces/s1"} | times
    vendor.says("/v/conferenceRecords", {"conferenceRecords": [conference]})
    person = {
        "name": f"{name}/participants/1",
        "earliestStartTime": times["startTime"],
        "latestEndTime": times["endTime"],
        "signedinUser": {"user": "users/101", "displayName": "Ana"},
    }
    vendor.says(f"/v/{name}/participants", {"participants": [person]})
    stay = {"name": f"{name}/participants/1/participantSessions/9"} | times
    path = f"/v/{name}/participants/1/participantSessions"
    vendor.says(path, {"participantSessions": [stay]})
    found = pull("meet", home, settings, DAY, DAY)
    assert (found.error, found.documents) == (None, 1)
    assert landed(home, JOINS) == [(1,)]


def test_a_missing_secret_is_named_with_its_variable(
    settings: Settings, home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("TANDEM_ZOOM_CLIENT_SECRET")
    with pytest.raises(KeyProblem, match="client_secret"):
        pull("zoom", home, settings, DAY, DAY)


def test_an_unknown_interface_and_plain_http_are_refused(
    settings: Settings, home: Home
):
    with pytest.raises(WrongUse, match="no interface"):
        pull("webex", home, settings, DAY, DAY)
    home.settings.write_text('[api.zoom]\nurl = "http://api.zoom.example"\n')
    with pytest.raises(WrongUse, match="https"):
        pull("zoom", home, Settings.load(home), DAY, DAY)


def test_bigbluebuttons_calls_are_signed_and_its_recordings_land(
    home: Home, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TANDEM_BIGBLUEBUTTON_SECRET", "shared-and-secret")
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(f'[api.bigbluebutton]\nurl = "{vendor.url}/api"\n')
    begins = 1773655200000  # 2026-03-16 10:00 UTC
    recording = (
        "<recording><recordID>r</recordID><meetingID>room</meetingID>"
        f"<internalMeetingID>abc-{begins}</internalMeetingID>"
        f"<startTime>{begins}</startTime><endTime>{begins + 60000}</endTime>"
        "<participants>3</participants></recording>"
    )
    answer = f"<response><returncode>SUCCESS</returncode><recordings>{recording}"
    answer += recording.replace(str(begins), str(begins + 86_400_000))
    vendor.says("/api/getRecordings", f"{answer}</recordings></response>".encode())
    none = b"<response><returncode>SUCCESS</returncode><meetings/></response>"
    vendor.says("/api/getMeetings", none)
    found = pull("bigbluebutton", home, Settings.load(home), DAY, DAY)
    assert (found.error, found.documents) == (None, 1)
    claims = "select claim, value from raw.session_claims where claim like 'part%'"
    assert landed(home, claims) == [("participant_count", 3.0)]
    text = "getRecordingsstate=anyshared-and-secret"
    mark = hashlib.sha256(text.encode()).hexdigest()
    assert f"GET /api/getRecordings?state=any&checksum={mark}" in vendor.asked
    assert all("shared-and-secret" not in one for one in vendor.asked)


def test_a_wrong_checksum_is_reported_in_the_servers_words(
    home: Home, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TANDEM_BIGBLUEBUTTON_SECRET", "wrong")
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(f'[api.bigbluebutton]\nurl = "{vendor.url}/api"\n')
    failed = b"<response><returncode>FAILED</returncode>"
    failed += b"<messageKey>checksumError</messageKey></response>"
    vendor.says("/api/getRecordings", failed)
    found = pull("bigbluebutton", home, Settings.load(home), DAY, DAY)
    assert "checksumError" in str(found.error)
