"""The same work on many jobs, in several processes where the machine has the cores."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from threading import Thread
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

MOST_PROCESSES = 8


def process_count(jobs: int) -> int:
    """Return how many processes share the jobs: one per core, and no more than jobs."""
    return max(1, min(MOST_PROCESSES, os.cpu_count() or 1, jobs))


def in_processes(
    work: Callable[[Job], Result], jobs: Sequence[Job], count: int
) -> Iterator[Result]:
    """Yield the result of each job, in the order of the jobs.

    Args:
        work: a function of a module, so that another process can import it.
        jobs: what it is called with.
        count: processes to share the jobs; with one, the caller does them itself.
    """
    if count == 1:
        yield from map(work, jobs)
        return
    # A forked process would inherit the locks of the threads of polars and DuckDB.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin)
    try:
        yield from pool.map(work, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Prepare a process: one thread, and it ends when and only when its parent does."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
