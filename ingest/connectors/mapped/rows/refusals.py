"""Reject a row of a table, or one cell of it while the rest of the row lands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ingest.landing.delivery import LoadWriter
from ingest.mapping.cells import InvalidCell
from ingest.mapping.tables import Row

T = TypeVar("T")


@dataclass(frozen=True)
class Refusals:
    """What of one row cannot be read."""

    table: str
    line: int
    payload: Row
    writer: LoadWriter

    def row(self, error: InvalidCell) -> None:
        """Reject the row."""
        self._reject(error.code, error)

    def cell(self, error: InvalidCell) -> None:
        """Reject one cell: `mapped.score` refuses the row, `cell.score` the cell."""
        self._reject(f"cell.{error.code.removeprefix('mapped.')}", error)

    def optional(self, read: Callable[[], T], otherwise: T) -> T:
        """Return what a cell holds; a cell that cannot be read is rejected."""
        try:
            return read()
        except InvalidCell as error:
            self.cell(error)
            return otherwise

    def _reject(self, code: str, error: InvalidCell) -> None:
        message = f"{self.table} line {self.line}, column {error.column}: {error}"
        self.writer.reject(self.line, code, "$", message, self.payload)
