"""Statement texts out of a byte stream, in blocks, however large the stream is.

A block is (number of its first line, bytes of whole lines). Of a JSON array, and of an
LRS's answer {"statements": [...], "more": ...}, each element becomes a line; several of
them may follow one another.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO

from tandem.core.errors import DamagedFile

Block = tuple[int, bytes]

BLOCK_BYTES = 16 << 20
LONGEST = 64 << 20  # bytes of one statement; beyond it a file is no statement file
BOM = b"\xef\xbb\xbf"
_ANSWER = re.compile(
    rb'\s*\{\s*(?:"more"\s*:\s*(?:"[^"]*"|null)\s*,\s*)?"statements"\s*:\s*(?=\[)'
)
_ANSWER_TEXT = re.compile(_ANSWER.pattern.decode())
ANSWER_CHARACTERS = 65_536  # before "statements"; the address of more stands there
_SPACE = re.compile(r"[ \t\r\n]*")
_BREAKS = bytes.maketrans(b"\r\n", b"  ")


def shape_of(head: bytes) -> str | None:
    """Return array, answer, object or lines by the first bytes; None for no JSON."""
    head = head.removeprefix(BOM).lstrip()
    if head.startswith(b"["):
        return "array"
    if _ANSWER.match(head):
        return "answer"
    if not head.startswith(b"{"):
        return None
    first, newline, rest = head.partition(b"\n")
    is_whole = _is_json(first)
    return "lines" if is_whole or (newline and _is_json(_second(rest))) else "object"


def _second(rest: bytes) -> bytes:
    return rest.lstrip().partition(b"\n")[0]


def _is_json(line: bytes) -> bool:
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
        DamagedFile: an array is cut off, or a line is longer than any statement.
    """
    head = _filled(stream, BLOCK_BYTES).removeprefix(BOM)
    shape = shape_of(head)
    if shape == "array" or _ANSWER.match(head):
        yield from _joined(_elements(_Window(head, stream, name)))
    elif shape == "object" and len(head) < BLOCK_BYTES and _is_json(head):
        yield 1, _one_line(head)
    else:
        yield from _lines(head, stream, name)


def _filled(stream: IO[bytes], size: int) -> bytes:
    """Read until the size is reached: an unpacking stream may give less at a time."""
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
            if not rest[:end].isspace():  # gigabytes of blank lines pack into nothing
                yield line, rest[:end]
            line += rest.count(b"\n", 0, end)
            rest = rest[end:]
        if len(rest) > LONGEST:
            raise DamagedFile(
                f"line {line} is longer than {LONGEST >> 20} MiB", name, "split it"
            )
        more = _filled(stream, BLOCK_BYTES)
        if not more:
            break
        rest += more
    if rest.strip():
        yield line, rest


def _joined(texts: Iterator[str]) -> Iterator[Block]:
    """Yield texts as blocks, each text made one line."""
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
    """Yield the elements of arrays and answers; half an array is refused."""
    while not window.is_done():
        is_answer = window.enter_answer()
        if not is_answer and window.peek() == "{":
            yield window.value()
            continue
        if window.peek() != "[":
            raise window.damaged("something else follows its statements")
        window.expect("[")
        while window.peek() != "]":
            yield window.value()
            if window.peek() == ",":
                window.expect(",")
        window.expect("]")
        if is_answer:
            window.leave_answer()


def _one_line(json_text: bytes) -> bytes:
    """Return a JSON text without line breaks, which it may only have as space."""
    return json_text.translate(_BREAKS)


class _Window:
    """A window of text over a stream, moved on value by value."""

    def __init__(self, head: bytes, stream: IO[bytes], name: str) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._stream, self._name = stream, name
        self._decoder = json.JSONDecoder()
        self._text, self._at = self._decoded(head), 0

    def peek(self) -> str:
        """Return the next character that is no space."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                raise self.damaged("it ends in the middle")

    def expect(self, mark: str) -> None:
        """Step over a mark that must come next."""
        if self.peek() != mark:
            raise self.damaged(f"a {mark} is missing")
        self._at += 1

    def is_done(self) -> bool:
        """Return whether nothing but space is left."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()
            if self._at < len(self._text):
                return False
            if not self._more():
                return True

    def enter_answer(self) -> bool:
        """Step to the array of an LRS's answer, if one comes next."""
        while len(self._text) - self._at < ANSWER_CHARACTERS and self._more():
            pass
        found = _ANSWER_TEXT.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found is not None

    def leave_answer(self) -> None:
        """Step over what an answer says after its statements."""
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
                is_late = len(self._text) - self._at > LONGEST
                if is_late or isinstance(error, RecursionError) or not self._more():
                    raise self.damaged("it is cut off, or a part is no JSON") from None
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
        """Return why nothing of the delivery lands."""
        return DamagedFile(f"this JSON is damaged: {what}", self._name, "export again")
