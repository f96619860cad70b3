"""An LRS that misbehaves: one line says what, and nothing is lost or half applied.

The servers here are small LRSs of their own over HTTP: each does one thing wrong.
"""

import base64
import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from typer.testing import CliRunner

from ingest.connectors._base import ReadOptions
from ingest.lrs import client
from ingest.lrs.run import Pulled, ingest_lrs
from tandem.cli import app
from tandem.errors import KeyProblem, WrongUse
from tandem.files import Home
from tandem.settings import Settings

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Ask = Callable[[str], list[tuple]]

pytestmark = [pytest.mark.lrs, pytest.mark.usefixtures("credentials")]

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
JSON = {"Content-Type": "application/json"}
COUNT = "select count(*) from raw.statements"


def statement(number: int, stored: datetime | None = None) -> Json:
    at = START + timedelta(minutes=number)
    return {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": {"mbox": f"mailto:p{number % 7}@example.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.example/course/1"},
        "timestamp": (at - timedelta(hours=number % 5 + 1)).isoformat(),
        "stored": (stored or at).isoformat(),
    }


@dataclass
class Bad:
    """A small LRS; `answer` may replace any answer, None lets the right one through."""

    statements: list[Json]
    answer: Callable[["Bad", str, dict[str, str]], Answer | None] = (
        lambda _lrs, _path, _query: None
    )
    page_size: int = 4
    filters_by: str = "stored"
    is_sorted: bool = True
    repeats_last_page: bool = False
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    date: datetime | None = None

    def respond(self, target: str, headers: dict[str, str]) -> Answer:
        self.asked.append(target)
        self.headers.append(headers)
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        special = self.answer(self, parts.path, query)
        if special:
            return special
        if not parts.path.endswith("/statements"):
            return 404, JSON, b"{}"
        return self.page(query)

    def page(self, query: dict[str, str]) -> Answer:
        found = [s for s in self.statements if self.lets_through(s, query)]
        if self.is_sorted and query.get("ascending") != "true":
            found = found[::-1]
        start = int(query.get("from", 0))
        some = found[start : start + self.page_size]
        following = start + self.page_size
        if following >= len(found):
            following = start if self.repeats_last_page and some else 0
        rest = urlencode(query | {"from": following})
        is_end = following == 0 and not (self.repeats_last_page and some)
        more = "" if is_end else f"/xapi/statements?{rest}"
        return result(some, more)

    def lets_through(self, one: Json, query: dict[str, str]) -> bool:
        since, until = query.get("since"), query.get("until")
        if self.filters_by == "nothing" or not (since or until):
            return True
        if self.filters_by not in one:
            return False
        at = datetime.fromisoformat(one[self.filters_by])
        return (since is None or at > datetime.fromisoformat(since)) and (
            until is None or at <= datetime.fromisoformat(until)
        )


def result(statements: list[Any], more: str) -> Answer:
    return 200, JSON, json.dumps({"statements": statements, "more": more}).encode()


@contextmanager
def serving(lrs: Bad) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = lrs.respond(self.path, dict(self.headers))
            self.send_response_only(status)
            date = lrs.date or datetime.now(UTC)
            self.send_header("Date", format_datetime(date, usegmt=True))
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/xapi"
    finally:
        server.shutdown()
        server.server_close()


def pull(home: Home, url: str) -> Pulled:
    (report,) = ingest_lrs([url], home, Settings.load(home), ReadOptions())
    return report


def many(count: int) -> list[Json]:
    return [statement(number) for number in range(count)]


def test_a_second_pull_asks_only_for_what_was_stored_since(home, ask):
    lrs = Bad(many(10))
    with serving(lrs) as url:
        pull(home, url)
        lrs.asked.clear()
        lrs.statements += [statement(number) for number in range(10, 13)]
        report = pull(home, url)
    assert (report.error, report.notes, report.landed_count) == (None, [], 3)
    assert all("since=" in target for target in lrs.asked if "ascending" in target)
    assert ask(COUNT) == [(13,)]


