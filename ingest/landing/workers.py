"""Conversion in several processes, for loads large enough to start them.

A worker is this module run with the same Python. It reads jobs from standard input and
writes tallies to standard output. When the parent process ends, its input ends and the
worker ends.
"""

import os
import pickle
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Any

from ingest.identity.pseudonyms import Pseudonyms
from ingest.landing.batches import BatchWriter, Tally
from ingest.landing.collection_policy import Policy
from ingest.landing.conversion import Converter
from tandem.core.errors import WarehouseProblem

# One thread per process, since there are several processes. glibc keeps the memory of a
# batch for the next one instead of returning it to the system.
ALONE = {
    "POLARS_MAX_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
}
PIPE_BYTES = 1 << 20
BEGIN = "begin"  # message that a new load begins; it gets no answer
WORKERS = max(2, min(8, os.cpu_count() or 2))


@dataclass(frozen=True)
class Task:
    """What a worker needs before its first job of a load."""

    folder: Path
    prefix: str
    source: str
    connector: str
    secret: bytes = field(repr=False)
    tombstones: frozenset[str]
    repairs: frozenset[str]
    xapi_version: str | None
    policy: Policy

    @classmethod
    def of(
        cls, folder: Path, source: str, connector: str, converter: Converter
    ) -> "Task":
        """Return the task of a load that a converter would do alone."""
        return cls(
            folder=folder,
            prefix="",
            source=source,
            connector=connector,
            secret=converter.pseudonyms.secret,
            tombstones=converter.pseudonyms.tombstones,
            repairs=converter.repairs,
            xapi_version=converter.xapi_version,
            policy=converter.policy,
        )

    def writer(self, last: BatchWriter | None = None) -> BatchWriter:
        """Return the batch writer of this task, with the templates of `last`."""
        converter = Converter(
            Pseudonyms(self.secret, self.tombstones),
            self.repairs,
            self.xapi_version,
            self.policy,
        )
        if last is not None and last.converter.judges_as(converter):
            converter = last.converter.begun()
        return BatchWriter(
            self.folder, self.prefix, self.source, self.connector, converter
        )


Process = subprocess.Popen[bytes]
Job = tuple[str, tuple[Any, ...]]  # a method of BatchWriter and its arguments


class WorkerPool:
    """Worker processes that are reused from load to load, with their templates.

    A context: on leaving it, they end.
    """

    def __init__(self, count: int = WORKERS) -> None:
        self.count = count
        self._idle: list[Process] = []

    def __enter__(self) -> "WorkerPool":
        """Return the pool; processes start when there are jobs."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes."""
        self.close()

    def close(self) -> None:
        """End the idle processes."""
        while self._idle:
            ended(self._idle.pop())

    def acquire(self) -> "Process":
        """Return an idle process, or a new one where there is none."""
        with suppress(IndexError):
            while process := self._idle.pop():
                if process.poll() is None:
                    return process
                ended(process)
        command = [sys.executable, "-m", "ingest.landing.workers"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        process = subprocess.Popen(command, env=os.environ | ALONE, **pipes)
        _widen(process.stdin)
        return process

    def release(self, process: "Process") -> None:
        """Return a process to the pool."""
        self._idle.append(process)


class Workers:
    """Processes that share the batches of one load."""

    def __init__(self, task: Task, pool: WorkerPool) -> None:
        self.tally = Tally()
        self._pool = pool
        self._jobs: Queue[Job | None] = Queue(maxsize=pool.count)
        self._errors: list[str] = []
        self._threads = [
            Thread(target=self._drive, args=(task, n)) for n in range(pool.count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, method: str, *arguments: object) -> None:
        """Hand over one batch; waits while all workers are busy.

        Raises:
            WarehouseProblem: a worker failed.
        """
        self._jobs.put((method, arguments))
        self._check()

    def close(self) -> None:
        """Wait for all batches.

        Raises:
            WarehouseProblem: a worker failed.
        """
        for _thread in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        self._check()

    def _check(self) -> None:
        if self._errors:
            raise WarehouseProblem(
                f"a process that converts statements failed ({self._errors[0]})",
                next_step="check memory and free space, then land again",
            )

    def _drive(self, task: Task, number: int) -> None:
        """Send jobs from the queue to one worker until the queue is closed."""
        process = self._pool.acquire()
        try:
            _send(process.stdin, (BEGIN, (replaced(task, f"w{number}"),)))
            while (job := self._jobs.get()) is not None:
                _send(process.stdin, job)
                self.tally.add(_answered(pickle.load(process.stdout)))
        except (OSError, EOFError, pickle.PickleError, _Failed) as error:
            self._errors.append(f"{error or 'it ended'}")
            ended(process)
            self._discard()
        else:
            self._pool.release(process)

    def _discard(self) -> None:
        """Keep taking jobs, so that `submit` does not wait for a failed worker."""
        while self._jobs.get() is not None:
            pass


class _Failed(Exception):
    """A worker reports that it failed."""


def _answered(answer: Tally | str) -> Tally:
    if isinstance(answer, str):
        raise _Failed(answer)
    return answer


def ended(process: "Process") -> None:
    """End a process and wait for it."""
    with suppress(BrokenPipeError), process:
        process.stdin.close()


def replaced(task: Task, prefix: str) -> Task:
    """Return the task of one worker, whose files have a prefix of their own."""
    return Task(**{**task.__dict__, "prefix": prefix})


def _widen(pipe: Any) -> None:  # noqa: ANN401 - a binary stream
    """Enlarge a pipe's buffer where the system supports it."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _send(stream: Any, message: object) -> None:  # noqa: ANN401 - a binary stream
    pickle.dump(message, stream, protocol=5)
    stream.flush()


def described(error: Exception) -> str:
    """Return what failed and where; other messages may quote the delivery."""
    if isinstance(error, OSError | MemoryError):
        return f"{type(error).__name__}: {error}"
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def main() -> None:
    """Process the jobs on standard input."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # the parent process decides when to end
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    writer = None
    while True:
        try:
            method, arguments = pickle.load(jobs)
        except EOFError:
            return
        if method == BEGIN:
            writer = arguments[0].writer(writer)
            continue
        try:
            _send(answers, getattr(writer, method)(*arguments))
        except Exception as error:
            _send(answers, described(error))
            return


if __name__ == "__main__":
    main()
