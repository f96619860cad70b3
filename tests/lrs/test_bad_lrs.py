"""An LRS that answers badly: one line says what, and nothing is half applied."""

import base64
import json

import httpx
import pytest
from typer.testing import CliRunner

from ingest.landing.delivery import ReadOptions
from ingest.pull import http_client
from ingest.pull.lrs.access import Access
from ingest.pull.lrs.client import Client
from ingest.pull.lrs.run import ingest_lrs
from tandem.cli.main import app
from tandem.core.errors import DeliveryError, KeyProblem, WrongUse
from tandem.core.secret import Secret
from tandem.core.settings import Settings
from tests.lrs.misbehaving import (
    JSON,
    Answer,
    Bad,
    many,
    pull,
    result,
    serving,
    statement,
)

pytestmark = [pytest.mark.lrs, pytest.mark.usefixtures("credentials")]

COUNT = "select count(*) from raw.statements"


def test_a_web_page_is_named_and_nothing_lands(home, ask):
    html = (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><p>Log in")
    with serving(Bad([], lambda *_: html)) as url:
        report = pull(home, url)
    assert "it answers a web page, not statements" in report.error
    assert report.loads == 0
    assert ask("select count(*) from raw.loads") == [(0,)]


def test_after_a_web_page_between_pages_the_next_pull_resumes_there(home, ask):
    def answer(lrs: Bad, _path: str, query: dict[str, str]) -> Answer | None:
        is_down = lrs.page_size == 4 and query.get("from") == "8"
        return (200, {"Content-Type": "text/html"}, b"<html>") if is_down else None

    lrs = Bad(many(20), answer)
    with serving(lrs) as url:
        first = pull(home, url)
        assert "web page" in first.error
        assert ask(COUNT) == [(8,)]
        lrs.answer = lambda *_: None
        second = pull(home, url)
    assert (second.error, second.read_count) == (None, 12)
    assert ask(COUNT) == [(20,)]


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("http://lrs.example/xapi/statements", "leads to http://lrs.example"),
        ("//evil.example/xapi/statements", "leads to http://evil.example"),
    ],
)
def test_credentials_go_to_no_other_server(home, to, words):
    away = (302, {"Location": to}, b"")
    with serving(Bad([], lambda *_: away)) as url:
        assert words in pull(home, url).error
    foreign = result([statement(1)], to)
    with serving(Bad([], lambda *_: foreign)) as url:
        assert words in pull(home, url).error


@pytest.fixture
def over_tls(monkeypatch):
    """Speak to an https LRS whose answers a test gives; return what was asked."""

    def speaking(answer: httpx.Response) -> tuple[Client, list[str]]:
        asked: list[str] = []

        def handle(request: httpx.Request) -> httpx.Response:
            asked.append(str(request.url))
            return answer

        real, transport = httpx.Client, httpx.MockTransport(handle)
        monkeypatch.setattr(httpx, "Client", lambda **k: real(transport=transport, **k))
        url = httpx.URL("https://lrs.example/xapi/statements")
        return Client(Access("lrs", url, Secret("Basic x"))), asked

    return speaking


def test_a_redirect_from_https_to_http_is_refused(over_tls):
    away = {"Location": "http://lrs.example/xapi/statements"}
    speaking, asked = over_tls(httpx.Response(302, headers=away))
    with pytest.raises(DeliveryError, match="plain http: credentials would be"):
        speaking.first()
    assert len(asked) == 1


def test_a_more_link_of_an_lrs_that_does_not_know_of_its_tls_stays_on_tls(over_tls):
    speaking, asked = over_tls(httpx.Response(200, json={"statements": []}))
    speaking.next("http://lrs.example/xapi/statements?more=1")
    assert asked == ["https://lrs.example/xapi/statements?more=1"]


def test_a_redirect_of_the_same_origin_is_followed(home, ask):
    def answer(_lrs: Bad, path: str, _query: dict[str, str]) -> Answer | None:
        is_old = path == "/xapi/statements"
        return (308, {"Location": "/new/statements"}, b"") if is_old else None

    with serving(Bad(many(3), answer)) as url:
        assert pull(home, url).error is None
    assert ask(COUNT) == [(3,)]


