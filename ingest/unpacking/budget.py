"""What may still be unpacked of one delivery: bytes, ratio and seconds."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tandem.core.limits import Limits, current_limits

CHUNK = 1 << 20


class Budget:
    """What one delivery may unfold to; archives in archives share the budget.

    Args:
        path: of the delivery, whose size is that of the packed content.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.limits: Limits = current_limits()
        self._packed_bytes = max(1, path.stat().st_size)
        self._bytes = 0
        self._seconds = 0.0

    def take(self, size: int) -> None:
        """Count bytes that were unpacked.

        Raises:
            LimitExceeded: they are more than may be unpacked.
        """
        self._bytes += size
        self.require(self._bytes)

    def require(self, size: int) -> None:
        """Refuse a delivery that unfolds to this many bytes, if it may not.

        Raises:
            LimitExceeded: it is more than may be unpacked.
        """
        limits = self.limits
        if size > limits.size("unpacked_mb"):
            raise limits.refuse(
                "unpacked_mb", "it unfolds to more than may be unpacked", self.name
            )
        is_large = size > limits.size("ratio_from_mb")
        if is_large and size > limits.ratio * self._packed_bytes:
            raise limits.refuse(
                "ratio",
                "it unfolds to more times its size than any export does",
                self.name,
            )

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Count the time that unpacking takes in the block.

        Raises:
            LimitExceeded: it takes longer than it may.
        """
        started = time.monotonic()
        yield
        self._seconds += time.monotonic() - started
        if self._seconds > self.limits.seconds:
            raise self.limits.refuse(
                "seconds", "unpacking it takes too long", self.name
            )


class BudgetStream(io.RawIOBase):
    """A stream of unpacked content that counts towards a budget."""

    def __init__(self, stream: IO[bytes], budget: Budget) -> None:
        self._stream, self._budget = stream, budget

    def readable(self) -> bool:
        """Return whether it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, all that are left without a size.

        Raises:
            LimitExceeded: more was unpacked than may be.
        """
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(CHUNK), b""))
        with self._budget.timed():
            content = self._stream.read(size)
        self._budget.take(len(content))
        return content

    def close(self) -> None:
        """Close the packed content, too."""
        self._stream.close()
        super().close()
