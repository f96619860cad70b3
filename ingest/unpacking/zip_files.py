"""Open zip archives whose number of files and unpacked size are within the limits."""

import os
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ingest.unpacking.budget import Budget, BudgetStream
from tandem.core.limits import current_limits

END, END_64, LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
END_BYTES, END_64_BYTES, LOCATOR_BYTES = 22, 56, 20
LONGEST_COMMENT = 65_535
LARGEST_ENTRY_BYTES = 1_000  # of an ordinary file in the list of files, with its path
LEAST_MEMBERS = 1_000  # a list of so many files is read anyway
IN_64 = 0xFFFFFFFF


@contextmanager
def opened_zip(path: Path, budget: Budget | None = None) -> Iterator[zipfile.ZipFile]:
    """Yield an open archive; what is read from it counts towards the budget.

    Args:
        path: of the archive.
        budget: of the delivery; without one the content is not counted.

    Raises:
        LimitExceeded: it holds too many files.
        zipfile.BadZipFile: it is no archive, or a damaged one.
    """
    _require_few(path)
    with _BudgetZip(path) as archive:
        archive.budget = budget
        limits = current_limits()
        if len(archive.infolist()) > limits.members:
            raise limits.refuse("members", "it holds too many files", path.name)
        yield archive


class _BudgetZip(zipfile.ZipFile):
    """A ZipFile whose members are counted while they are read."""

    budget: Budget | None = None

    def open(  # type: ignore[override]
        self,
        name: str | zipfile.ZipInfo,
        mode: str = "r",
        pwd: bytes | None = None,
        *,
        force_zip64: bool = False,
    ) -> IO[bytes]:
        """Return the content of a member."""
        stream = super().open(name, mode, pwd, force_zip64=force_zip64)
        return BudgetStream(stream, self.budget) if self.budget else stream


def _require_few(path: Path) -> None:
    """Refuse an archive whose list of files is too long, before it is read."""
    limits = current_limits()
    with path.open("rb") as file:
        list_bytes = _bytes_of_list(file)
    if list_bytes > LARGEST_ENTRY_BYTES * max(limits.members, LEAST_MEMBERS):
        raise limits.refuse("members", "it holds too many files", path.name)


def _bytes_of_list(file: IO[bytes]) -> int:
    """Return the size of an archive's list of files, 0 where none is found."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - END_BYTES - LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_BYTES:
        return 0
    (list_bytes,) = struct.unpack_from("<L", tail, at + 12)
    if list_bytes != IN_64:
        return list_bytes
    locator = tail[max(0, at - LOCATOR_BYTES) : at]
    if len(locator) < LOCATOR_BYTES or not locator.startswith(LOCATOR_64):
        return 0
    file.seek(min(size, struct.unpack_from("<Q", locator, 8)[0]))
    end = file.read(END_64_BYTES)
    if len(end) < END_64_BYTES or not end.startswith(END_64):
        return 0
    return struct.unpack_from("<Q", end, 40)[0]
