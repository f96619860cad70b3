"""Read one file in a process of its own, with limits on its memory and time.

A reader in native code can end its process (a failed allocation, a crash), and a small
file can ask for any amount of memory. In a process of its own that is the refusal of
one file. Messages are msgpack, so that nothing that the process sends is executed.
"""

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import IO, Any

import msgspec

from tandem.core.errors import DamagedFile, LimitExceeded
from tandem.core.limits import current_limits

Message = list[Any]  # its kind, and what belongs to it
# One thread: those of a pool reserve memory that would count.
ALONE = {"MALLOC_ARENA_MAX": "1", "POLARS_MAX_THREADS": "1"}
END, FAILED, NO_MEMORY = "end", "failed", "no memory"
LONGEST_REASON = 200  # characters of a reader's own message
_SIZE = struct.Struct("<Q")


class LimitedProcess:
    """A process that answers requests about one file. A context: it ends with it.

    Args:
        module: run as `python -m`; calls `serve`.
        path: of the file.
    """

    def __init__(self, module: str, path: Path) -> None:
        self._path, self._limits = path, current_limits()
        self._has_timed_out = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a native reader prints where it failed
            env=os.environ | ALONE,
        )
        setup = [str(path.absolute()), self._limits.size("reader_mb")]
        self._tell([*setup, self._limits.seconds])

    def ask(
        self,
        request: str,
        *details: object,
        weight: Callable[[Message], int] = lambda _answer: 0,
    ) -> Iterator[Message]:
        """Yield the answers to a request.

        Args:
            request: its kind.
            details: what belongs to it.
            weight: returns the bytes that an answer takes here beyond its own.

        Raises:
            DamagedFile: the reader cannot read the file, or ended while it did.
            LimitExceeded: it takes more memory, text or time than it may.
        """
        size = 0
        with self._time_limit():
            self._tell([request, *details])
            while (answer := self._answer()) is not None:
                content, (kind, *rest) = answer
                if kind == END:
                    return
                if kind == NO_MEMORY:
                    raise self._no_memory()
                if kind == FAILED:
                    raise DamagedFile(str(rest[0]), self._path.name)
                size += content + weight([kind, *rest])
                if size > self._limits.size("parsed_mb"):
                    self.close()
                    what = "it holds more text than may be read at once"
                    raise self._limits.refuse("parsed_mb", what, self._path.name)
                yield [kind, *rest]
        raise self._ended()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        with suppress(OSError), self._process:
            self._process.wait()

    def _tell(self, message: Message) -> None:
        with suppress(OSError):  # it has ended: the answer will be missing
            send(self._process.stdin, message)

    def _answer(self) -> tuple[int, Message] | None:
        try:
            return received(self._process.stdout)
        except (OSError, ValueError, msgspec.DecodeError):
            return None

    @contextmanager
    def _time_limit(self) -> Iterator[None]:
        timer = Timer(self._limits.seconds, self._stop)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _stop(self) -> None:
        self._has_timed_out = True
        self._process.kill()

    def _ended(self) -> DamagedFile | LimitExceeded:
        """Return why the process ended before it had answered."""
        with suppress(OSError), self._process:
            code = self._process.wait()
        if self._has_timed_out:
            what = "reading it takes too long"
            return self._limits.refuse("seconds", what, self._path.name)
        if code < 0:  # by a signal: how native code ends that gets no memory
            return self._no_memory()
        return DamagedFile(
            f"the process that reads it ended (status {code})",
            self._path.name,
            "save it again, as CSV if that does not help",
        )

    def _no_memory(self) -> LimitExceeded:
        what = "reading it takes more memory than it may, or its reader crashed"
        return self._limits.refuse("reader_mb", what, self._path.name)


def serve(reader: Any) -> None:  # noqa: ANN401 - a class with `answers`
    """Answer the requests on standard input, in the process that reads.

    Args:
        reader: called with the path; `answers(request, *details)` yields messages.
            An error that it raises becomes the refusal of the file.
    """
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    setup = received(requests)
    if setup is None:
        return
    _size, (path, memory, seconds) = setup
    _restrict(memory, seconds)
    opened = None
    while (request := received(requests)) is not None:
        try:
            opened = opened or reader(Path(path))
            for message in opened.answers(*request[1]):
                send(answers, message)
            send(answers, [END])
        except MemoryError:
            opened = None
            send(answers, [NO_MEMORY])
        except BaseException as error:  # a native reader's panic is no Exception
            reason = " ".join(str(error).split()) or type(error).__name__
            send(answers, [FAILED, reason[:LONGEST_REASON]])


def _restrict(memory: int, seconds: float) -> None:
    """Limit this process's memory, beyond what it has now, and its time."""
    with suppress(ImportError, OSError, ValueError):  # a system without these limits
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1,) * 2)
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def send(stream: IO[bytes] | None, message: Message) -> None:
    """Write one message."""
    if stream is None:
        return
    content = msgspec.msgpack.encode(message)
    stream.write(_SIZE.pack(len(content)) + content)
    stream.flush()


def received(stream: IO[bytes] | None) -> tuple[int, Message] | None:
    """Return the next message and its size in bytes, None at the end."""
    head = stream.read(_SIZE.size) if stream else b""
    if len(head) < _SIZE.size:
        return None
    (size,) = _SIZE.unpack(head)
    content = stream.read(size) if stream else b""
    if len(content) < size:
        return None
    return size, msgspec.msgpack.decode(content, type=list)
