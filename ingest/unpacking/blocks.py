"""Read statement texts from a byte stream of any size, in blocks.

A block is (number of its first line, bytes of whole lines). In a JSON array and in an
LRS's answer {"statements": [...], "more": ...} each element becomes a line. A stream
may hold several arrays or answers after one another.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO

from tandem.core.errors import DamagedFile

Block = tuple[int, bytes]

BLOCK_BYTES = 16 << 20
MAX_STATEMENT_BYTES = 64 << 20
BOM = b"\xef\xbb\xbf"
_ANSWER = re.compile(
    rb'\s*\{\s*(?:"more"\s*:\s*(?:"[^"]*"|null)\s*,\s*)?"statements"\s*:\s*(?=\[)'
)
_ANSWER_TEXT = re.compile(_ANSWER.pattern.decode())
ANSWER_CHARACTERS = 65_536  # up to "statements": the URL of `more` may precede it
_SPACE = re.compile(r"[ \t\r\n]*")
_BREAKS = bytes.maketrans(b"\r\n", b"  ")


def shape_of(head: bytes) -> str | None:
    """Return array, answer, object or lines by the first bytes; None if not JSON."""
    head = head.removeprefix(BOM).lstrip()
    if head.startswith(b"["):
        return "array"
    if _ANSWER.match(head):
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


def blocks(stream: IO[bytes], name: str) -> Iterator[Block]:
    """Yield the statements of a stream.

    Args:
        stream: plain bytes, UTF-8, with or without a byte order mark.
        name: of the delivery, for messages.

    Raises:
        DamagedFile: an array is cut off, or a line exceeds MAX_STATEMENT_BYTES.
    """
    head = _filled(stream, BLOCK_BYTES).removeprefix(BOM)
    shape = shape_of(head)
    if shape == "array" or _ANSWER.match(head):
        yield from _joined(_elements(_Window(head, stream, name)))
    elif shape == "object" and len(head) < BLOCK_BYTES and _is_json_object(head):
        yield 1, _one_line(head)
    else:
        yield from _lines(head, stream, name)


def _filled(stream: IO[bytes], size: int) -> bytes:
    """Return `size` bytes, fewer at the end: one read of a stream may return fewer."""
    parts, missing = [], size
    while missing > 0 and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _lines(head: bytes, stream: IO[bytes], name: str) -> Iterator[Block]:
    line, rest = 1, head
    while True:
        end = rest.rfind(b"\n") + 1
        if end:
            if not rest[
                :end
            ].isspace():  # compression can hide gigabytes of blank lines
                yield line, rest[:end]
            line += rest.count(b"\n", 0, end)
            rest = rest[end:]
        if len(rest) > MAX_STATEMENT_BYTES:
            raise DamagedFile(
                f"line {line} is longer than {MAX_STATEMENT_BYTES >> 20} MiB",
                name,
                "split it",
            )
        more = _filled(stream, BLOCK_BYTES)
        if not more:
            break
        rest += more
    if rest.strip():
        yield line, rest


def _joined(texts: Iterator[str]) -> Iterator[Block]:
    """Yield texts as blocks, with each text on one line."""
    line, lines, size = 1, [], 0
    for text in texts:
        lines.append(_one_line(text.encode()))
        size += len(text)
        if size > BLOCK_BYTES:
            yield line, b"\n".join(lines)
            line, lines, size = line + len(lines), [], 0
    if lines:
        yield line, b"\n".join(lines)


def _elements(window: "_Window") -> Iterator[str]:
    """Yield the elements of arrays and answers; an incomplete array is refused."""
    while not window.is_done():
        is_answer = window.enter_answer()
        if not is_answer and window.peek() == "{":
            yield window.value()
            continue
        if window.peek() != "[":
            raise window.damaged("the statements are followed by other content")
        window.expect("[")
        while window.peek() != "]":
            yield window.value()
            if window.peek() == ",":
                window.expect(",")
        window.expect("]")
        if is_answer:
            window.leave_answer()


def _one_line(json_text: bytes) -> bytes:
    """Return a JSON text with spaces for line breaks, which occur only as space."""
    return json_text.translate(_BREAKS)


class _Window:
    """A window of text over a stream, advanced value by value."""

    def __init__(self, head: bytes, stream: IO[bytes], name: str) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._stream, self._name = stream, name
        self._decoder = json.JSONDecoder()
        self._text, self._at = self._decoded(head), 0

    def peek(self) -> str:
        """Return the next character that is not a space."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                raise self.damaged("it ends before its last value is complete")

    def expect(self, mark: str) -> None:
        """Skip a character that must come next."""
        if self.peek() != mark:
            raise self.damaged(f"a {mark} is missing")
        self._at += 1

    def is_done(self) -> bool:
        """Return whether only space is left."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()
            if self._at < len(self._text):
                return False
            if not self._more():
                return True

    def enter_answer(self) -> bool:
        """Move to the array of an LRS's answer, and return whether one came next."""
        while len(self._text) - self._at < ANSWER_CHARACTERS and self._more():
            pass
        match = _ANSWER_TEXT.match(self._text, self._at)
        if match:
            self._at = match.end()
        return match is not None

    def leave_answer(self) -> None:
        """Skip the keys of an answer after its statements."""
        while self.peek() == ",":
            self.expect(",")
            self.value()
            self.expect(":")
            self.value()
        self.expect("}")

    def value(self) -> str:
        """Return the text of the next value."""
        self.peek()
        while True:
            try:
                _value, end = self._decoder.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                is_too_long = len(self._text) - self._at > MAX_STATEMENT_BYTES
                if is_too_long or isinstance(error, RecursionError) or not self._more():
                    raise self.damaged("it is cut off, or a part is not JSON") from None
                continue
            text, self._at = self._text[self._at : end], end
            return text

    def _more(self) -> bool:
        part = _filled(self._stream, BLOCK_BYTES)
        self._text, self._at = self._text[self._at :] + self._decoded(part), 0
        return bool(part)

    def _decoded(self, part: bytes) -> str:
        try:
            return self._decode(part, not part)
        except UnicodeDecodeError as error:
            raise self.damaged("it is not UTF-8") from error

    def damaged(self, what: str) -> DamagedFile:
        """Return the error that refuses the delivery."""
        return DamagedFile(f"this JSON is damaged: {what}", self._name, "export again")
