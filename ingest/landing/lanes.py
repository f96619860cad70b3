"""Threads that read large blocks by the compiled pass; the rules get what is left."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from queue import SimpleQueue
from threading import BoundedSemaphore, Lock

import numpy as np
import polars as pl
import pyarrow as pa

from ingest.landing.batches import BatchWriter, Tally, lines_of
from ingest.landing.conversion import table_schema
from ingest.landing.template_cache.block_pass import BlockPass
from ingest.landing.template_cache.compiled_files import remove_outdated
from ingest.landing.workers import Workers

LANES = 2
WAITING = LANES + 1  # blocks in memory
LEARNED_FROM = 4_096  # lines from which the first forms are learned
MANY_LEFT = 4_096  # lines of a block that are worth processes of their own


class Lanes:
    """Threads for the blocks of one load.

    The converter is shared, so that it is used under one lock; the compiled pass runs
    outside of it.
    """

    def __init__(self, here: BatchWriter, workers: Callable[[], Workers]) -> None:
        remove_outdated()
        self._lock = Lock()
        self._here, self._workers = here, workers
        self._idle: SimpleQueue[tuple[BlockPass, BatchWriter]] = SimpleQueue()
        for number in range(LANES):
            reader = BlockPass(here.converter.screen, table_schema(), self._lock)
            self._idle.put((reader, replace(here, prefix=f"t{number}")))
        self._threads = ThreadPoolExecutor(LANES)
        self._free = BoundedSemaphore(WAITING)
        self._results: list[Future[Tally]] = []
        self._has_learned = False

    def submit(self, first: int, content: bytes) -> None:
        """Hand over a block; waits while too many are in memory.

        Raises:
            WarehouseProblem: a process that converts what was left failed.
        """
        self._free.acquire()
        for result in self._results:
            if result.done():
                result.result()
        self._results.append(self._threads.submit(self._landed, first, content))

    def close(self) -> Tally:
        """Wait for all blocks; return their counts.

        Raises:
            WarehouseProblem: a process that converts what was left failed.
        """
        self._threads.shutdown()
        tally = Tally()
        for result in self._results:
            tally.add(result.result())
        return tally

    def _landed(self, first: int, content: bytes) -> Tally:
        reader, writer = self._idle.get()
        try:
            return self._block(first, content, reader, writer)
        finally:
            self._idle.put((reader, writer))
            self._free.release()

    def _block(
        self, first: int, content: bytes, reader: BlockPass, writer: BatchWriter
    ) -> Tally:
        if not is_utf8(content):
            with self._lock:
                return writer.lines(first, content)
        tally = Tally()
        with self._lock:
            if not self._has_learned:
                self._has_learned = True
                end = _end_of(content, LEARNED_FROM)
                tally.add(writer.lines(first, content[:end]))
                first += content.count(b"\n", 0, end)
                content = content[end:]
        if not content:
            return tally
        if not content.endswith(b"\n"):
            content += b"\n"
        taken = reader.take(content, first)
        if taken.rows is not None:
            tally.add(writer.taken(taken.rows))
        if not taken.is_taken.all():
            tally.add(self._left(first, content, taken.is_taken, writer))
        with self._lock:
            writer.met()
        return tally

    def _left(
        self, first: int, content: bytes, is_taken: np.ndarray, writer: BatchWriter
    ) -> Tally:
        """Convert the lines that the compiled pass did not take."""
        left = np.flatnonzero(~is_taken)
        texts = lines_of(content).gather(left)
        lines = pl.Series(left + first)
        is_filled = texts.str.starts_with("{") | (texts.str.strip_chars() != "")
        lines, texts = lines.filter(is_filled), texts.filter(is_filled)
        if len(left) > max(MANY_LEFT, len(is_taken) // 2):
            self._workers().submit("batch", lines.to_list(), texts.to_list())
            return Tally()
        with self._lock:
            return writer.batch(lines, texts)


def is_utf8(content: bytes) -> bool:
    """Return whether bytes are UTF-8, as `lines_of` requires."""
    offsets = np.array([0, len(content)])
    buffers = (pa.py_buffer(offsets), pa.py_buffer(content))
    try:
        pa.LargeStringArray.from_buffers(1, *buffers).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _end_of(content: bytes, lines: int) -> int:
    """Return where some lines end, or all of them."""
    end = 0
    for _line in range(lines):
        end = content.find(b"\n", end) + 1
        if not end:
            return len(content)
    return end
