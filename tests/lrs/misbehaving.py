"""A small LRS over HTTP that does one thing wrong, as a test configures it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from ingest.landing.delivery import ReadOptions
from ingest.pull.lrs.run import Pulled, ingest_lrs
from tandem.core.files import Home
from tandem.core.settings import Settings

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
JSON = {"Content-Type": "application/json"}


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
            """Write no log."""

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
