"""Print the rows of a query: as a table, as CSV, or as JSON."""

import csv
import json
import sys
from itertools import chain, islice

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tandem.core.progress import console
from tandem.core.query import NESTED, Column, Rows
from tandem.core.query_files import FRACTIONAL, WHOLE, safe_cells, without_formula

MOST = 200  # rows that a terminal shows; --csv and --json give them all
LONGEST_CELL = 1_000  # characters that a terminal shows of a cell
CONTROLS = dict.fromkeys(range(32), "�") | {
    127: "\N{REPLACEMENT CHARACTER}",
    10: "\n",
}

out = Console()


def print_table(rows: Rows) -> None:
    """Print the first rows, as records where they are wider than the terminal.

    It says if there are more.
    """
    every = chain.from_iterable(rows.batches)
    names = [_cell(column.name) for column in rows.columns]
    shown = [[_cell(text) for text in row] for row in islice(every, MOST)]
    if len(names) > 1 and _width([names, *shown]) > out.width:
        _print_records(names, shown)
    else:
        table = Table()
        for name in names:
            table.add_column(name)
        for row in shown:
            table.add_row(*row)
        out.print(table)
    if next(every, None) is not None:
        console.print(f"the first {MOST:,} rows; --csv gives all")


def _width(rows: list[list[Text]]) -> int:
    """Return the columns of a terminal that a table of cells takes."""
    widest = [max(cell.cell_len for cell in cells) for cells in zip(*rows, strict=True)]
    return sum(width + 3 for width in widest) + 1


def _print_records(names: list[Text], rows: list[list[Text]]) -> None:
    """Print a line for each value, and a heading for each row."""
    for number, row in enumerate(rows, start=1):
        out.rule(f"row {number}", align="left", style="none")
        record = Table.grid(padding=(0, 2))
        for name, value in zip(names, row, strict=True):
            record.add_row(name, value)
        out.print(record)


def _cell(text: str | None) -> Text:
    """Return a cell without markup, and without what would control the terminal."""
    text = text or ""
    cut = text[:LONGEST_CELL] + ("..." if len(text) > LONGEST_CELL else "")
    return Text(cut.translate(CONTROLS))


def print_csv(rows: Rows) -> None:
    """Print all rows; a text that a spreadsheet would take for a formula is quoted."""
    # With this end of line, a carriage return in a cell is quoted, too.
    writer = csv.writer(_Lines(), lineterminator="\r\n")
    writer.writerow([without_formula(column.name) for column in rows.columns])
    for batch in rows.batches:
        writer.writerows(safe_cells(rows.columns, row) for row in batch)


class _Lines:
    """Writes the lines of a CSV writer to stdout, ended as the system does."""

    def write(self, line: str) -> None:
        """Write one line."""
        sys.stdout.write(f"{line.removesuffix(chr(13) + chr(10))}\n")


def print_json(rows: Rows) -> None:
    """Print all rows as one JSON array, one object a row."""
    separator = "["
    for batch in rows.batches:
        for row in batch:
            pairs = zip(rows.columns, row, strict=True)
            item = {column.name: _value(column, text) for column, text in pairs}
            text = json.dumps(item, ensure_ascii=False)
            typer.echo(f"{separator}{text}", nl=False)
            separator = ", "
    typer.echo("[]" if separator == "[" else "]")


def _value(column: Column, text: str | None) -> object:
    """Return a value as JSON has it; what JSON lacks (times, infinity) is its text."""
    if text is None:
        return None
    if column.kind in WHOLE:
        return int(text)
    if column.kind in FRACTIONAL:
        return text if text in ("inf", "-inf", "nan") else float(text)
    if column.kind == "boolean":
        return text == "true"
    if column.kind in NESTED:
        try:
            return json.loads(text)
        except ValueError:  # two columns of one name are DuckDB's texts
            return text
    return text


def printed(rows: Rows, *, as_json: bool, as_csv: bool) -> None:
    """Print rows in the form that was chosen."""
    print_rows = print_json if as_json else print_csv if as_csv else print_table
    print_rows(rows)
