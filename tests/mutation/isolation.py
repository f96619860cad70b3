"""Runs tests against one mutant in a process of its own, forked from a prepared one.

The prepared process has imported the libraries but none of the project's modules, so
that a fork begins with everything slow done and imports the mutant in place of its
module. Nothing is written to the working tree.
"""

import contextlib
import importlib
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

IDLE = 0.02  # seconds between two looks at the running processes
ALLOWANCE = 12  # a process may wait this many times its processor time for its turn


class _MutantLoader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, self.path, "exec", dont_inherit=True)


class _MutantFinder:
    """Finds one module with another source; every other module as ever."""

    def __init__(self, path: str, source: str) -> None:
        parts = Path(path).with_suffix("").parts
        self._name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self._path = str(Path(path).resolve())
        self._source = source

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._name:
            return None
        loader = _MutantLoader(name, self._path, self._source)
        return importlib.util.spec_from_file_location(name, self._path, loader=loader)


@dataclass(frozen=True)
class Task:
    """Tests to run with one module's source replaced.

    Attributes:
        path: the module's file, from the project's root.
        source: what is imported in its place.
        tests: node ids; the first failure ends the run.
    """

    path: str
    source: str
    tests: list[str]


@dataclass
class _Running:
    task: Task
    deadline: float
    folder: Path


def preload(modules: list[str]) -> None:
    """Import libraries, so that every fork has them."""
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def run_all(
    tasks: Iterator[Task], seconds: int, workers: int, scratch: Path
) -> Iterator[tuple[Task, str]]:
    """Run tasks in some processes at a time and yield each outcome as it is known.

    Args:
        tasks: what to run; no more is taken than can be run at once.
        seconds: processor time that one task may take.
        workers: processes at a time.
        scratch: folder for the tests' files.

    Yields:
        The task, and `passed`, `failed` or `timeout`.
    """
    running: dict[int, _Running] = {}
    free = [scratch / str(number) for number in range(workers)]
    waiting = iter(tasks)
    has_more = True
    while has_more or running:
        while has_more and free:
            task = next(waiting, None)
            if task is None:
                has_more = False
                break
            folder = free.pop()
            pid = fork(partial(_run_tests, task, folder), seconds)
            deadline = time.monotonic() + seconds * ALLOWANCE
            running[pid] = _Running(task, deadline, folder)
        for pid, each in list(running.items()):
            outcome = _outcome(pid, each)
            if outcome:
                del running[pid]
                free.append(each.folder)
                yield each.task, outcome
        time.sleep(IDLE)


def fork(work: Callable[[], int], seconds: int | None, log: Path | None = None) -> int:
    """Do some work in a forked process; return its process id.

    Args:
        work: returns the exit status.
        seconds: processor time after which the process is ended.
        log: where its output goes; nowhere by default.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 99
    try:
        os.setsid()
        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        output = os.open(log or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        status = int(work())
    finally:
        os._exit(status)


def _run_tests(task: Task, folder: Path) -> int:
    import pytest

    sys.meta_path.insert(0, _MutantFinder(task.path, task.source))  # type: ignore[arg-type]
    options = ["-q", "-x", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    return pytest.main([*options, f"--basetemp={folder}", *task.tests])


def _outcome(pid: int, running: _Running) -> str:
    """Return how a process ended, empty while it runs; end it when it is overdue."""
    done, status = os.waitpid(pid, os.WNOHANG)
    if not done and time.monotonic() < running.deadline:
        return ""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    if not done:
        os.waitpid(pid, 0)
        return "timeout"
    if os.WIFSIGNALED(status):
        is_slow = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
        return "timeout" if is_slow else "failed"
    return "passed" if os.WEXITSTATUS(status) == 0 else "failed"
