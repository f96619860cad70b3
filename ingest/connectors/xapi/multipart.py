"""Land statements with attachments, as an LRS sends them: multipart/mixed.

The first part holds the statements. Every further part is the content of an attachment,
identified by its hash alone (xAPI 1.0.3 Communication 1.5.2). A statement is rejected
if an attachment has neither a fileUrl nor a part whose content has the stated hash. The
contents are not kept.
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
from ingest.landing.evidence import Evidence
from ingest.unpacking.blocks import Block, blocks
from ingest.unpacking.long_lines import LongLine
from ingest.unpacking.streams import HEAD_BYTES
from tandem.core.errors import DamagedFile

NAME = "xapi_multipart"
SOURCE = "xapi"
IS_READ_IN_BLOCKS = True  # a file of any size
HASHES = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}  # by hex digits
MISSING = "No part of the file has the sha2 of this attachment, and it has no fileUrl"
WRONG_HASH = "The part of this attachment is not what its sha2 says"
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
    """One part: its headers, and the start and end of its content in the file."""

    headers: Message
    start: int
    end: int


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise multipart/mixed whose first part is JSON, with or without headers."""
    if path.is_dir() or _boundary(head) is None or not _JSON.search(head):
        return None
    reason = "multipart/mixed: xAPI statements and their attachments"
    found = (Evidence.FORMAT,)
    return Recognition(NAME, SOURCE, "multipart", found, reason, encoding="utf-8")


def statements_in(path: Path) -> io.BytesIO | None:
    """Return the part that holds the statements, None if the file is no multipart.

    Raises:
        DamagedFile: a part is cut off, or the first part holds no statements.
    """
    with path.open("rb") as file:
        if recognise(path, file.read(HEAD_BYTES)) is None:
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            first, *_others = _parts(content, path.name)
            _require_json(first, path.name)
            return io.BytesIO(content[first.start : first.end])


def _require_json(first: Part, name: str) -> None:
    if first.headers.get_content_type() != "application/json":
        raise DamagedFile(
            "the first part of this multipart file is no application/json",
            name,
            "export again",
        )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the statements whose attachments are present.

    Raises:
        DamagedFile: a part is cut off, or the first part holds no statements.
    """
    name = delivery.path.name
    with delivery.path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        with content:
            first, *others = _parts(content, name)
            _require_json(first, name)
            is_intact = dict(_hash_and_check(content, part) for part in others)
            texts = io.BytesIO(content[first.start : first.end])
            writer.blocks(_with_attachments(blocks(texts, name), is_intact, writer))


def _boundary(head: bytes) -> bytes | None:
    match = _HEADING.match(head) or _BARE.match(head)
    return next((group for group in match.groups() if group), None) if match else None


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
        _part(content, opening.end(), closing.start(), name)
        for opening, closing in pairwise(marks)
        if not opening[1]
    ]


def _part(content: mmap.mmap, start: int, end: int, name: str) -> Part:
    blank = _BLANK.search(content, start, end)
    if blank is None:
        raise DamagedFile(
            "a part of this multipart file has no blank line after its headers",
            name,
            "export again",
        )
    headers = BytesHeaderParser().parsebytes(content[start : blank.start()].lstrip())
    return Part(headers, blank.end(), end)


def _hash_and_check(content: mmap.mmap, part: Part) -> tuple[str, bool]:
    """Return the hash in a part's header, and whether its content has that hash."""
    stated = str(part.headers.get("X-Experience-API-Hash", "")).strip().lower()
    encoding = str(part.headers.get("Content-Transfer-Encoding", "")).strip().lower()
    algorithm = HASHES.get(len(stated))
    if algorithm is None or encoding != "binary":
        return stated, False
    with memoryview(content) as octets, octets[part.start : part.end] as own:
        return stated, hashlib.new(algorithm, own).hexdigest() == stated


def _with_attachments(
    statements: Iterable[Block | LongLine],
    is_intact: dict[str, bool],
    writer: LoadWriter,
) -> Iterator[Block | LongLine]:
    """Yield the statements; one that lacks a part is rejected, its line left blank."""
    for block in statements:
        if isinstance(block, LongLine):
            yield block
            continue
        first, content = block
        lines = content.split(b"\n")
        for number, line in enumerate(lines):
            fault = _fault(line, is_intact) if b'"attachments"' in line else None
            if fault is not None:
                json_path, code, message = fault
                payload = line.decode("utf-8", "backslashreplace")
                writer.reject(first + number, code, json_path, message, payload)
                lines[number] = b""
        yield first, b"\n".join(lines)


def _fault(line: bytes, is_intact: dict[str, bool]) -> tuple[str, str, str] | None:
    """Return JSON path, code and message of an attachment without its content.

    None for a line that is no statement; the xAPI rules check it later.
    """
    try:
        statement: Any = json.loads(line)
        attachments = statement["attachments"]
        needed = [
            (number, str(attachment["sha2"]).lower())
            for number, attachment in enumerate(attachments)
            if "fileUrl" not in attachment
            or str(attachment["sha2"]).lower() in is_intact
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    for number, sha2 in needed:
        if not is_intact.get(sha2):
            has_part = sha2 in is_intact
            code = "attachment.hash" if has_part else "attachment.missing"
            message = WRONG_HASH if has_part else MISSING
            return f"$.attachments[{number}]", code, message
    return None