def test_a_busy_server_is_asked_again_when_it_says(home, ask):
    def answer(lrs: Bad, path: str, _query: dict[str, str]) -> Answer | None:
        times = sum("statements" in target for target in lrs.asked)
        if path.endswith("/statements") and times <= 2:
            return 429 if times == 1 else 503, {"Retry-After": "0.2"}, b""
        return None

    with serving(Bad(many(3), answer)) as url:
        assert pull(home, url).error is None
    assert ask(COUNT) == [(3,)]


def test_an_answer_that_breaks_off_is_asked_for_again(home, ask):
    def answer(lrs: Bad, path: str, query: dict[str, str]) -> Answer | None:
        times = sum("statements" in target for target in lrs.asked)
        if path.endswith("/statements") and times == 1:
            status, headers, body = lrs.page(query)
            return status, headers | {"Content-Length": str(len(body))}, body[:-40]
        return None

    with serving(Bad(many(3), answer)) as url:
        assert pull(home, url).error is None
    assert ask(COUNT) == [(3,)]


def test_retries_end_where_a_server_stays_down(home, monkeypatch):
    monkeypatch.setattr(http_client, "ATTEMPTS", 2)
    down = (503, {"Retry-After": "0"}, b"")
    with serving(Bad([], lambda *_: down)) as url:
        assert "503" in pull(home, url).error


def test_refused_credentials_are_named_and_never_shown(home, capfd):
    denied = (401, {}, b"")
    with serving(Bad([], lambda *_: denied)) as url:
        report = pull(home, url)
    assert "it refuses the credentials (401" in report.error
    shown = json.dumps(report.as_json(), default=str) + "".join(capfd.readouterr())
    secret = base64.b64encode(b"ralph:a-password-that-no-log-may-hold").decode()
    assert "a-password" not in shown
    assert secret not in shown


def test_a_bearer_token_from_a_file_only_its_owner_reads(home, ask, tmp_path):
    kept = tmp_path / "token"
    kept.write_text("Bearer abc.def\n")
    lrs = Bad(many(2))
    with serving(lrs) as url:
        home.root.mkdir(parents=True)
        home.settings.write_text(f'[lrs.x]\nurl="{url}"\ncredentials_file="{kept}"\n')
        kept.chmod(0o644)
        with pytest.raises(KeyProblem, match="others can read the credentials"):
            pull(home, "x")
        kept.chmod(0o600)
        assert pull(home, "x").error is None
    assert {headers["Authorization"] for headers in lrs.headers} == {"Bearer abc.def"}
    for file in home.root.rglob("*"):
        assert (
            not file.is_file()
            or file == home.settings
            or (b"abc.def" not in file.read_bytes())
        )


def test_one_lrs_s_credentials_do_not_go_to_another(home):
    two = ["http://127.0.0.1:1/xapi", "http://127.0.0.1:2/xapi"]
    with pytest.raises(WrongUse, match="one LRS's"):
        ingest_lrs(two, home, Settings.load(home), ReadOptions())


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ("http://lrs.example/xapi", "over plain http"),
        ("https://anna:secret@lrs.example/xapi", "ends up in logs"),
        ("ftp://lrs.example/xapi", "no http"),
        ("nowhere", "no LRS is called nowhere"),
    ],
)
def test_an_address_that_cannot_be_used_is_wrong_use(home, endpoint, words):
    with pytest.raises(WrongUse, match=words) as raised:
        pull(home, endpoint)
    assert "secret" not in str(raised.value)


def test_attachments_after_the_statements_are_left(home, ask):
    body = json.dumps({"statements": many(3), "more": ""}, indent=1).encode()
    parts = (
        b"--b1\r\nContent-Type: application/json\r\n\r\n"
        + body
        + b"\r\n--b1\r\nContent-Transfer-Encoding: binary\r\n"
        b"X-Experience-API-Hash: 00\r\n\r\n\x00\x01--b1 not a boundary\r\n--b1--\r\n"
    )
    mixed = {"Content-Type": 'multipart/mixed; boundary="b1"'}
    with serving(Bad([], lambda *_: (200, mixed, parts))) as url:
        assert pull(home, url).error is None
    assert ask(COUNT) == [(3,)]


