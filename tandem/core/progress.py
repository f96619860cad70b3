"""Progress bars for anything that takes over a second."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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


@contextmanager
def step(words: str, total: int | None = None) -> Iterator[Advance]:
    """Show a bar (or a spinner without a total) on stderr while the block runs.

    Silent where stderr is no terminal. Yields a function that advances the bar.
    """
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task(words, total=total)
        yield lambda count: bar.advance(task, count)