def test_a_web_page_is_named_and_nothing_lands(home, ask):
    html = (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><p>Log in")
    with serving(Bad([], lambda *_: html)) as url:
        report = pull(home, url)
    assert "it answers a web page, not statements" in report.error
    assert report.loads == 0
    assert ask("select count(*) from raw.loads") == [(0,)]


def test_a_web_page_in_the_middle_keeps_whole_pages_and_goes_on_there(home, ask):
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


def test_a_redirect_from_https_to_http_is_refused():
    from httpx import URL

    from ingest.lrs.access import Access
    from tandem.errors import DeliveryError

    access = Access("lrs", URL("https://lrs.example/xapi/statements"), "Basic x")
    with (
        client.Client(access) as speaking,
        pytest.raises(DeliveryError, match="plain http: credentials would be readable"),
    ):
        speaking.next("http://lrs.example/xapi/statements?more")


def test_a_redirect_at_home_is_followed(home, ask):
    def answer(_lrs: Bad, path: str, _query: dict[str, str]) -> Answer | None:
        is_old = path == "/xapi/statements"
        return (308, {"Location": "/new/statements"}, b"") if is_old else None

    with serving(Bad(many(3), answer)) as url:
        assert pull(home, url).error is None
    assert ask(COUNT) == [(3,)]


def test_a_last_page_that_repeats_is_said_and_loses_nothing(home, ask):
    def answer(lrs: Bad, _path: str, query: dict[str, str]) -> Answer | None:
        if query.get("from") == "8":  # its last page names itself
            return result(lrs.statements[8:], "/xapi/statements?ascending=true&from=8")
        return None

    with serving(Bad(many(11), answer)) as url:
        report = pull(home, url)
    assert report.error is None
    assert any("comes back to a page" in note for note in report.notes)
    assert ask(COUNT) == [(11,)]
    assert report.since is not None


def test_a_loop_in_the_middle_is_read_from_the_other_side(home, ask):
    def answer(lrs: Bad, _path: str, query: dict[str, str]) -> Answer | None:
        if query.get("ascending") == "true":  # since is ignored, page 2 leads to page 1
            start = int(query.get("from", 0))
            following = f"/xapi/statements?ascending=true&from={4 - start}"
            return result(lrs.statements[start : start + 4], following)
        return None

    with serving(Bad(many(30), answer)) as url:
        report = pull(home, url)
    assert report.error is None
    assert ask(COUNT) == [(30,)]


def test_a_circle_from_either_end_keeps_the_cursor_where_it_was(home, ask):
    def answer(lrs: Bad, _path: str, query: dict[str, str]) -> Answer | None:
        ordered = lrs.statements[:: 1 if query.get("ascending") == "true" else -1]
        word = query.get("ascending", "true")
        return result(ordered[:4], f"/xapi/statements?ascending={word}&x=1")

    with serving(Bad(many(30), answer)) as url:
        report = pull(home, url)
    assert "in a circle from either end" in report.error
    assert report.since is None
    assert ask(COUNT) == [(8,)]


def test_a_list_without_end_is_bounded_and_said(home, ask):
    def answer(_lrs: Bad, path: str, query: dict[str, str]) -> Answer | None:
        if not path.endswith("/statements"):
            return None
        page = int(query.get("from", 0)) + 1
        return result([statement(page)], f"/xapi/statements?from={page}")

    with serving(Bad([], answer)) as url:
        home.root.mkdir(parents=True)
        home.settings.write_text(f'[lrs.x]\nurl = "{url}"\nmost_pages = 30\n')
        report = pull(home, "x")
    assert "does not end (30 pages)" in report.error
    assert ask(COUNT) == [(30,)]
    assert report.since is None


def test_empty_pages_without_end_are_left(home):
    def answer(lrs: Bad, _path: str, _query: dict[str, str]) -> Answer | None:
        return result([], f"/xapi/statements?n={len(lrs.asked)}")

    lrs = Bad([], answer)
    with serving(lrs) as url:
        pull(home, url)
    assert len(lrs.asked) < 40


def test_statements_without_stored_are_read_in_full_each_time(home, ask):
    bare = [{n: v for n, v in s.items() if n != "stored"} for s in many(6)]
    lrs = Bad(many(5) + [b | {"id": b["id"].replace("8000", "9000")} for b in bare])
    with serving(lrs) as url:
        first = pull(home, url)
        second = pull(home, url)
    assert "6 statements came without a stored time" in first.notes[0]
    assert "it is read in full" in second.notes[0]
    assert ask(COUNT) == [(11,)]


def test_a_clock_ahead_does_not_carry_the_cursor_into_the_future(home, ask):
    future = datetime.now(UTC) + timedelta(days=30)
    lrs = Bad([*many(3), statement(9, stored=future)], date=future)
    with serving(lrs) as url:
        report = pull(home, url)
        assert "minutes ahead of this machine's" in report.notes[0]
        assert report.since <= datetime.now(UTC).replace(tzinfo=None)
        lrs.statements.insert(3, statement(10, stored=datetime.now(UTC)))
        lrs.date = None
        pull(home, url)
    assert ask(COUNT) == [(5,)]


def test_the_cursor_stays_behind_what_is_consistent(home, ask):
    until = START + timedelta(minutes=2)
    told = JSON | {"X-Experience-API-Consistent-Through": until.isoformat()}

    def answer(lrs: Bad, path: str, query: dict[str, str]) -> Answer | None:
        if not path.endswith("/statements"):
            return None
        status, _headers, body = lrs.page(query)
        return status, told, body

    with serving(Bad(many(10), answer)) as url:
        report = pull(home, url)
    assert report.since == until.replace(tzinfo=None)


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


def test_a_server_that_stays_down_is_given_up(home, monkeypatch):
    monkeypatch.setattr(client, "ATTEMPTS", 2)
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
    ("told", "words"),
    [
        ("http://lrs.example/xapi", "over plain http"),
        ("https://anna:secret@lrs.example/xapi", "ends up in logs"),
        ("ftp://lrs.example/xapi", "no http"),
        ("nowhere", "no LRS is called nowhere"),
    ],
)
def test_an_address_that_cannot_be_used_is_wrong_use(home, told, words):
    with pytest.raises(WrongUse, match=words) as raised:
        pull(home, told)
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


