"""Conversion in several processes, for loads that are worth starting them.

A worker is this module run with the same Python: jobs come in on its standard input,
tallies go out on its standard output. When the parent is gone its input ends and so
does the worker.
"""

import os
import pickle
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from ingest.identity.pseudonyms import Pseudonyms
from ingest.landing.batches import BatchWriter, Tally
from ingest.landing.conversion import Converter
from ingest.landing.policy import Policy
from tandem.errors import WarehouseProblem

# Processes are enough, threads would be too many; and a batch's memory is kept for the
# next one, which glibc would give back and fetch anew page by page.
ALONE = {
    "POLARS_MAX_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
}
PIPE_BYTES = 1 << 20
WORKERS = max(2, min(8, os.cpu_count() or 2))


@dataclass(frozen=True)
class Task:
    """All that a worker needs to know before its first job."""

    folder: Path
    prefix: str
    source: str
    connector: str
    secret: bytes
    tombstones: frozenset[str]
    repairs: frozenset[str]
    xapi_version: str | None
    policy: Policy

    def writer(self) -> BatchWriter:
        """Return the batch writer of this task."""
        converter = Converter(
            Pseudonyms(self.secret, self.tombstones),
            self.repairs,
            self.xapi_version,
            self.policy,
        )
        place = (self.folder, self.prefix, self.source, self.connector)
        return BatchWriter(*place, converter)


Job = tuple[str, tuple[Any, ...]]  # a method of BatchWriter and its arguments


class Workers:
    """Processes that share the batches of one load."""

    def __init__(self, task: Task, count: int = WORKERS) -> None:
        self.tally = Tally()
        self._jobs: Queue[Job | None] = Queue(maxsize=count)
        self._errors: list[str] = []
        self._threads = [
            Thread(target=self._drive, args=(task, n)) for n in range(count)
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
        """Feed one worker from the queue until there is nothing more."""
        command = [sys.executable, "-m", "ingest.landing.workers"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, env=os.environ | ALONE, **pipes) as process:
            _widen(process.stdin)
            try:
                _send(process.stdin, replaced(task, f"w{number}"))
                while (job := self._jobs.get()) is not None:
                    _send(process.stdin, job)
                    self._take(pickle.load(process.stdout))
            except (OSError, EOFError, pickle.PickleError) as error:
                self._errors.append(f"{error or 'it ended'}")
                self._discard()
            finally:
                with suppress(BrokenPipeError):
                    process.stdin.close()

    def _take(self, answer: Tally | str) -> None:
        if isinstance(answer, str):
            self._errors.append(answer)
        else:
            self.tally.add(answer)

    def _discard(self) -> None:
        """Keep taking jobs, so that nobody waits for a worker that is gone."""
        while self._jobs.get() is not None:
            pass


def replaced(task: Task, prefix: str) -> Task:
    """Return the task of one worker, whose files have a prefix of their own."""
    return Task(**{**task.__dict__, "prefix": prefix})


def _widen(pipe: Any) -> None:  # noqa: ANN401 - a binary stream
    """Let a pipe take more at a time, where the system knows how."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _send(stream: Any, message: object) -> None:  # noqa: ANN401 - a binary stream
    pickle.dump(message, stream, protocol=5)
    stream.flush()


def told(error: Exception) -> str:
    """Return what failed and where; only a system's own words quote no delivery."""
    if isinstance(error, OSError | MemoryError):
        return f"{type(error).__name__}: {error}"
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def main() -> None:
    """Work off the jobs on standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to end
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    writer = pickle.load(jobs).writer()
    while True:
        try:
            method, arguments = pickle.load(jobs)
        except EOFError:
            return
        try:
            _send(answers, getattr(writer, method)(*arguments))
        except Exception as error:
            _send(answers, told(error))
            return


if __name__ == "__main__":
    main()
