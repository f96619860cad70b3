"""`tandem sql`: query the published analyst file, read-only."""

import json
import sys
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.files import Home
from tandem.core.progress import console

PROMPT = "tandem> "
LEAVE = {"exit", "quit", ".exit", ".quit"}
MOST = 200  # rows that a terminal shows; --csv and --json give them all

# A query may read the opened file only, and no other file of this machine.
LOCKS = (
    "set enable_external_access = false",
    "set lock_configuration = true",
)

TABLES = """
select schema_name as "schema", table_name as "table", comment as "what it holds"
from duckdb_tables()
where database_name = current_database()
order by schema_name, table_name
"""

out = Console()


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(sql)


def sql(
    query: Annotated[
        str | None, typer.Argument(help="Without one: a prompt to ask many.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Rows as a JSON array on stdout.")
    ] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Rows as CSV on stdout.")
    ] = False,
) -> None:
    """Query the published analyst file in SQL, read-only.

    Raises:
        WarehouseProblem: nothing is published, or the query failed.
        WrongUse: both --json and --csv.
    """
    if as_json and as_csv:
        raise WrongUse("which of the two?", "--json --csv", "leave one away")
    connection = connect(analyst_file(Home.from_environment()))
    try:
        if query is None:
            _prompt(connection)
        else:
            _print(_ask(connection, query), as_json, as_csv)
    finally:
        connection.close()


def analyst_file(home: Home) -> Path:
    """Return the current analyst file.

    Raises:
        WarehouseProblem: nothing is published, or the pointer is damaged.
    """
    try:
        pointer = home.current_snapshot()
        named = pointer and home.published / pointer["analyst"]
    except (ValueError, KeyError, TypeError) as error:
        raise WarehouseProblem(
            "the pointer is damaged", str(home.pointer), "run tandem publish"
        ) from error
    if not named or not named.exists():
        raise WarehouseProblem(
            "nothing is published yet", str(home.published), "run tandem publish"
        )
    return named


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a file read-only, without access to other files or the network."""
    connection = duckdb.connect(str(path), read_only=True)
    for lock in LOCKS:
        connection.execute(lock)
    return connection


def _ask(
    connection: duckdb.DuckDBPyConnection, query: str
) -> duckdb.DuckDBPyRelation | None:
    try:
        return connection.sql(query)
    except duckdb.Error as error:
        raise WarehouseProblem(
            " ".join(str(error).split()),
            "your query",
            "tandem sql without a query lists the tables by .tables",
        ) from error


def _print(found: duckdb.DuckDBPyRelation | None, as_json: bool, as_csv: bool) -> None:
    if found is None:
        return
    try:
        rows = found.pl()
    except duckdb.Error as error:  # some errors only occur while rows are read
        raise WarehouseProblem(" ".join(str(error).split()), "your query") from error
    if as_csv:
        rows.write_csv(sys.stdout)
    elif as_json:
        typer.echo(json.dumps(rows.to_dicts(), default=str, ensure_ascii=False))
    else:
        out.print(_table(rows.columns, rows.head(MOST).rows()))
        if rows.height > MOST:
            console.print(
                f"the first {MOST:,} of {rows.height:,} rows; --csv gives all"
            )


def _table(columns: list[str], rows: list[tuple]) -> Table:
    table = Table(*columns)
    for row in rows:
        table.add_row(*["" if cell is None else str(cell) for cell in row])
    return table


def _prompt(connection: duckdb.DuckDBPyConnection) -> None:
    console.print("SQL, read-only; end a query with ;  .tables lists, exit leaves")
    query = ""
    while True:
        try:
            line = input(PROMPT if not query else "   ...> ")
        except (EOFError, KeyboardInterrupt):
            return
        if not query and line.strip().lower() in LEAVE:
            return
        query = TABLES if line.strip() == ".tables" else f"{query}\n{line}".strip()
        if query.rstrip().endswith(";") or query == TABLES:
            _answer(connection, query)
            query = ""


def _answer(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Print the rows, or the error; the prompt continues after an error."""
    try:
        _print(_ask(connection, query), as_json=False, as_csv=False)
    except WarehouseProblem as error:
        console.print(error.what, markup=False, style="red")
