"""Answers of an LRS to GET statements; statements keep the text that they came with."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from ingest.pull.http_body import body_of, chunks_of
from tandem.core.errors import DeliveryError

_BREAKS = bytes.maketrans(b"\r\n", b"  ")  # outside strings JSON may have them
CONSISTENT, VERSION = "X-Experience-API-Consistent-Through", "X-Experience-API-Version"


class _Answer(msgspec.Struct):
    statements: list[msgspec.Raw]
    more: str | None = None


class _Head(msgspec.Struct):
    id: Any = None
    stored: Any = None
    timestamp: Any = None


@dataclass(frozen=True)
class PulledStatement:
    """One statement: its text on one line, and what paging needs of it (UTC)."""

    text: bytes
    statement_id: str | None
    stored: datetime | None
    timestamp: datetime | None


@dataclass(frozen=True)
class Page:
    """One answer to GET statements."""

    statements: tuple[PulledStatement, ...]
    more: str
    answered_at: datetime | None  # by the clock of the LRS
    consistent_through: datetime | None

    @property
    def ids(self) -> list[str | None]:
        """The ids of its statements, in order."""
        return [statement.statement_id for statement in self.statements]


def read_page(response: httpx.Response, name: str) -> Page:
    """Read an answer whose body has not been read yet.

    Raises:
        DeliveryError: it is not a StatementResult.
        httpx.TransportError: the connection broke.
    """
    content = _json_of(response, name)
    try:
        answer = msgspec.json.decode(content, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_statements(name, content, error) from None
    date = response.headers.get("Date")
    return Page(
        tuple(_pulled_statement(bytes(raw)) for raw in answer.statements),
        answer.more or "",
        _http_time(date) if date else None,
        moment(response.headers.get(CONSISTENT)),
    )


def moment(value: object) -> datetime | None:
    """Return an ISO 8601 time in UTC, without a zone; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except (ValueError, OverflowError):
        return None


def _http_time(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except ValueError:
        return None
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def _pulled_statement(text: bytes) -> PulledStatement:
    try:
        head = msgspec.json.decode(text, type=_Head)
    except msgspec.DecodeError:  # not an object: landing rejects it with a reason
        head = _Head()
    statement_id = head.id.lower() if isinstance(head.id, str) else None
    line = text.translate(_BREAKS)
    return PulledStatement(
        line, statement_id, moment(head.stored), moment(head.timestamp)
    )


def _json_of(response: httpx.Response, name: str) -> bytes:
    """Return the JSON of an answer; of multipart/mixed, the first part (xAPI).

    The attachments after it are not fetched.
    """
    kind = Message()
    kind["Content-Type"] = response.headers.get("Content-Type", "application/json")
    if kind.get_content_maintype() != "multipart":
        return body_of(response, name, "page_mb")
    boundary = kind.get_boundary()
    if not boundary:
        raise DeliveryError("its multipart answer has no boundary", name)
    mark = re.escape(b"--" + boundary.encode())
    first = re.compile(
        rb"(?:^|\n)" + mark + rb"[ \t]*\r?\n(.*?)\r?\n" + mark, re.DOTALL
    )
    content = b""
    for chunk in chunks_of(response, name, "page_mb"):
        content += chunk
        if found := first.search(content):
            headers, _gap, body = _split(found[1])
            if b"application/json" not in headers.lower():
                break
            return body
    raise DeliveryError(
        "its multipart answer does not begin with statements",
        name,
        "nothing of it has landed; ask whoever runs it",
    )


def _split(part: bytes) -> tuple[bytes, bytes, bytes]:
    gap = re.search(rb"\r?\n\r?\n", part)
    if not gap:
        return b"", b"", part
    return part[: gap.start()], gap[0], part[gap.end() :]


def _no_statements(name: str, content: bytes, error: Exception) -> DeliveryError:
    head = content[:512].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<")):
        return DeliveryError(
            "it answers a web page, not statements",
            name,
            "give the xAPI endpoint, not the page that people log in to",
        )
    return DeliveryError(
        f"its answer is no list of statements ({error})",
        name,
        "give the xAPI endpoint; nothing of this answer has landed",
    )
