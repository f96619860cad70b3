"""Read the elements of JSON arrays, and of LRSs' answers, from a stream of any size."""

import codecs
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import IO

from ingest.unpacking.long_lines import LongLine
from tandem.core.errors import DamagedFile
from tandem.core.limits import current_limits

ANSWER = re.compile(
    rb'\s*\{\s*(?:"more"\s*:\s*(?:"[^"]*"|null)\s*,\s*)?"statements"\s*:\s*(?=\[)'
)
ANSWER_TEXT = re.compile(ANSWER.pattern.decode())
ANSWER_CHARACTERS = 65_536  # up to "statements": the URL of `more` may precede it
_SPACE = re.compile(r"[ \t\r\n]*")
_MARKS = re.compile(r'\\.|["\[\]{}]', re.DOTALL)


def filled(stream: IO[bytes], size: int) -> bytes:
    """Return `size` bytes, fewer at the end: one read of a stream may return fewer."""
    parts, missing = [], size
    while missing > 0 and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def elements(window: "Window") -> Iterator[str | LongLine]:
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


class Window:
    """A window of text over a stream, advanced value by value.

    Args:
        head: the first bytes of the stream.
        stream: what follows them.
        name: of the delivery, for messages.
        block_bytes: read at once.
    """

    def __init__(
        self, head: bytes, stream: IO[bytes], name: str, block_bytes: int
    ) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._stream, self._name = stream, name
        self._block_bytes = block_bytes
        self._decoder = json.JSONDecoder()
        self._text, self._at = self._decoded(head), 0
        self._limit = current_limits().size("line_mb")

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
        match = ANSWER_TEXT.match(self._text, self._at)
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

    def value(self) -> str | LongLine:
        """Return the text of the next value, or that it is too long."""
        self.peek()
        while True:
            try:
                _value, end = self._decoder.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                is_too_long = len(self._text) - self._at > self._limit
                if is_too_long or isinstance(error, RecursionError):
                    return self._skipped()
                if not self._more():
                    raise self.damaged("it is cut off, or a part is not JSON") from None
                continue
            text, self._at = self._text[self._at : end], end
            return self._long(text) or text

    def _long(self, text: str) -> LongLine | None:
        """Return what is known of a text that is too long, None for any other."""
        if len(text) * 4 <= self._limit or len(text.encode()) <= self._limit:
            return None
        content = text.encode()
        digest = sha256(content).hexdigest()
        return LongLine(0, len(content), digest, self._limit)

    def _skipped(self) -> str | LongLine:
        """Skip a value that cannot be decoded here: it is too long, or too deep.

        A deep one that is not too long is returned: the rules reject it alone.
        """
        depth, in_text, kept = 0, False, ""
        digest, size = sha256(), 0
        while True:
            end = None
            for mark in _MARKS.finditer(self._text, self._at):
                if mark[0] == '"':
                    in_text = not in_text
                elif not in_text and mark[0] in "[{":
                    depth += 1
                elif not in_text and mark[0] in "]}":
                    depth -= 1
                if depth <= 0 and not in_text and len(mark[0]) == 1:
                    end = mark.end()
                    break
            # A backslash at the end belongs to the next letter.
            stop = end or len(self._text) - self._text.endswith("\\")
            part = self._text[self._at : stop]
            digest.update(part.encode())
            size += len(part.encode())
            kept = kept + part if size <= self._limit else ""
            self._at = stop
            if end is not None:
                break
            if not self._more():
                raise self.damaged("it is cut off, or a part is not JSON")
        if size > self._limit:
            return LongLine(0, size, digest.hexdigest(), self._limit)
        if self._is_deep(kept):
            return kept
        raise self.damaged("it is cut off, or a part is not JSON")

    def _is_deep(self, text: str) -> bool:
        try:
            self._decoder.raw_decode(text)
        except RecursionError:
            return True
        except ValueError:
            return False
        return False

    def _more(self) -> bool:
        part = filled(self._stream, self._block_bytes)
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
