"""Print the rows of a query: as a table, as CSV, or as JSON."""

import csv
import json
import sys
import unicodedata
from itertools import chain, islice

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tandem.cli.query import NESTED, Column, Rows
from tandem.core.progress import console

MOST = 200  # rows that a terminal shows; --csv and --json give them all
LONGEST_CELL = 1_000  # characters that a terminal shows of a cell
WHOLE = {"tinyint", "smallint", "integer", "bigint", "hugeint", "bignum"}
WHOLE |= {f"u{name}" for name in WHOLE}
FRACTIONAL = {"float", "double"}
# Their texts are no formulas, whatever they begin with.
HARMLESS = WHOLE | FRACTIONAL | {"decimal", "boolean", "interval", "uuid", "bit"}
FIRST = 1_000  # characters among which a formula may begin, after spaces
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
CONTROLS = dict.fromkeys(range(32), "�") | {
    127: "\N{REPLACEMENT CHARACTER}",
    10: "\n",
}

out = Console()


def print_table(rows: Rows) -> None:
    """Print the first rows, and say if there are more."""
    every = chain.from_iterable(rows.batches)
    shown = list(islice(every, MOST))
    table = Table()
    for column in rows.columns:
        table.add_column(_cell(column.name))
    for row in shown:
        table.add_row(*map(_cell, row))
    out.print(table)
    if next(every, None) is not None:
        console.print(f"the first {MOST:,} rows; --csv gives all")


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
    is_harmless = [column.kind in HARMLESS for column in rows.columns]
    for batch in rows.batches:
        for row in batch:
            cells = zip(row, is_harmless, strict=True)
            writer.writerow([c if is_so else without_formula(c) for c, is_so in cells])


class _Lines:
    """Writes the lines of a CSV writer to stdout, ended as the system does."""

    def write(self, line: str) -> None:
        """Write one line."""
        sys.stdout.write(f"{line.removesuffix(chr(13) + chr(10))}\n")


def without_formula(text: str | None) -> str:
    """Return a text with an apostrophe in front if it would be a formula."""
    text = text or ""
    # A spreadsheet may leave out spaces, and reads full-width signs as plain ones.
    plain = unicodedata.normalize("NFKC", text[:FIRST]).lstrip(" ")
    is_formula = text.startswith(FORMULAS) or plain.startswith(FORMULAS)
    return f"'{text}" if is_formula else text


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