def test_an_lrs_of_version_2_alone_is_spoken_to_in_it(home, ask):
    def answer(lrs: Bad, path: str, _query: dict[str, str]) -> Answer | None:
        if path.endswith("/about"):
            return 200, JSON, b'{"version": ["2.0.0"]}'
        return None

    lrs = Bad(many(2), answer)
    with serving(lrs) as url:
        assert pull(home, url).error is None
    assert lrs.headers[-1]["X-Experience-API-Version"] == "2.0.0"
    assert ask("select variant from raw.loads") == [("xAPI 2.0.0",)]


def test_a_version_refused_without_about_is_tried_the_other_way(home, ask):
    def answer(lrs: Bad, path: str, _query: dict[str, str]) -> Answer | None:
        if path.endswith("/about"):
            return 404, {}, b""
        if lrs.headers[-1]["X-Experience-API-Version"] != "2.0.0":
            return 400, JSON, b'{"error": "unsupported Version"}'
        return None

    with serving(Bad(many(2), answer)) as url:
        assert pull(home, url).error is None
    assert ask(COUNT) == [(2,)]


def test_a_bad_statement_is_refused_and_the_page_lands(home, ask):
    bad = statement(2) | {"verb": {}}
    with serving(Bad([statement(1), bad, statement(3)])) as url:
        report = pull(home, url)
    assert (report.landed_count, report.rejected_count) == (2, 1)
    assert ask("select count(*) from raw.rejections") == [(1,)]


def test_a_load_is_bounded_by_its_bytes_too(home, monkeypatch):
    monkeypatch.setattr("ingest.pull.lrs.pull.BYTES_A_LOAD", 2_000)
    with serving(Bad(many(20))) as url:
        assert pull(home, url).loads > 1


def test_the_command_prints_what_came_and_what_was_wrong_on_one_line_each(home):
    html = (200, {"Content-Type": "text/html"}, b"<html>")
    with serving(Bad(many(3))) as good, serving(Bad([], lambda *_: html)) as bad:
        home.root.mkdir(parents=True)
        tables = f'[lrs.good]\nurl = "{good}"\n[lrs.bad]\nurl = "{bad}"\n'
        home.settings.write_text(tables)
        both = ["ingest", "--lrs", "bad", "--lrs", "good"]
        printed = CliRunner().invoke(app, both)
        as_json = CliRunner().invoke(app, [*both, "--json"])
    assert printed.exit_code == 1
    assert "good: 3 read, 3 landed, 0 known, 0 refused" in printed.output.splitlines()
    (line,) = [row for row in printed.output.splitlines() if "tandem:" in row]
    assert "it answers a web page, not statements" in line
    assert [one["error"] is None for one in json.loads(as_json.output)] == [False, True]
    shown = CliRunner().invoke(app, ["status"]).output
    assert "web page" in " ".join(shown.split())


def test_a_run_pulls_first_and_stops_at_an_lrs_that_does_not_answer_well(home, ask):
    html = (200, {"Content-Type": "text/html"}, b"<html>")
    with serving(Bad(many(3))) as good, serving(Bad([], lambda *_: html)) as bad:
        home.root.mkdir(parents=True)
        tables = f'[lrs.good]\nurl = "{good}"\n[lrs.bad]\nurl = "{bad}"\n'
        home.settings.write_text(tables)
        both = ["run", "--lrs", "good", "--lrs", "bad"]
        with pytest.raises(DeliveryError, match="1 of 2 deliveries"):
            CliRunner().invoke(app, both, catch_exceptions=False)
    assert ask(COUNT) == [(3,)]


def test_nothing_to_land_is_wrong_use(home):
    with pytest.raises(WrongUse, match="nothing to land"):
        CliRunner().invoke(app, ["ingest"], catch_exceptions=False)
