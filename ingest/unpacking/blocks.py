"""Read statement texts from a byte stream of any size, in blocks.

A block is (number of its first line, bytes of whole lines). In a JSON array and in an
LRS's answer {"statements": [...], "more": ...} each element becomes a line. A stream
may hold several arrays or answers after one another.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import IO

from ingest.unpacking.json_elements import ANSWER, Window, elements, filled
from ingest.unpacking.long_lines import LongLine
from tandem.core.limits import current_limits

Block = tuple[int, bytes]

BLOCK_BYTES = 16 << 20
BOM = b"\xef\xbb\xbf"
_BREAKS = bytes.maketrans(b"\r\n", b"  ")


def shape_of(head: bytes) -> str | None:
    """Return array, answer, object or lines by the first bytes; None if not JSON."""
    head = head.removeprefix(BOM).lstrip()
    if head.startswith(b"["):
        return "array"
    if ANSWER.match(head):
        return "answer"
    if not head.startswith(b"{"):
        return None
    first, newline, rest = head.partition(b"\n")
    is_line = _is_json_object(first)
    if is_line or (newline and _is_json_object(_first_line(rest))):
        return "lines"
    return "object"


def _first_line(content: bytes) -> bytes:
    return content.lstrip().partition(b"\n")[0]


def _is_json_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def blocks(stream: IO[bytes], name: str) -> Iterator[Block | LongLine]:
    """Yield the statements of a stream, and what is known of those that are too long.

    Args:
        stream: plain bytes, UTF-8, with or without a byte order mark.
        name: of the delivery, for messages.

    Raises:
        DamagedFile: an array is cut off, or holds something else than JSON.
    """
    head = filled(stream, BLOCK_BYTES).removeprefix(BOM)
    shape = shape_of(head)
    if shape == "array" or ANSWER.match(head):
        yield from _joined(elements(Window(head, stream, name, BLOCK_BYTES)))
    elif shape == "object" and len(head) < BLOCK_BYTES and _is_json_object(head):
        limit = current_limits().size("line_mb")
        yield from _without_long_lines(1, _one_line(head), limit)
    else:
        yield from _lines(head, stream)


def line_blocks(stream: IO[bytes]) -> Iterator[Block | LongLine]:
    """Yield the lines of a stream, whatever is in them; see `blocks`."""
    yield from _lines(filled(stream, BLOCK_BYTES).removeprefix(BOM), stream)


def _lines(head: bytes, stream: IO[bytes]) -> Iterator[Block | LongLine]:
    limit = current_limits().size("line_mb")
    line, rest = 1, head
    while True:
        end = rest.rfind(b"\n") + 1
        if end:
            yield from _without_long_lines(line, rest[:end], limit)
            line += rest.count(b"\n", 0, end)
            rest = rest[end:]
        if len(rest) > limit:
            long, rest = _skipped_line(line, rest, stream, limit)
            yield long
            line += 1
        more = filled(stream, BLOCK_BYTES)
        if not more:
            break
        rest += more
    if rest:
        yield from _without_long_lines(line, rest, limit)


def _without_long_lines(
    first: int, content: bytes, limit: int
) -> Iterator[Block | LongLine]:
    """Yield whole lines as blocks between the lines that are too long.

    Blank blocks are left out: compression can hide gigabytes of blank lines.
    """
    begin = 0
    at = 0 if len(content) > limit else len(content)
    while at < len(content):
        end = content.find(b"\n", at)
        end = len(content) if end < 0 else end
        if end - at > limit:
            if before := content[begin:at].rstrip():
                yield first, before
            number = first + content.count(b"\n", begin, at)
            long = content[at:end]
            yield LongLine(number, len(long), sha256(long).hexdigest(), limit)
            begin, first = end + 1, number + 1
        at = end + 1
    rest = content[begin:]
    if rest and not rest.isspace():
        yield first, rest


def _skipped_line(
    line: int, begin: bytes, stream: IO[bytes], limit: int
) -> tuple[LongLine, bytes]:
    """Read to the end of a line that is too long; return it, and what follows."""
    digest, size, part = sha256(), 0, begin
    while True:
        content, newline, rest = part.partition(b"\n")
        digest.update(content)
        size += len(content)
        if newline or not (part := filled(stream, BLOCK_BYTES)):
            return LongLine(line, size, digest.hexdigest(), limit), rest


def _joined(texts: Iterator[str | LongLine]) -> Iterator[Block | LongLine]:
    """Yield texts as blocks, with each text on one line."""
    line, lines, size = 1, [], 0
    for text in texts:
        if isinstance(text, LongLine):
            if lines:
                yield line, b"\n".join(lines)
            line, lines, size = line + len(lines) + 1, [], 0
            yield replace(text, line=line - 1)
            continue
        lines.append(_one_line(text.encode()))
        size += len(text)
        if size > BLOCK_BYTES:
            yield line, b"\n".join(lines)
            line, lines, size = line + len(lines), [], 0
    if lines:
        yield line, b"\n".join(lines)


def _one_line(json_text: bytes) -> bytes:
    """Return a JSON text with spaces for line breaks, which occur only as space."""
    return json_text.translate(_BREAKS)
