"""Statements with their attachments, as an LRS sends them: multipart/mixed.

The first part holds the statements; every further part is the content of an attachment
and is found by its hash alone (xAPI 1.0.3 Communication 1.5.2). A statement whose
attachment has neither a proven part nor a fileUrl is refused. The contents themselves
are not kept.
"""

import hashlib
import io
import json
import mmap
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.unpacking.blocks import Block, blocks
from ingest.unpacking.streams import HEAD_BYTES
from tandem.core.errors import DamagedFile

NAME = "xapi_multipart"
SOURCE = "xapi"
HASHES = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}  # by hex digits
MISSING = "No part of the file has the sha2 of this attachment, and it has no fileUrl"
UNPROVEN = "The part of this attachment is not what its sha2 says"
_HEADING = re.compile(
    rb"\s*(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?"
    rb"Content-Type:\s*multipart/mixed\s*;[^\n]*?(?:\n[ \t][^\n]*?)*?"
    rb"boundary=(?:\"([^\"\n]+)\"|([^\s;\"]+))",
    re.IGNORECASE,
)
_BARE = re.compile(rb"\s*--([^\r\n]{1,70}?)[ \t]*\r?\n(?=[A-Za-z-]+:)")
_JSON = re.compile(rb"^Content-Type:\s*application/json", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Part:
    """One part: its headers, and where its octets lie."""

    headers: Message
    start: int
    end: int


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise multipart/mixed whose first part is JSON, with or without headers."""
    if path.is_dir() or _boundary(head) is None or not _JSON.search(head):
        return None
    reason = "multipart/mixed: xAPI statements and their attachments"
    return Recognition(NAME, SOURCE, "multipart", 0.9, reason, encoding="utf-8")


def statements_in(path: Path) -> io.BytesIO | None:
    """Return the part that holds the statements, None where a file is no multipart.

    Raises:
        DamagedFile: a part is cut off, or the first one holds no statements.
    """
    with path.open("rb") as file:
        if recognise(path, file.read(HEAD_BYTES)) is None:
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            first, *_others = _parts(content, path.name)
            _hold_statements(first, path.name)
            return io.BytesIO(content[first.start : first.end])


def _hold_statements(first: Part, name: str) -> None:
    if first.headers.get_content_type() != "application/json":
        raise DamagedFile(
            "the first part of this multipart file is no application/json",
            name,
            "export again",
        )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the statements whose attachments are there.

    Raises:
        DamagedFile: a part is cut off, or the first one holds no statements.
    """
    name = delivery.path.name
    with delivery.path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        with content:
            first, *others = _parts(content, name)
            _hold_statements(first, name)
            proofs = dict(_proof(content, part) for part in others)
            texts = io.BytesIO(content[first.start : first.end])
            writer.blocks(_attached(blocks(texts, name), proofs, writer))


def _boundary(head: bytes) -> bytes | None:
    found = _HEADING.match(head) or _BARE.match(head)
    return next((group for group in found.groups() if group), None) if found else None


def _parts(content: mmap.mmap, name: str) -> list[Part]:
    boundary = re.escape(_boundary(content[:65_536]) or b"")
    delimiter = re.compile(
        rb"(?:\A|\r?\n)--" + boundary + rb"(--)?[ \t]*(?=\r?\n|\Z)", re.DOTALL
    )
    marks = list(delimiter.finditer(content))
    if len(marks) < 2 or not marks[-1][1]:
        raise DamagedFile(
            "this multipart file is cut off: its closing boundary is missing",
            name,
            "export again",
        )
    return [
        _part(content, one.end(), other.start(), name)
        for one, other in pairwise(marks)
        if not one[1]
    ]


def _part(content: mmap.mmap, start: int, end: int, name: str) -> Part:
    blank = _BLANK.search(content, start, end)
    if blank is None:
        raise DamagedFile(
            "a part of this multipart file has no end of its headers",
            name,
            "export again",
        )
    headers = BytesHeaderParser().parsebytes(content[start : blank.start()].lstrip())
    return Part(headers, blank.end(), end)


def _proof(content: mmap.mmap, part: Part) -> tuple[str, bool]:
    """Return the hash that a part names, and whether its octets have it."""
    named = str(part.headers.get("X-Experience-API-Hash", "")).strip().lower()
    encoding = str(part.headers.get("Content-Transfer-Encoding", "")).strip().lower()
    algorithm = HASHES.get(len(named))
    if algorithm is None or encoding != "binary":
        return named, False
    with memoryview(content) as octets, octets[part.start : part.end] as mine:
        return named, hashlib.new(algorithm, mine).hexdigest() == named


def _attached(
    found: Iterable[Block], proofs: dict[str, bool], writer: LoadWriter
) -> Iterator[Block]:
    """Yield the statements; one that misses a part is refused and left blank."""
    for first, content in found:
        lines = content.split(b"\n")
        for number, line in enumerate(lines):
            fault = _fault(line, proofs) if b'"attachments"' in line else None
            if fault is not None:
                place, code, words = fault
                payload = line.decode("utf-8", "backslashreplace")
                writer.reject(first + number, code, place, words, payload)
                lines[number] = b""
        yield first, b"\n".join(lines)


def _fault(line: bytes, proofs: dict[str, bool]) -> tuple[str, str, str] | None:
    """Return path, code and words of an attachment without its content.

    What is no statement at all has none: the rules judge it.
    """
    try:
        statement: Any = json.loads(line)
        attachments = statement["attachments"]
        needed = [
            (number, str(one["sha2"]).lower())
            for number, one in enumerate(attachments)
            if "fileUrl" not in one or str(one["sha2"]).lower() in proofs
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    for number, sha2 in needed:
        if not proofs.get(sha2):
            is_there = sha2 in proofs
            code = "attachment.hash" if is_there else "attachment.missing"
            words = UNPROVEN if is_there else MISSING
            return f"$.attachments[{number}]", code, words
    return None
