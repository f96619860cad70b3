"""Progress of anything that takes over a second: bars, or lines on a pipe."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

Advance = Callable[[int], None]

console = Console(stderr=True)


def say(line: str) -> None:
    """Print one line on stderr as it is: no markup, no colours, not wrapped."""
    console.print(line, markup=False, highlight=False, soft_wrap=True)


_is_narrated = ContextVar("is_narrated", default=False)
# How the step that is shown now advances; None outside of any.
_shown: ContextVar[Advance | None] = ContextVar("shown", default=None)


@contextmanager
def narrated() -> Iterator[None]:
    """Let the steps inside print when they start and end, where stderr is no terminal.

    For commands of several stages; any other stays silent on a pipe.
    """
    token = _is_narrated.set(True)
    try:
        yield
    finally:
        _is_narrated.reset(token)


@contextmanager
def step(words: str, total: int | None = None) -> Iterator[Advance]:
    """Show a bar (or a spinner without a total) on stderr while the block runs.

    Where stderr is no terminal: silent, or two lines if `narrated`. A step inside
    another one is a part of it: it says nothing and advances the outer one's bar.
    Yields a function that advances the bar.
    """
    if (outer := _shown.get()) is not None:
        yield outer
        return
    with _bar(words, total) if sys.stderr.isatty() else _lines(words) as advance:
        token = _shown.set(advance)
        try:
            yield advance
        finally:
            _shown.reset(token)


@contextmanager
def _lines(words: str) -> Iterator[Advance]:
    started = time.monotonic()
    if _is_narrated.get():
        say(f"{words} ...")
    yield lambda _count: None
    if _is_narrated.get():
        say(f"{words}: done after {time.monotonic() - started:.0f} s")


@contextmanager
def _bar(words: str, total: int | None) -> Iterator[Advance]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task(words, total=total)
        yield lambda count: bar.advance(task, count)
