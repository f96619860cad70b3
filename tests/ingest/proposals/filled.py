"""Fill in cells of a workbook as a person does, by sheet, row and heading."""

from pathlib import Path

from ingest.connectors.programmes.format.filled_sheets import rows_of
from ingest.mapping.workbook import close_workbook
from ingest.proposals.workbook_file import write_workbook
from ingest.storage.programme_sheets import Row, Rows


def read(path: Path) -> Rows:
    """Return the rows of a workbook."""
    rows = rows_of(path)
    close_workbook()
    return rows


def save(path: Path, rows: Rows) -> None:
    """Write the rows as the workbook has them."""
    write_workbook(path, rows)


def row_of(rows: Rows, sheet: str, first: str) -> Row:
    """Return the row of a sheet by its first cell."""
    return next(r for r in rows[sheet] if next(iter(r.cells.values())) == first)
