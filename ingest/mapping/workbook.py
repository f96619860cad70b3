"""Read spreadsheets in a process of its own, since native code reads them.

A few bytes of a workbook can ask for any amount of memory (one cell in the last row and
column), at which the reader ends its process. The last workbook stays open: several
connectors look at it before one of them reads it.
"""

import atexit
import zipfile
from functools import cached_property
from pathlib import Path

from ingest.mapping import workbook_reader
from ingest.mapping.workbook_reader import NAMES, ROWS
from ingest.unpacking.budget import Budget
from ingest.unpacking.limited_process import LimitedProcess, Message
from ingest.unpacking.zip_files import opened_zip
from tandem.core.errors import DamagedFile, LimitExceeded
from tandem.core.limits import Limits, current_limits

CELL_BYTES = 32
Lines = list[tuple[int, list[str]]]


class Workbook:
    """An open spreadsheet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: dict[str, Lines] = {}
        self._error: DamagedFile | LimitExceeded | None = None
        _require_small(path)
        self._process = LimitedProcess(workbook_reader.__name__, path)

    @cached_property
    def sheet_names(self) -> list[str]:
        """The names of the sheets, in order.

        Raises:
            DamagedFile: the file is no workbook.
            LimitExceeded: reading it takes more than it may.
        """
        return [name for names in self._asked(NAMES) for name in names]

    def lines(self, name: str) -> Lines:
        """Return the rows of a sheet that are not blank, each with its number.

        Raises:
            DamagedFile: the sheet cannot be read.
            LimitExceeded: reading it takes more than it may.
        """
        if name not in self._lines:
            found = self._asked(ROWS, name)
            self._lines[name] = [(n, cells) for rows in found for n, cells in rows]
        return [(n, list(cells)) for n, cells in self._lines[name]]

    def close(self) -> None:
        """End the process that reads it."""
        self._process.close()

    def _asked(self, request: str, *details: str) -> list[list]:
        if self._error is None:
            try:
                answers = self._process.ask(request, *details, weight=_weight)
                return [rest[0] for _kind, *rest in answers]
            except LimitExceeded as error:
                self._error = error
            except DamagedFile as error:
                self._error = _no_spreadsheet(error.what, self._path)
        raise self._error


def _weight(answer: Message) -> int:
    """Return the bytes that the cells of rows take, empty ones included."""
    kind, content = answer
    return CELL_BYTES * sum(len(row[1]) for row in content) if kind == ROWS else 0


def _require_small(path: Path) -> None:
    """Refuse a workbook that states that it unfolds to too much."""
    try:
        with opened_zip(path) as archive:
            Budget(path).require(sum(one.file_size for one in archive.infolist()))
    except zipfile.BadZipFile:
        return  # an .xls, or damaged: its reader says so


def _no_spreadsheet(reason: str, path: Path) -> DamagedFile:
    return DamagedFile(
        f"this is no spreadsheet, or a damaged one ({reason})",
        path.name,
        "save it again as .xlsx",
    )


class _Opened:
    """The workbook that was opened last."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] | None = None
        self._workbook: Workbook | None = None

    def get(self, path: Path) -> Workbook:
        try:
            state = path.stat()
        except OSError as error:
            raise _no_spreadsheet(error.strerror or str(error), path) from error
        limits: Limits = current_limits()
        key = (path.absolute(), state.st_ino, state.st_mtime_ns, state.st_size, limits)
        if self._workbook is None or key != self._of:
            self.close()
            self._workbook, self._of = Workbook(path), key
        return self._workbook

    def close(self) -> None:
        if self._workbook is not None:
            self._workbook.close()
        self._workbook = self._of = None


_opened = _Opened()
atexit.register(_opened.close)


def workbook(path: Path) -> Workbook:
    """Return a workbook; the one before it is closed.

    Raises:
        DamagedFile: the file cannot be opened.
        LimitExceeded: it unfolds to more than may be unpacked.
    """
    return _opened.get(path)


def close_workbook() -> None:
    """Close the workbook that is open, and forget its rows."""
    _opened.close()