def test_a_probe_that_is_refused_proves_nothing_and_costs_a_full_reading(home, ask):
    def answer(_lrs: Bad, _path: str, query: dict[str, str]) -> Answer | None:
        return (400, JSON, b'{"error": "until?"}') if "until" in query else None

    lrs = Bad(many(10), answer)
    with serving(lrs) as url:
        pull(home, url)
        lrs.statements.append(statement(10))
        report = pull(home, url)
    assert (report.error, report.read_count, report.landed_count) == (None, 11, 1)
    assert "it is read in full" in report.notes[0]
    assert ask(COUNT) == [(11,)]


def test_a_load_is_bounded_by_its_bytes_too(home, monkeypatch):
    monkeypatch.setattr("ingest.lrs.pull.BYTES_A_LOAD", 2_000)
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


def test_nothing_to_land_is_wrong_use(home):
    with pytest.raises(WrongUse, match="nothing to land"):
        CliRunner().invoke(app, ["ingest"], catch_exceptions=False)


@pytest.mark.parametrize("filters_by", ["stored", "timestamp", "nothing"])
@pytest.mark.parametrize("is_sorted", [True, False])
@pytest.mark.parametrize("repeats_last_page", [True, False])
def test_whatever_it_keeps_of_its_word_nothing_is_lost(
    home, ask, filters_by, is_sorted, repeats_last_page
):
    chance = random.Random(f"{filters_by}{is_sorted}{repeats_last_page}")
    lrs = Bad(
        [],
        page_size=chance.randint(1, 5),
        filters_by=filters_by,
        is_sorted=is_sorted,
        repeats_last_page=repeats_last_page,
    )
    sent = 0
    with serving(lrs) as url:
        for _pull in range(3):
            for _statement in range(chance.randint(5, 12)):
                sent += 1
                happened = START + timedelta(minutes=chance.randint(-9_000, 900))
                late = statement(sent) | {"timestamp": happened.isoformat()}
                last = sent - 1
                place = last if is_sorted else chance.randint(0, last)
                lrs.statements.insert(place, late)
            report = pull(home, url)
            assert report.error is None
            assert ask(COUNT) == [(sent,)]
